/** `s_` and `index_exp`: index expressions as values. */
import type { IndexArg } from '../../ops/index/parse.ts';
import { parseText } from '../../ops/index/parse.ts';

/** The items of an index, with those that texts stand for in their place. */
function expand(index: readonly IndexArg[]): IndexArg[] {
  return index.flatMap((item): IndexArg[] => (typeof item === 'string' ? parseText(item) : [item]));
}

/**
 * Makes index expressions: `np.s_.get('1:3, ::2')` is what stands in the brackets of `a[1:3, ::2]`.
 *
 * @example
 * const rows = np.s_.get('2::2');
 * np.arange(6).get(rows); // [2 4]
 */
export const s_ = {
  /** One item as itself, several as an array. */
  get(...index: IndexArg[]): IndexArg {
    const items = expand(index);
    return items.length === 1 ? items[0] : items;
  },
};

/**
 * Makes index expressions as `s_` does, always as an array of items.
 *
 * @example
 * np.arange(6).get(...np.index_exp.get('2::2')); // [2 4]
 */
export const index_exp = {
  /** The items of an index. */
  get(...index: IndexArg[]): IndexArg[] {
    return expand(index);
  },
};
