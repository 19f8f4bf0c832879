/** The LU factorisation on the GPU. The pivots stay there: kernels that exchange rows read them. */
import { int32 } from '../../../array/dtype.ts';
import { broadcastShapes } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import type { Check } from '../../../device/webgpu/checks.ts';
import { EXCHANGE_GROUP, buildExchange, buildLuPanel } from '../../../kernel/grid/linalg/lu.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { panelTeams } from '../../../kernel/grid/linalg/panel.ts';
import type { LuFactors } from '../../linalg/lu.ts';
import { FAILURE } from '../failures.ts';
import type { WebGpu } from '../webgpu.ts';
import type { PanelPlace } from './panel.ts';
import { panelShape, panelsOf } from './panel.ts';
import type { Stack } from './stack.ts';
import { asColumns, denseStack, elementOf, launch, partOf, placed, withMatrices, workCopy } from './stack.ts';
import { solveStacks } from './triangular.ts';
import { multiplyStacks } from './update.ts';

/** `factorLu` for arrays on the GPU: panel by panel, with what that makes of the columns to the right. */
export function factorLuOn(home: WebGpu, a: NDArray, regular: boolean): LuFactors {
  const element = elementOf(a);
  const { array: lu, matrices, count } = workCopy(home, a);
  const [m, n] = lu.shape.slice(-2);
  const rank = Math.min(m, n);
  const pivots = home.empty([...lu.shape.slice(0, -2), rank], int32) as NDArray<'int32'>;
  if (lu.size === 0) return { lu, pivots };
  const rows = denseStack(home.fresh(pivots.storage), 1, rank);
  const check = regular ? home.gpu.newCheck() : null;
  for (const panel of panelsOf(m, n)) {
    const { first, steps, columns, right } = panel;
    const own = partOf(matrices, first, first);
    const beside = partOf(own, 0, columns);
    factorPanel(home, { element, count, panel, check }, own, rows);
    exchange(home, element, {
      count,
      columns: n - columns,
      skip: { from: first, columns },
      exchanges: { first, number: steps, turn: 1 },
      a: matrices,
      pivots: rows,
    });
    const system = { count, n: steps, columns: right, a: own, x: beside };
    solveStacks(home, element, { ...system, unit: true, conjugate: false });
    multiplyStacks(home, element, {
      count,
      m: panel.rows - steps,
      n: right,
      k: steps,
      a: partOf(own, steps, 0),
      b: beside,
      c: partOf(beside, steps, 0),
      subtracts: true,
    });
  }
  return { lu, pivots };
}

interface PanelJob {
  readonly element: MatrixElement;
  readonly count: number;
  readonly panel: PanelPlace;
  /** Told of pivots that are 0; null if they may be. */
  readonly check: Check | null;
}

function factorPanel(
  home: WebGpu,
  { element, count, panel, check }: PanelJob,
  a: Stack,
  pivots: Stack,
): void {
  const shape = { ...panelShape(element, panel), code: check === null ? null : FAILURE.singular };
  const { first, rows, columns } = panel;
  launch(
    home,
    home.kernel(`linalg lu ${JSON.stringify(shape)}`, () => buildLuPanel(shape)),
    [a.bytes, pivots.bytes, ...(check === null ? [] : [check])],
    {
      ...{ count, rows, columns, first, pivotStep: pivots.step },
      ...(check && { check: check.first }),
      ...placed('a', a),
    },
    count / panelTeams(shape).teams,
  );
}

/** Exchanges of rows, of some of the columns of matrices. */
interface Exchange {
  readonly count: number;
  /** How many columns there are besides those that are skipped. */
  readonly columns: number;
  readonly skip: { readonly from: number; readonly columns: number };
  /** The first row that is exchanged, how many are, and the way from each to the next: 1 or -1. */
  readonly exchanges: { readonly first: number; readonly number: number; readonly turn: number };
  readonly a: Stack;
  readonly pivots: Stack;
}

function exchange(home: WebGpu, element: MatrixElement, given: Exchange): void {
  const { count, columns, skip, exchanges, a, pivots } = given;
  launch(
    home,
    home.kernel(`linalg exchange ${element}`, () => buildExchange(element)),
    [a.bytes, pivots.bytes],
    {
      count,
      columns,
      skipFrom: skip.from,
      skip: skip.columns,
      ...exchanges,
      ...placed('a', a),
      ...placed('p', pivots),
    },
    (count * columns) / EXCHANGE_GROUP,
  );
}

/** `exchangeRows` for arrays on the GPU. */
export function exchangeRowsOn(
  home: WebGpu,
  b: NDArray,
  pivots: NDArray<'int32'>,
  backwards: boolean,
): NDArray {
  const stack = broadcastShapes(b.shape.slice(0, -2), pivots.shape.slice(0, -1));
  const { array, matrices, count } = workCopy(home, b, stack);
  const number = pivots.shape[pivots.ndim - 1];
  if (array.size === 0 || number === 0) return array;
  const columns = array.shape[array.ndim - 1];
  withMatrices(home, asColumns(pivots), stack, (places) =>
    exchange(home, elementOf(b), {
      count,
      columns,
      skip: { from: columns, columns: 0 },
      exchanges: backwards ? { first: number - 1, number, turn: -1 } : { first: 0, number, turn: 1 },
      a: matrices,
      pivots: places,
    }),
  );
  return array;
}
