/** What contracting some operands of an einsum leaves, and what it costs. */

export type LabelSet = ReadonlySet<string>;

/** The length of every label. */
export type Sizes = ReadonlyMap<string, number>;

/** The outcome of contracting some operands. */
export interface Contraction {
  /** The labels of the result. */
  readonly result: LabelSet;
  /** All operands that are left, the result last. */
  readonly remaining: readonly LabelSet[];
  /** Whether labels are summed away. */
  readonly sums: boolean;
  /** All labels that take part. */
  readonly labels: LabelSet;
}

/** Contracts the operands at `positions`: labels that nobody else needs are summed away. */
export function contraction(
  positions: readonly number[],
  inputs: readonly LabelSet[],
  output: LabelSet,
): Contraction {
  const others = inputs.filter((_, i) => !positions.includes(i));
  const labels = new Set(positions.flatMap((i) => [...inputs[i]]));
  const needed = (label: string): boolean => output.has(label) || others.some((set) => set.has(label));
  const result = new Set([...labels].filter(needed));
  return { result, remaining: [...others, result], sums: result.size < labels.size, labels };
}

/** The number of elements of an array with these labels. */
export function sizeOfLabels(labels: Iterable<string>, sizes: Sizes): number {
  let size = 1;
  for (const label of labels) size *= sizes.get(label)!;
  return size;
}

/** Multiplications and additions of a contraction of `terms` operands. */
export function flopCount(labels: LabelSet, sums: boolean, terms: number, sizes: Sizes): number {
  return sizeOfLabels(labels, sizes) * (Math.max(1, terms - 1) + (sums ? 1 : 0));
}
