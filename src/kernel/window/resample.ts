/** Weighted sums along an axis: a sparse matrix times the axis, for interpolation, average pooling, padding and unfolding. */
import { func, k } from '../build.ts';
import type { Body } from '../build.ts';
import type { Expr, KernelModule, Local } from '../ir.ts';
import type { ValueType } from '../types.ts';
import { BYTES, lanes, vectorOf } from '../types.ts';
import { zero } from '../product/ring.ts';

/** Vectors of a row that are summed together. */
const TOGETHER = 4;

/**
 * `resample(planes, x, xPlane, y, yPlane, count, inner, starts, offsets, weights)`: for each plane and each of `count` rows of y,
 * `inner` sums over the entries e from starts[row] up to starts[row + 1] of weights[e] times the element `offsets[e]` bytes into
 * x's plane. The rows are dense; `starts` are byte positions in `offsets`.
 */
export function resampling(type: 'f32' | 'f64'): KernelModule {
  const size = BYTES[type];
  const params = {
    planes: 'i32',
    x: 'i32',
    xPlane: 'i32',
    y: 'i32',
    yPlane: 'i32',
    count: 'i32',
    inner: 'i32',
    starts: 'i32',
    offsets: 'i32',
    weights: 'i32',
  } as const;
  const main = func('resample', params, undefined, (b, p) => {
    b.for(0, p.planes, 1, () => {
      const [row, table] = [b.let(p.y, 'row'), b.let(p.starts, 'table')];
      b.for(0, p.count, 1, () => {
        const [from, end] = [0, 4].map((at) => b.let(k.load('i32', table, at), 'entry'));
        const weights = b.let(k.add(p.weights, k.mul(from, size / 4)), 'weights');
        const offsets = b.let(k.add(p.offsets, from), 'offsets');
        const entries = { count: b.let(k.idiv(k.sub(end, from), 4), 'count'), offsets, weights };
        const j = b.let(k.const('i32', 0), 'j');
        const pass = (value: ValueType, vectors: number): void => {
          const width = vectors * lanes(value);
          b.while(k.le(k.add(j, width), p.inner), () => {
            const across = b.let(k.mul(j, size), 'across');
            const sums = sumEntries(b, type, value, vectors, k.add(p.x, across), entries);
            sums.forEach((sum, i) => b.store(k.add(row, across), sum, 16 * i));
            b.bump(j, width);
          });
        };
        pass(vectorOf(type), TOGETHER);
        pass(vectorOf(type), 1);
        pass(type, 1);
        b.bump(row, k.mul(p.inner, size));
        b.bump(table, 4);
      });
      b.bump(p.x, p.xPlane);
      b.bump(p.y, p.yPlane);
    });
  });
  return { exports: [main] };
}

/** The entries of a row: how many, and where the first one's offset and weight are. */
interface Entries {
  readonly count: Local;
  readonly offsets: Local;
  readonly weights: Local;
}

/** The sums of a row's entries, for some elements side by side. A single entry of weight 1 keeps the sign of its zero. */
function sumEntries(
  b: Body,
  type: 'f32' | 'f64',
  value: ValueType,
  vectors: number,
  x: Expr,
  { count, offsets, weights }: Entries,
): Local[] {
  const sums = Array.from({ length: vectors }, () => b.let(zero(value), 'sum'));
  const [offset, weight, base] = [b.let(offsets, 'offset'), b.let(weights, 'weight'), b.let(x, 'base')];
  const left = b.let(count, 'left');
  const products = () => {
    const at = b.let(k.add(base, k.load('i32', offset)), 'at');
    const factor = k.load(type, weight);
    const splat = b.let(value === type ? factor : k.splat(vectorOf(type), factor), 'factor');
    b.bump(left, -1);
    b.bump(offset, 4);
    b.bump(weight, BYTES[type]);
    return sums.map((_, i) => k.mul(splat, k.load(value, at, 16 * i)));
  };
  b.if(k.gt(left, 0), () => products().forEach((term, i) => b.set(sums[i], term)));
  b.while(k.gt(left, 0), () => products().forEach((term, i) => b.set(sums[i], k.add(sums[i], term))));
  return sums;
}
