/** NumPy's constants. */
/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI;
/** The base of the natural logarithm. */
export const e = Math.E;
/** The limit of 1 + 1/2 + ... + 1/n - log n. */
export const euler_gamma = 0.5772156649015329;
/** Positive infinity. */
export const inf = Infinity;
/** Not a number. */
export const nan = NaN;
/** A new axis in an index. */
export const newaxis = null;
