/** Functions that do not work yet, or not in every case, with arrays on a GPU. */

/** By what is in the way. A name that begins with a point ends others: '.reduceat' is that of every ufunc. */
const GAPS: Readonly<Record<string, readonly string[]>> = {
  'looks at values at the call': [
    '.reduceat',
    'flat:get',
    'flat:values',
    'ndenumerate',
    'nditer:indices',
    'nditer:values',
    'ravel_multi_index',
    'unravel_index',
    'resized',
    'nn.MultiLabelMarginLoss',
    'nn.MultiMarginLoss',
    'nn.functional.multiMarginLoss',
    'nn.functional.multilabelMarginLoss',
    'nn.functional.oneHot',
    'grad:gradient',
  ],
  'computes with 64 bits on the way': [
    'clip',
    'float_power.at',
    'isneginf',
    'isposinf',
    'iscomplex',
    'isreal',
    'grad:maximum.accumulate',
    'grad:minimum.accumulate',
  ],
  'gives an array on the processor, of int64 or not a tensor': [
    'argpartition',
    'diag_indices_from',
    'tril_indices_from',
    'triu_indices_from',
    'imag',
  ],
  'cannot refuse exponents that it does not know': ['power'],
};

/** The gap that a recorded function falls into; undefined if it should work. A method counts as its function. */
export function gapOf(name: string): string | undefined {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  return Object.values(GAPS)
    .flat()
    .find((gap) => (gap.startsWith('.') ? plain.endsWith(gap) : plain === gap));
}

/** All gaps. */
export const allGaps: readonly string[] = Object.values(GAPS).flat();
