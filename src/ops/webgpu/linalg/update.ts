/** Products of parts of matrices on the GPU, in place. */
import type { MatrixElement } from '../../../kernel/grid/linalg/matrix.ts';
import type { Shape, Update } from '../../../kernel/grid/linalg/update.ts';
import { buildUpdate } from '../../../kernel/grid/linalg/update.ts';
import type { TileShape } from '../../../kernel/grid/product/tiles.ts';
import { wordsOf } from '../../../kernel/grid/element.ts';
import { TILES, isDirect } from '../product/tuner.ts';
import type { WebGpu } from '../webgpu.ts';
import type { Stack } from './stack.ts';
import { launch, liesDown, placed, turned } from './stack.ts';

/** c = a b, or c -= a b, for `count` matrices: m x k by k x n. */
export interface StackProduct {
  readonly count: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Stack;
  readonly b: Stack;
  /** May be elsewhere in the bytes of `a` or `b`. */
  readonly c: Stack;
  readonly subtracts: boolean;
  /** Which operand is conjugated. */
  readonly conjugate?: 'a' | 'b';
  /** What counts of `a`, with ones on the diagonal. */
  readonly shape?: Shape;
  /** Which triangle of c matters. */
  readonly triangle?: Update['triangle'];
}

const OTHER = { a: 'b', b: 'a', lower: 'upper', upper: 'lower', all: 'all' } as const;

/** The product of the transposed matrices. */
const turnedProduct = (product: StackProduct): StackProduct => ({
  ...product,
  m: product.n,
  n: product.m,
  a: turned(product.b),
  b: turned(product.a),
  c: turned(product.c),
  conjugate: product.conjugate && OTHER[product.conjugate],
  triangle: product.triangle && OTHER[product.triangle],
});

/** With fewer larger tiles a GPU would not be busy. */
const ENOUGH = 64;

function tileFor(home: WebGpu, element: MatrixElement, { count, m, n }: StackProduct): TileShape {
  if (isDirect(home.gpu, home.products)) return TILES.direct;
  const { medium, small } = TILES;
  const parts = wordsOf(element);
  const tiles = count * Math.ceil(m / medium.rows) * Math.ceil((n * parts) / medium.columns);
  return Math.min(m, n * parts) > small.rows && tiles >= ENOUGH ? medium : small;
}

/** Computes a product. Neighbouring invocations write neighbours in memory. */
export function multiplyStacks(home: WebGpu, element: MatrixElement, given: StackProduct): void {
  const { count, m, n, k, a, b, c, ...rest } = given;
  if (count * m * n * k === 0) return;
  if (liesDown(c) && !liesDown(turned(c)) && !rest.shape)
    return multiplyStacks(home, element, turnedProduct(given));
  const { subtracts, conjugate, shape = 'full', triangle = 'all' } = rest;
  const tile = tileFor(home, element, given);
  const update: Update = {
    element,
    tile,
    left: {
      where: a.bytes === c.bytes ? 'work' : 'left',
      conjugate: conjugate === 'a',
      along: !liesDown(a),
    },
    right: {
      where: b.bytes === c.bytes ? 'work' : 'right',
      conjugate: conjugate === 'b',
      along: liesDown(b),
    },
    shape,
    subtracts,
    triangle,
  };
  const [down, across] = [Math.ceil(m / tile.rows), Math.ceil((n * wordsOf(element)) / tile.columns)];
  launch(
    home,
    home.kernel(`linalg update ${JSON.stringify(update)}`, () => buildUpdate(update)),
    [a, b, c].filter((x, i) => i === 2 || x.bytes !== c.bytes).map(({ bytes }) => bytes),
    { count, m, n, k, down, across, ...placed('a', a), ...placed('b', b), ...placed('c', c) },
    count * down * across,
  );
}
