/**
 * Matrix products that are put off, like formulas: what is elementwise computed of a product (bias, activation, residual) is done by
 * the product's own kernel, before its elements go to memory.
 *
 * The operands of a product are computed first: a tile of an operand is read by as many workgroups as the result has tiles the other
 * way, each of which would compute a formula anew.
 */
import { sizeOf } from '../../array/layout.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import type { ElementType } from '../../kernel/element.ts';
import { layoutOf } from '../../kernel/element.ts';
import type { GridKernel } from '../../kernel/grid/build.ts';
import { perWord } from '../../kernel/grid/element.ts';
import type { GridRing } from '../../kernel/grid/product.ts';
import { gridRing } from '../../kernel/grid/product.ts';
import { buildLineProduct } from '../../kernel/grid/product_lines.ts';
import type { EndLeaf, EndPlace, ProductEnd } from '../../kernel/grid/product_results.ts';
import { plainEnd, writtenTogether } from '../../kernel/grid/product_results.ts';
import { SUM_GROUP, buildProductSum } from '../../kernel/grid/product_sum.ts';
import { buildTileProduct } from '../../kernel/grid/product_tile.ts';
import { gridAxes } from './axes.ts';
import type { Content } from './content.ts';
import type { Formula, Leaf } from './formula.ts';
import type { MatrixPlace, ProductPlan, ProductSizes } from './tuner.ts';
import { planProduct } from './tuner.ts';
import type { WebGpu } from './webgpu.ts';

/** An operand: a stack of matrices on the device. */
export interface MatrixLeaf extends MatrixPlace {
  readonly content: Content;
}

/** A stack of matrix products, whose elements in C order are the result. */
export interface Product extends ProductSizes {
  readonly element: ElementType;
  readonly leaves: readonly [MatrixLeaf, MatrixLeaf];
}

const elementsOf = ({ m, n, lengths }: Product): number =>
  lengths.reduce((all, length) => all * length, m * n);

/** What becomes of a product's elements, with the bytes that it reads and writes. */
interface EndJob {
  readonly end: ProductEnd;
  readonly buffers: readonly GpuBytes[];
  readonly params: readonly number[];
  readonly targets: readonly GpuBytes[];
}

/** Computes the product of a content. */
export function computeProduct(home: WebGpu, content: Content): void {
  const product = content.product!;
  const { element, n } = product;
  const bytes = home.gpu.allocate(content.byteLength);
  const end = plainEnd(element, n % perWord(element) === 0);
  run(home, product, { end, buffers: [], params: [], targets: [bytes] });
  content.bytes = bytes;
  content.settle();
}

/**
 * Computes a content's formula in the kernel of a product that it reads, if there is one. If others need the product too, it is
 * written as well.
 *
 * @returns whether that was done
 */
export function computeWithProduct(home: WebGpu, content: Content): boolean {
  const formula = content.formula!;
  const at = productLeaf(home, formula);
  if (at < 0) return false;
  const others = formula.leaves.filter((_, i) => i !== at);
  const read = others.map((leaf) => home.bytesOf(leaf.content));
  const source = formula.leaves[at].content;
  const { product } = source;
  // A leaf may have been computed with it.
  if (product === null) return false;
  const kept = source.isShared ? home.gpu.allocate(source.byteLength) : null;
  const bytes = home.gpu.allocate(content.byteLength);
  const buffers = [...new Set(read)];
  const { places, rank, params } = placesOf(formula, product, others);
  const results = kept ? [formula.element, product.element] : [formula.element];
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
    whole: product.n % Math.max(...results.map(perWord)) === 0,
    value: (own, leaves, scalars) => {
      const value = formula.value(leaves.toSpliced(at, 0, own), scalars);
      return kept ? [value, own] : [value];
    },
  };
  const targets = kept ? [bytes, kept] : [bytes];
  const scalars = formula.scalars.map(({ value }) => value);
  run(home, product, { end, buffers, params: [...params, ...scalars], targets });
  if (kept) {
    source.bytes = kept;
    source.settle();
  }
  content.bytes = bytes;
  content.settle();
  return true;
}

