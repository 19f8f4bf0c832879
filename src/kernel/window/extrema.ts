/** Where the largest element of each window is. */
import { func, k, local } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import type { ScalarType, VectorType } from '../types.ts';
import { BYTES, lanes, maskOf, vectorOf } from '../types.ts';

type Float = 'f32' | 'f64';

const INDEX = BYTES.i64;
/** An entry of a table: the first place of a window along an axis, and how many of its places lie inside. */
const ENTRY = 8;

/** A window's place in memory, its index in the plane, and its axes, outermost first: places, bytes and indices between. */
const WINDOW = {
  at: 'i32',
  index: 'i32',
  depth: 'i32',
  height: 'i32',
  width: 'i32',
  depthStep: 'i32',
  heightStep: 'i32',
  widthStep: 'i32',
} as const;

type Window = { readonly [N in keyof typeof WINDOW]: Expr };

/** Visits the places of a window: their addresses and indices. Steps are counted in elements. */
function eachPlace(b: Body, w: Window, size: number, visit: (at: Local, index: Local) => void): void {
  const axis = (
    place: { at: Expr; index: Expr },
    count: Expr,
    step: Expr,
    inner: (place: { at: Local; index: Local }) => void,
  ) => {
    const [at, index] = [b.let(place.at, 'at'), b.let(place.index, 'index')];
    b.for(0, count, 1, () => {
      inner({ at, index });
      b.bump(at, k.mul(step, size));
      b.bump(index, step);
    });
  };
  axis(w, w.depth, w.depthStep, (row) =>
    axis(row, w.height, w.heightStep, (line) =>
      axis(line, w.width, w.widthStep, ({ at, index }) => visit(at, index)),
    ),
  );
}

/** `x` takes the place of the best so far: it is larger, or NaN. */
const better = (x: Expr, best: Expr): Expr => k.or(k.gt(x, best), k.ne(x, x));

/** `search(...window)`: the index of the largest element of one window, of the last NaN if there is one. */
function searchOne(type: Float): KernelFunction {
  return func('search', WINDOW, 'i32', (b, w) => {
    const best = b.let(k.const(type, -Infinity), 'best');
    const found = b.let(w.index, 'found');
    eachPlace(b, w, BYTES[type], (at, index) => {
      const x = b.let(k.load(type, at), 'x');
      const taken = b.let(better(x, best), 'taken');
      b.set(best, k.select(taken, x, best));
      b.set(found, k.select(taken, index, found));
    });
    b.return(found);
  });
}

/** The elements of as many windows as a vector has lanes; `stride` elements lie between two. */
function loadLanes(type: Float, at: Expr, stride: Local, fixed: number): Expr {
  const vector = vectorOf(type);
  const size = BYTES[type];
  const count = lanes(vector);
  if (fixed === 1) return k.load(vector, at);
  if (fixed === 2) {
    // The second vector ends with the last element, so that nothing beyond it is read.
    const halves = [k.load(vector, at), k.load(vector, at, (count - 1) * size)];
    const chosen = Array.from({ length: count }, (_, i) => (2 * i < count ? 2 * i : 2 * i + 1));
    const bytes = chosen.flatMap((unit) => Array.from({ length: size }, (_, byte) => unit * size + byte));
    return k.shuffle(vector, halves[0], halves[1], bytes);
  }
  let result: Expr = k.splat(vector, k.load(type, at));
  for (let i = 1; i < count; i++) {
    result = k.replace(result, i, k.load(type, k.add(at, k.mul(stride, i * size))));
  }
  return result;
}

/**
 * `searchSeveral(...window, stride, count, out)`: the same for `count` windows side by side, a multiple of the lanes; the windows
 * lie `stride` elements apart.
 */
