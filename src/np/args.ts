/** How arguments are given: NumPy's positional order, then keywords in a plain object at the end. */

/**
 * The argument lists that a function with optional parameters `K` (in NumPy's order) accepts: any leading part of them by
 * position, then an object `O` of keywords.
 */
export type Args<O, K extends readonly (keyof O)[] = []> = K extends readonly [
  infer H extends keyof O,
  ...infer R extends readonly (keyof O)[],
]
  ? [] | [O] | [O[H] | null | undefined, ...Args<O, R>]
  : [] | [O];

/** Whether `x` is an object literal, which holds keywords, and not an array, an NDArray or another class's object. */
export function isKeywords(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false;
  const proto: unknown = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}

/**
 * The optional parameters of a call as one object. A parameter given as `undefined` counts as left out; `null` is Python's None.
 *
 * @param fn - the function's name, for messages.
 * @param args - what the caller gave after the required parameters.
 * @param positional - the optional parameters in NumPy's order.
 * @param keywordOnly - those that have no position.
 * @throws TypeError for too many arguments, an unknown keyword, or a parameter given twice.
 */
export function bind<O>(
  fn: string,
  args: readonly unknown[],
  positional: readonly (keyof O & string)[],
  keywordOnly: readonly (keyof O & string)[] = [],
): Partial<O> {
  if (args.length === 0) return {};
  const last = args[args.length - 1];
  const keywords = isKeywords(last) ? last : undefined;
  const given = keywords ? args.length - 1 : args.length;
  if (given > positional.length) {
    throw new TypeError(
      `${fn}() takes at most ${positional.length} optional positional arguments (${positional.join(', ')}), got ${given}`,
    );
  }
  const bound: Record<string, unknown> = {};
  for (let i = 0; i < given; i++) {
    if (args[i] !== undefined) bound[positional[i]] = args[i];
  }
  for (const name in keywords) {
    if (keywords[name] === undefined) continue;
    if (!includes(positional, name) && !includes(keywordOnly, name)) {
      throw unknownKeyword(fn, name, [...positional, ...keywordOnly]);
    }
    if (name in bound) throw new TypeError(`${fn}() got multiple values for argument '${name}'`);
    bound[name] = keywords[name];
  }
  return bound as Partial<O>;
}

/** The error for a keyword that a function does not have. */
export const unknownKeyword = (fn: string, name: string, known: readonly string[]): TypeError =>
  new TypeError(
    `${fn}() got an unexpected keyword argument '${name}'; its keywords are: ${known.join(', ')}`,
  );

/** @throws TypeError for a keyword that a function does not have. */
export function requireKnown(fn: string, keywords: object, known: readonly string[]): void {
  const unknown = Object.keys(keywords).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownKeyword(fn, unknown, known);
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
