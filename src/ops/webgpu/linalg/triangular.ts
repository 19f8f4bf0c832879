/** Triangular systems on the GPU: blocks on the diagonal are solved one after the other, the rest is products. */
import { broadcastShapes } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { wordsOf } from '../../../kernel/grid/element.ts';
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import { BLOCK } from '../../../kernel/grid/linalg/matrix.ts';
import type { TriangularBlock } from '../../../kernel/grid/linalg/triangular.ts';
import { buildTriangularBlock, triangularTeams } from '../../../kernel/grid/linalg/triangular.ts';
import type { TriangularOptions } from '../../linalg/triangular.ts';
import type { WebGpu } from '../webgpu.ts';
import type { Stack } from './stack.ts';
import {
  elementOf,
  launch,
  liesDown,
  partOf,
  placed,
  reversed,
  reversedRows,
  sideOf,
  withMatrices,
  workCopy,
} from './stack.ts';
import { multiplyStacks } from './update.ts';

/** `solveTriangular` for arrays on the GPU. */
export function solveTriangularOn(
  home: WebGpu,
  a: NDArray,
  b: NDArray,
  { upper, unit, conjugate }: TriangularOptions,
): NDArray {
  const element = elementOf(b);
  const stack = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const { array, matrices, count } = workCopy(home, b, stack);
  if (array.size === 0) return array;
  const [n, columns] = array.shape.slice(-2);
  withMatrices(home, a, stack, (triangle) =>
    solveStacks(home, element, {
      count,
      n,
      columns,
      a: upper ? reversed(triangle, n) : triangle,
      x: upper ? reversedRows(matrices, n) : matrices,
      unit,
      conjugate,
    }),
  );
  return array;
}

/** The systems a x = b of `count` lower triangular matrices. */
export interface StackSystem {
  readonly count: number;
  readonly n: number;
  readonly columns: number;
  readonly a: Stack;
  /** The right sides, which become the solutions; may be elsewhere in the bytes of `a`. */
  readonly x: Stack;
  readonly unit: boolean;
  readonly conjugate: boolean;
}

/** Solves systems. */
export function solveStacks(home: WebGpu, element: MatrixElement, system: StackSystem): void {
  const { count, n, columns, a, x, conjugate } = system;
  if (columns === 0) return;
  for (let first = 0; first < n; first += BLOCK) {
    const rows = Math.min(BLOCK, n - first);
    const own = partOf(x, first, 0);
    solveBlock(home, element, { ...system, n: rows, a: partOf(a, first, first), x: own });
    multiplyStacks(home, element, {
      count,
      m: n - first - rows,
      n: columns,
      k: rows,
      a: partOf(a, first + rows, first),
      b: own,
      c: partOf(x, first + rows, 0),
      subtracts: true,
      conjugate: conjugate ? 'a' : undefined,
    });
  }
}

/** Columns of right sides that a team may take: fewer than the most where there would be few workgroups otherwise. */
const WIDTHS = [1, 8, 64] as const;
const ENOUGH = 64;

function widthOf(element: MatrixElement, { count, columns }: StackSystem): number {
  const [one, few, most] = WIDTHS;
  if (columns === one) return one;
  const many = most / wordsOf(element);
  return columns > few && count * Math.ceil(columns / many) >= ENOUGH ? many : few;
}

/** Solves systems of at most `BLOCK` rows. */
function solveBlock(home: WebGpu, element: MatrixElement, system: StackSystem): void {
  const { count, n, columns, a, x, unit, conjugate } = system;
  const block: TriangularBlock = {
    element,
    side: sideOf(n),
    width: widthOf(element, system),
    unit,
    inPlace: a.bytes === x.bytes,
  };
  const tiles = Math.ceil(columns / block.width);
  launch(
    home,
    home.kernel(`linalg solve ${JSON.stringify(block)}`, () => buildTriangularBlock(block)),
    block.inPlace ? [x.bytes] : [a.bytes, x.bytes],
    {
      count,
      n,
      columns,
      tiles,
      aDown: Number(liesDown(a)),
      xDown: Number(liesDown(x)),
      sign: conjugate ? -1 : 1,
      ...placed('a', a),
      ...placed('x', x),
    },
    (count * tiles) / triangularTeams(block).teams,
  );
}
