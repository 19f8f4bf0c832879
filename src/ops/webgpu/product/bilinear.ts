/**
 * Matrix products and convolutions, which are put off like formulas: what is elementwise computed of one (bias, activation, residual)
 * is done by its own kernel, before its elements go to memory.
 *
 * The operands are computed first: an element of an operand is read by many workgroups, each of which would compute a formula anew.
 */
import { sizeOf } from '../../../array/layout.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { ElementType } from '../../../kernel/element.ts';
import { perWord } from '../../../kernel/grid/element.ts';
import type { GridRing } from '../../../kernel/grid/product/ring.ts';
import type { EndLeaf, EndPlace, ProductEnd } from '../../../kernel/grid/product/results.ts';
import { plainEnd, writtenTogether } from '../../../kernel/grid/product/results.ts';
import { SUM_GROUP, buildProductSum } from '../../../kernel/grid/product/sum.ts';
import { gridAxes } from '../axes.ts';
import type { Content } from '../content.ts';
import type { Formula, Leaf } from '../formula.ts';
import type { WebGpu } from '../webgpu.ts';

/** How the elements of a result lie, in C order: as (..., columns, inner). */
export interface Columns {
  readonly size: number;
  readonly columns: number;
  readonly inner: number;
}

/** An operation that is put off: all elements of its result in C order. */
export interface Bilinear extends Columns {
  readonly element: ElementType;
  readonly leaves: readonly { readonly content: Content }[];
  /** What its kernel is bound to besides the leaves and what it writes. */
  readonly tables: number;
  /** Products that are added for an element. */
  readonly depth: number;
  /** Whether its kernel writes so many elements that share a word together. */
  readonly fills: (perWord: number) => boolean;
  /** Launches its kernels. */
  readonly run: (job: EndJob) => void;
}

/** What becomes of the elements, with the bytes that it reads and writes. */
export interface EndJob {
  readonly end: ProductEnd;
  readonly buffers: readonly GpuBytes[];
  readonly params: readonly number[];
  readonly targets: readonly GpuBytes[];
}

/** The job that writes the elements as they are. */
export function plainJob(element: ElementType, whole: boolean, target: GpuBytes): EndJob {
  return { end: plainEnd(element, whole), buffers: [], params: [], targets: [target] };
}

/** Computes the operation of a content. */
export function computeBilinear(home: WebGpu, content: Content): void {
  const { element, run, fills } = content.bilinear!;
  const bytes = home.gpu.allocate(content.byteLength);
  run(plainJob(element, fills(perWord(element)), bytes));
  content.bytes = bytes;
  content.settle();
}

/**
 * Computes a content's formula in the kernel of an operation that it reads, if there is one. If others need the operation's result
 * too, it is written as well.
 *
 * @returns whether that was done
 */
export function computeWithBilinear(home: WebGpu, content: Content): boolean {
  const formula = content.formula!;
  const at = bilinearLeaf(home, formula);
  if (at < 0) return false;
  const others = formula.leaves.filter((_, i) => i !== at);
  const read = others.map((leaf) => home.bytesOf(leaf.content));
  const source = formula.leaves[at].content;
  const { bilinear } = source;
  // A leaf may have been computed with it.
  if (bilinear === null) return false;
  const kept = source.isShared ? home.gpu.allocate(source.byteLength) : null;
  const bytes = home.gpu.allocate(content.byteLength);
  const buffers = [...new Set(read)];
  const { places, rank, params } = placesOf(formula, bilinear, others);
  const results = kept ? [formula.element, bilinear.element] : [formula.element];
  const end: ProductEnd = {
    key: `${formula.key}@${at}`,
    leaves: others.map(({ element }, i): EndLeaf => ({
      buffer: buffers.indexOf(read[i]),
      element,
      place: places[i],
    })),
    buffers: buffers.length,
    rank,
    scalars: formula.scalars.map(({ type }) => type),
    results,
    whole: bilinear.fills(Math.max(...results.map(perWord))),
    value: (own, leaves, scalars) => {
      const value = formula.value(leaves.toSpliced(at, 0, own), scalars);
      return kept ? [value, own] : [value];
    },
  };
  const targets = kept ? [bytes, kept] : [bytes];
  const scalars = formula.scalars.map(({ value }) => value);
  bilinear.run({ end, buffers, params: [...params, ...scalars], targets });
  if (kept) {
    source.bytes = kept;
    source.settle();
  }
  content.bytes = bytes;
  content.settle();
  return true;
}