function searchSeveral(type: Float, fixed: number): KernelFunction {
  const vector = vectorOf(type);
  const size = BYTES[type];
  const count = lanes(vector);
  const indexType = maskOf(vector) as VectorType;
  const indexScalar: ScalarType = type === 'f32' ? 'i32' : 'i64';
  const params = { ...WINDOW, stride: 'i32', count: 'i32', out: 'i32' } as const;
  return func(`search${fixed}`, params, undefined, (b, p) => {
    let apart: Expr = k.splat(indexType, 0);
    for (let i = 1; i < count; i++) apart = k.replace(apart, i, k.convert(indexScalar, k.mul(p.stride, i)));
    const steps = b.let(apart, 'steps');
    const indexOf = (index: Expr): Expr => k.add(k.splat(indexType, k.convert(indexScalar, index)), steps);
    b.for(0, p.count, count, () => {
      const best = b.let(k.splat(vector, -Infinity), 'best');
      const found = b.let(indexOf(p.index), 'found');
      eachPlace(b, p, size, (at, index) => {
        const x = b.let(loadLanes(type, at, p.stride, fixed), 'x');
        const taken = b.let(better(x, best), 'taken');
        b.set(best, k.select(taken, x, best));
        b.set(found, k.select(taken, indexOf(index), found));
      });
      const wide = type === 'f32' ? [k.extendLow('i64x2', found), k.extendHigh('i64x2', found)] : [found];
      wide.forEach((half, i) => b.store(p.out, half, 16 * i));
      b.bump(p.out, count * INDEX);
      b.bump(p.at, k.mul(p.stride, count * size));
      b.bump(p.index, k.mul(p.stride, count));
    });
  });
}

const PARAMS = {
  planes: 'i32',
  x: 'i32',
  xPlane: 'i32',
  out: 'i32',
  // The result's lengths, and the table of windows along each axis.
  depths: 'i32',
  heights: 'i32',
  widths: 'i32',
  depthTable: 'i32',
  heightTable: 'i32',
  widthTable: 'i32',
  // Elements between the places of a window along each axis, and between rows and layers of the plane.
  depthStep: 'i32',
  heightStep: 'i32',
  widthStep: 'i32',
  layer: 'i32',
  row: 'i32',
  // The windows from `inner` on, `wide` of them, have all their places inside and lie `stride` elements apart.
  inner: 'i32',
  wide: 'i32',
  stride: 'i32',
} as const;

/** The index of the largest element of each window, in planes of up to three axes: `argmax(...)`, parameters as commented above. */
export function windowExtrema(type: Float): KernelModule {
  const size = BYTES[type];
  const one = searchOne(type);
  const several = [1, 2, 0].map((fixed) => searchSeveral(type, fixed));
  const main = func('argmax', PARAMS, undefined, (b, p) => {
    const read = (table: Expr, i: Expr) => {
      const entry = b.let(k.add(table, k.mul(i, ENTRY)), 'entry');
      return [b.let(k.load('i32', entry), 'start'), b.let(k.load('i32', entry, 4), 'count')] as const;
    };
    const end = b.let(k.add(p.inner, p.wide), 'end');
    b.for(0, p.planes, 1, () => {
      b.for(0, p.depths, 1, (i) => {
        const [front, depth] = read(p.depthTable, i);
        b.for(0, p.heights, 1, (j) => {
          const [top, height] = read(p.heightTable, j);
          const start = b.let(k.add(k.mul(front, p.layer), k.mul(top, p.row)), 'start');
          const column = local('i32', 'column');
          b.set(column, 0);
          const window = (): Expr[] => {
            const [left, width] = read(p.widthTable, column);
            const index = b.let(k.add(start, left), 'index');
            const at = k.add(p.x, k.mul(index, size));
            return [at, index, depth, height, width, p.depthStep, p.heightStep, p.widthStep];
          };
          b.while(k.lt(column, p.widths), () => {
            b.if(
              k.and(k.eq(column, p.inner), k.gt(p.wide, 0)),
              () => {
                const args = [...window(), p.stride, p.wide, p.out];
                const call = (fn: KernelFunction) => () => b.call(fn, ...args);
                b.if(k.eq(p.stride, 1), call(several[0]), () =>
                  b.if(k.eq(p.stride, 2), call(several[1]), call(several[2])),
                );
                b.bump(p.out, k.mul(p.wide, INDEX));
                b.set(column, end);
              },
              () => {
                b.store(p.out, k.convert('i64', k.call(one, ...window())));
                b.bump(p.out, INDEX);
                b.bump(column, 1);
              },
            );
          });
        });
      });
      b.bump(p.x, p.xPlane);
    });
  });
  return { exports: [main] };
}
