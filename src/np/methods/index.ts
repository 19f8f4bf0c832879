/** Attaches every method and attribute of arrays. */