/** The leaf that is the operation whose kernel can compute the formula: the one that is most work. -1 if there is none. */
function bilinearLeaf(home: WebGpu, formula: Formula): number {
  const { leaves, shape } = formula;
  const size = sizeOf(shape);
  let found = -1;
  let most = 0;
  leaves.forEach(({ content, element, offset, strides }, i) => {
    const { bilinear } = content;
    if (bilinear === null || bilinear.depth <= most || bilinear.element !== element) return;
    if (offset !== 0 || bilinear.size !== size || !isDense(shape, strides)) return;
    const others = leaves.filter((_, j) => j !== i).map((leaf) => leaf.content);
    if (others.includes(content)) return;
    const own = bilinear.leaves.reduce((sum, leaf) => sum + home.bindings(leaf.content), bilinear.tables);
    if (!home.canBind(others, own + (content.isShared ? 2 : 1) * home.bindings(content))) return;
    [found, most] = [i, bilinear.depth];
  });
  return found;
}

/** Whether strides are those of C order. */
function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== expected) return false;
    expected *= shape[d];
  }
  return true;
}

/** How the leaves of a formula lie along the operation's result, and the parameters that say so. */
function placesOf(
  { shape }: Formula,
  { columns, inner }: Columns,
  leaves: readonly Leaf[],
): { readonly places: readonly EndPlace[]; readonly rank: number; readonly params: readonly number[] } {
  const axis = shape.findIndex((n, d) => n === columns && sizeOf(shape.slice(d + 1)) === inner);
  const kindOf = ({ strides }: Leaf): EndPlace => {
    if (strides.every((s, d) => s === 0 || shape[d] === 1)) return 'one';
    if (isDense(shape, strides)) return 'dense';
    const isRow = strides.every((s, d) => d === axis || s === 0 || shape[d] === 1);
    return isRow ? 'columns' : 'strided';
  };
  const places = leaves.map(kindOf);
  const strided = leaves.filter((_, i) => places[i] === 'strided');
  const { lengths, strides } = gridAxes(
    shape,
    strided.map((leaf) => leaf.strides),
  );
  const rank = strided.length > 0 ? lengths.length : 0;
  const params = rank > 0 ? lengths.slice(0, -1) : [];
  let next = 0;
  leaves.forEach((leaf, i) => {
    params.push(leaf.offset);
    if (places[i] === 'columns') params.push(leaf.strides[axis]);
    if (places[i] === 'strided') params.push(...strides[next++]);
  });
  return { places, rank, params };
}

/** Adds the parts of sums that several workgroups have each computed, and does the job. */
export function addParts(
  home: WebGpu,
  ring: GridRing,
  { size, columns, inner }: Columns,
  splits: number,
  parts: GpuBytes,
  { end, buffers, params, targets }: EndJob,
): void {
  const kernel = home.kernel(`product sum ${ring.element} ${endKey(end)}`, () => buildProductSum(ring, end));
  home.gpu.launch(
    kernel,
    [parts, ...buffers, ...targets],
    [size, columns, inner, splits, ...params],
    Math.ceil(size / writtenTogether(end) / SUM_GROUP),
  );
}

/** What kernels with an end are specialised by. */
export function endKey({ key, leaves, rank, scalars, results, whole }: ProductEnd): string {
  const places = leaves.map(({ buffer, element, place }) => `${buffer}${element}${place}`).join();
  return `${key} ${places} ${rank} ${scalars.join('')} ${results.join()} ${whole}`;
}