/** The leaf that is the product whose kernel can compute the formula: the one that is most work. -1 if there is none. */
function productLeaf(home: WebGpu, formula: Formula): number {
  const { leaves, shape } = formula;
  const size = sizeOf(shape);
  let found = -1;
  let most = 0;
  leaves.forEach(({ content, element, offset, strides }, i) => {
    const { product } = content;
    if (product === null || product.k <= most || product.element !== element) return;
    if (offset !== 0 || elementsOf(product) !== size || !isDense(shape, strides)) return;
    const others = leaves.filter((_, j) => j !== i).map((leaf) => leaf.content);
    if (others.includes(content)) return;
    const own = product.leaves.map((leaf) => home.bindings(leaf.content)).reduce((x, y) => x + y);
    if (!home.canBind(others, own + (content.isShared ? 2 : 1) * home.bindings(content))) return;
    [found, most] = [i, product.k];
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

/** How the leaves of a formula lie along the product, and the parameters that say so. */
function placesOf(
  { shape }: Formula,
  { n }: Product,
  leaves: readonly Leaf[],
): { readonly places: readonly EndPlace[]; readonly rank: number; readonly params: readonly number[] } {
  const last = shape.length - 1;
  const kindOf = ({ strides }: Leaf): EndPlace => {
    if (strides.every((s, d) => s === 0 || shape[d] === 1)) return 'one';
    if (isDense(shape, strides)) return 'dense';
    const isRow = shape[last] === n && strides.every((s, d) => d === last || s === 0 || shape[d] === 1);
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
    if (places[i] === 'columns') params.push(leaf.strides[last]);
    if (places[i] === 'strided') params.push(...strides[next++]);
  });
  return { places, rank, params };
}

/** Runs the kernels of a product. */
function run(home: WebGpu, product: Product, job: EndJob): void {
  const ring = gridRing(product.element);
  const plan = planProduct(home.gpu, ring, product, home.products);
  if (plan.splits === 1) {
    launch(home, product, ring, plan, job);
    return;
  }
  const total = elementsOf(product);
  const parts = home.gpu.allocate(plan.splits * total * layoutOf(ring.partial).bytes);
  launch(home, product, ring, plan, {
    end: plainEnd(ring.partial, true),
    buffers: [],
    params: [],
    targets: [parts],
  });
  const { end, buffers, params, targets } = job;
  const key = `product sum ${ring.element} ${endKey(end)}`;
  const kernel = home.kernel(key, () => buildProductSum(ring, end));
  const items = Math.ceil(total / writtenTogether(end));
  home.gpu.launch(
    kernel,
    [parts, ...buffers, ...targets],
    [total, product.n, plan.splits, ...params],
    Math.ceil(items / SUM_GROUP),
  );
  parts.release();
}

/** Launches the kernel that multiplies. */
function launch(home: WebGpu, product: Product, ring: GridRing, plan: ProductPlan, job: EndJob): void {
  const { m, n, k, lengths, leaves } = product;
  const matrices = lengths.reduce((all, length) => all * length, 1);
  const { kernel, blocks } =
    plan.kernel === 'tiles'
      ? tileKernel(home, product, ring, plan, job.end)
      : lineKernel(home, product, ring, plan, job.end);
  const groups = blocks.reduce(
    (all, count) => all * count,
    plan.splits * (plan.kernel === 'tiles' ? matrices : 1),
  );
  const places = leaves.flatMap(({ offset, row, column, steps }) => [offset, row, column, ...steps]);
  const depth = plan.kernel === 'tiles' ? k * ring.parts : k;
  const params = [
    groups,
    m,
    n,
    depth,
    matrices,
    ...blocks,
    plan.splits,
    plan.chunk,
    ...lengths.slice(0, -1),
    ...places,
  ];
  const [a, b] = leaves.map(({ content }) => home.bytesOf(content));
  home.gpu.launch(kernel, [a, b, ...job.buffers, ...job.targets], [...params, ...job.params], groups);
}

type PlanOf<K extends ProductPlan['kernel']> = Extract<ProductPlan, { kernel: K }>;

/** A kernel, and how many blocks of the result there are for it each way. */
interface Chosen {
  readonly kernel: GridKernel;
  readonly blocks: readonly number[];
}

function tileKernel(
  home: WebGpu,
  { m, n, lengths }: Product,
  ring: GridRing,
  { tile, left, right, splits }: PlanOf<'tiles'>,
  end: ProductEnd,
): Chosen {
  const rank = lengths.length;
  const split = splits > 1;
  const key = `product ${Object.values(tile).join()} ${left} ${right} ${rank} ${split} ${ring.element} ${endKey(end)}`;
  const kernel = home.kernel(key, () => buildTileProduct({ ring, tile, left, right, rank, split, end }));
  return { kernel, blocks: [Math.ceil(m / tile.rows), Math.ceil((n * ring.parts) / tile.columns)] };
}

function lineKernel(
  home: WebGpu,
  { m, n, lengths }: Product,
  ring: GridRing,
  { kernel: _, splits, chunk: __, ...plan }: PlanOf<'lines'>,
  all: ProductEnd,
): Chosen {
  const rank = lengths.length;
  const split = splits > 1;
  // A line's sums are neighbours of others' sums: words that they share are not written as a whole.
  const end = { ...all, whole: false };
  const { vectors, count, size, team, four } = plan;
  const shape = [vectors, count, size, team.lanes, team.across, four].join();
  const key = `product ${shape} ${rank} ${split} ${ring.element} ${endKey(end)}`;
  const kernel = home.kernel(key, () => buildLineProduct({ ...plan, ring, rank, split, end }));
  const inMatrix = { right: m, left: n, each: m * n }[vectors];
  const total = lengths.reduce((product, length) => product * length, inMatrix);
  return { kernel, blocks: [Math.ceil((total * team.lanes) / size)] };
}

function endKey({ key, leaves, rank, scalars, results, whole }: ProductEnd): string {
  const places = leaves.map(({ buffer, element, place }) => `${buffer}${element}${place}`).join();
  return `${key} ${places} ${rank} ${scalars.join('')} ${results.join()} ${whole}`;
}
