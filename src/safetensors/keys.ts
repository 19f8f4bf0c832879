/** Keys that are given twice in JSON text, of which JSON.parse keeps the last and says nothing. */

/** Strings, and the signs that open, close and name things. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:]/g;

/**
 * The first key that an object of the text has twice.
 *
 * @param text - valid JSON
 */
export function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token !== ':') last = token;
    else {
      const key = JSON.parse(last) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
