/** Functions that do not work yet, or not in every case, with arrays on a GPU. */

/** By what is in the way. A name that begins with a point ends others: '.reduceat' is that of every ufunc. */
const GAPS: Readonly<Record<string, readonly string[]>> = {
  'singular values and eigenvalues, which some norms of matrices need, are computed on the processor': [
    '.cond',
    '.eigvalsh',
    '.lstsq',
    '.matrix_rank',
    '.pinv',
    '.svd',
    '.svdvals',
  ],
};

/** Functions that give JavaScript an array's values, one after the other: for one on a GPU they throw, and name what to await. */
export const HANDS_OVER: readonly string[] = [
  'flat:values',
  'ndenumerate',
  'nditer:indices',
  'nditer:values',
];

/** The gap that a recorded function falls into; undefined if it should work. A method counts as its function. */
export function gapOf(name: string): string | undefined {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  return Object.values(GAPS)
    .flat()
    .find((gap) => (gap.startsWith('.') ? plain.endsWith(gap) : plain === gap));
}

/** All gaps. */
export const allGaps: readonly string[] = Object.values(GAPS).flat();
