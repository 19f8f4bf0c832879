/** The QR factorisation on the GPU: panel by panel, whose reflections are then applied together. */
import { broadcastShapes } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { wordsOf } from '../../../kernel/grid/element.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { BLOCK } from '../../../kernel/grid/linalg/matrix.ts';
import { panelTeams } from '../../../kernel/grid/linalg/panel.ts';
import { REFLECT_GROUP, buildQrPanel, buildSmallQ } from '../../../kernel/grid/linalg/qr.ts';
import { buildBlockReflectors } from '../../../kernel/grid/linalg/reflectors.ts';
import type { QrFactors } from '../../linalg/qr.ts';
import type { WebGpu } from '../webgpu.ts';
import type { PanelPlace } from './panel.ts';
import { panelShape, panelsOf } from './panel.ts';
import type { Stack, Work } from './stack.ts';
import {
  asColumns,
  denseStack,
  elementOf,
  launch,
  makePattern,
  partOf,
  placed,
  turned,
  withMatrices,
  workCopy,
  workEmpty,
} from './stack.ts';
import { multiplyStacks } from './update.ts';

/** `factorQr` for arrays on the GPU. */
export function factorQrOn(home: WebGpu, a: NDArray): QrFactors {
  const element = elementOf(a);
  const { array: reflectors, matrices, count } = workCopy(home, a);
  const [m, n] = reflectors.shape.slice(-2);
  const rank = Math.min(m, n);
  const tau = home.empty([...reflectors.shape.slice(0, -2), rank], a.dtype);
  if (reflectors.size === 0) return { reflectors, tau };
  const taus = denseStack(home.fresh(tau.storage), 1, rank);
  for (const panel of panelsOf(m, n)) {
    const { first, rows, steps, columns, right } = panel;
    const own = partOf(matrices, first, first);
    const ownTaus = partOf(taus, first, 0);
    factorPanel(home, element, count, panel, own, ownTaus);
    if (right === 0) continue;
    withBlocks(home, element, { count, rows, number: steps, v: own, tau: ownTaus }, (blocks) => {
      const block = { count, rows, columns: right, number: steps, v: own, adjoint: true };
      reflect(home, element, { ...block, t: blocks, c: partOf(own, 0, columns) });
    });
  }
  return { reflectors, tau };
}

function factorPanel(
  home: WebGpu,
  element: MatrixElement,
  count: number,
  panel: PanelPlace,
  a: Stack,
  tau: Stack,
): void {
  const shape = panelShape(element, panel);
  const { rows, columns } = panel;
  launch(
    home,
    home.kernel(`linalg qr ${JSON.stringify(shape)}`, () => buildQrPanel(shape)),
    [a.bytes, tau.bytes],
    { count, rows, columns, tauStart: tau.start, tauStep: tau.step, ...placed('a', a) },
    count / panelTeams(shape).teams,
  );
}

/** Reflections that are in matrices of so many rows. */
interface Reflections {
  readonly count: number;
  readonly rows: number;
  readonly number: number;
  readonly v: Stack;
  readonly tau: Stack;
}

const SIZE = BLOCK * BLOCK;

/** Calls `use` with the matrices T of the blocks of reflections: those of a matrix follow each other, `SIZE` elements apart. */
function withBlocks(
  home: WebGpu,
  element: MatrixElement,
  { count, rows, number, v, tau }: Reflections,
  use: (blocks: Stack) => void,
): void {
  const panels = Math.ceil(number / BLOCK);
  const bytes = home.gpu.allocate(4 * wordsOf(element) * count * panels * SIZE);
  const panelStep = BLOCK * (v.row + v.column);
  launch(
    home,
    home.kernel(`linalg reflectors ${element}`, () => buildBlockReflectors(element)),
    [v.bytes, tau.bytes, bytes],
    { count, panels, rows, number, panelStep, ...placed('v', v), ...placed('t', tau) },
    count * panels,
  );
  use(denseStack(bytes, BLOCK, panels * SIZE));
  bytes.release();
}

