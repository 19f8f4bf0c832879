/** Matrix products on the GPU: which kernels compute them, and how. */
import { layoutOf } from '../../../kernel/element.ts';
import type { ElementType } from '../../../kernel/element.ts';
import type { GridKernel } from '../../../kernel/grid/build.ts';
import type { GridRing } from '../../../kernel/grid/product/ring.ts';
import { gridRing } from '../../../kernel/grid/product/ring.ts';
import { buildLineProduct } from '../../../kernel/grid/product/lines.ts';
import type { ProductEnd } from '../../../kernel/grid/product/results.ts';
import { buildTileProduct } from '../../../kernel/grid/product/tile.ts';
import type { Bilinear, Columns, EndJob } from './bilinear.ts';
import { addParts, endKey, plainJob } from './bilinear.ts';
import type { Content } from '../content.ts';
import type { MatrixPlace, ProductPlan, ProductSizes } from './tuner.ts';
import { planProduct } from './tuner.ts';
import type { WebGpu } from '../webgpu.ts';

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

/** A product as an operation that is put off. */
export function putOff(home: WebGpu, product: Product): Bilinear {
  const { element, leaves, n, k } = product;
  return {
    ...columnsOf(product),
    element,
    leaves,
    tables: 0,
    depth: k,
    fills: (perWord) => n % perWord === 0,
    run: (job) => run(home, product, job),
  };
}

const columnsOf = (product: Product): Columns => ({
  size: elementsOf(product),
  columns: product.n,
  inner: 1,
});

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
  launch(home, product, ring, plan, plainJob(ring.partial, true, parts));
  addParts(home, ring, columnsOf(product), plan.splits, parts, job);
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
  const { vectors, count, lines, size, team, four } = plan;
  const matrices = lengths.reduce((all, length) => all * length, 1);
  const inMatrix = { right: m, left: n, each: m * n }[vectors];
  const shape = [vectors, count, lines, size, team.lanes, team.across, four].join();
  const key = `product ${shape} ${rank} ${split} ${ring.element} ${endKey(end)}`;
  const kernel = home.kernel(key, () => buildLineProduct({ ...plan, ring, rank, split, end }));
  return { kernel, blocks: [Math.ceil((Math.ceil(inMatrix / lines) * matrices * team.lanes) / size)] };
}