/** A block of reflections, and the matrices that it is applied to. */
interface Reflect {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly number: number;
  readonly v: Stack;
  readonly t: Stack;
  readonly c: Stack;
  /** Whether I - V T^H V^H is applied, and not I - V T V^H. */
  readonly adjoint: boolean;
}

/** Applies a block of reflections to matrices, in place. */
function reflect(home: WebGpu, element: MatrixElement, block: Reflect): void {
  const { count, rows, columns, number, v, t, c, adjoint } = block;
  const withRows = (use: (rows: Stack) => void): void => {
    const bytes: GpuBytes = home.gpu.allocate(4 * wordsOf(element) * count * number * columns);
    use(denseStack(bytes, columns, number * columns));
    bytes.release();
  };
  withRows((sums) =>
    withRows((weights) => {
      const sizes = { count, n: columns };
      const into = { ...sizes, m: number, subtracts: false };
      const adjointV = { a: turned(v), shape: 'above', conjugate: 'a' } as const;
      multiplyStacks(home, element, { ...into, ...adjointV, k: rows, b: c, c: sums });
      const byT = adjoint ? ({ a: turned(t), conjugate: 'a' } as const) : { a: t };
      multiplyStacks(home, element, { ...into, ...byT, k: number, b: sums, c: weights });
      const byV = { a: v, shape: 'below', subtracts: true } as const;
      multiplyStacks(home, element, { ...sizes, ...byV, m: rows, k: number, b: weights, c });
    }),
  );
}

/** `formQ` for arrays on the GPU. */
export function formQOn(home: WebGpu, reflectors: NDArray, tau: NDArray, columns: number): NDArray {
  const element = elementOf(reflectors);
  const stack = broadcastShapes(reflectors.shape.slice(0, -2), tau.shape.slice(0, -1));
  const rows = reflectors.shape[reflectors.ndim - 2];
  const number = tau.shape[tau.ndim - 1];
  const q = workEmpty(home, reflectors, [...stack, rows, columns]);
  const { array, count } = q;
  if (array.size === 0) return array;
  if (number === 0) {
    makePattern(home, q, 'identity');
    return array;
  }
  withMatrices(home, reflectors, stack, (v) =>
    withMatrices(home, asColumns(tau), stack, (t) => {
      const all = { count, rows, number, v, tau: t };
      if (rows <= BLOCK) formSmall(home, element, q, all);
      else formBlocked(home, element, q, all);
    }),
  );
  return array;
}

function formSmall(
  home: WebGpu,
  element: MatrixElement,
  { array, matrices }: Work,
  { count, rows, number, v, tau }: Reflections,
): void {
  const columns = array.shape[array.ndim - 1];
  launch(
    home,
    home.kernel(`linalg small q ${element}`, () => buildSmallQ(element)),
    [v.bytes, tau.bytes, matrices.bytes],
    { count, rows, columns, number, ...placed('v', v), ...placed('t', tau), ...placed('q', matrices) },
    (count * columns) / REFLECT_GROUP,
  );
}

/** Applies the blocks to the identity, the last one first: each leaves what is above and left of it as it is. */
function formBlocked(home: WebGpu, element: MatrixElement, q: Work, all: Reflections): void {
  const { count, rows, number, v } = all;
  const columns = q.array.shape[q.array.ndim - 1];
  makePattern(home, q, 'identity');
  withBlocks(home, element, all, (blocks) => {
    for (let i = Math.ceil(number / BLOCK) - 1; i >= 0; i--) {
      const first = i * BLOCK;
      reflect(home, element, {
        count,
        rows: rows - first,
        columns: columns - first,
        number: Math.min(BLOCK, number - first),
        v: partOf(v, first, first),
        t: { ...blocks, start: i * SIZE },
        c: partOf(q.matrices, first, first),
        adjoint: false,
      });
    }
  });
}
