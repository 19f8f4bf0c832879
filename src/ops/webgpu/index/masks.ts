/** Where masks on the GPU are true. */
import type { DType } from '../../../array/dtype.ts';
import { dtype } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { viewArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import { buildGridPutTrue, PUT, gridTrueElements } from '../../../kernel/grid/index/masks.ts';
import { cast, copyOf } from '../../cast.ts';
import { loopForDType, reduceSpec } from '../../ufunc.ts';
import { add } from '../../ufuncs/arithmetic.ts';
import { reshapeView } from '../../views.ts';
import { FAILURE } from '../failures.ts';
import { inParts, launchFor, movingOf, shapeInParts, walkOf } from './launch.ts';
import { scanOn } from '../lines/scan.ts';
import { requireDType } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

const int32 = /* @__PURE__ */ dtype('int32') as DType;

/** How many elements of a mask are true up to each in C order, with itself: one axis. */
function countsOf(home: WebGpu, mask: NDArray): NDArray {
  const near = home.near(mask);
  const flat =
    reshapeView(near, [near.size]) ??
    reshapeView(
      placedOn(home, () => copyOf(near, near.dtype, 'C')),
      [near.size],
    )!;
  return scanOn(home, reduceSpec(add, loopForDType(add, int32, [int32, int32])), flat, 0, { dtype: int32 });
}

/** `trueElements` for a mask on the GPU. */
export async function trueElementsOn(home: WebGpu, mask: NDArray): Promise<NDArray> {
  if (mask.size === 0) return home.empty([0], int32);
  const counts = countsOf(home, mask);
  const { size, itemsize } = counts;
  const last = await home.read(viewArray(counts, [1], [itemsize], counts.offset + (size - 1) * itemsize));
  const numbers = home.empty([last.storage.views.int32[last.offset / 4]], int32);
  if (numbers.size > 0) {
    const from = home.bytesOf(home.contentOf(counts.storage));
    launchFor(home, gridTrueElements, [from, home.fresh(numbers.storage)], { total: size }, size);
  }
  counts.storage.dispose();
  return numbers;
}

/** `putTrue` for a mask on the GPU. */
export function putTrueOn(home: WebGpu, a: NDArray, mask: NDArray, values: NDArray, repeats: boolean): void {
  if (a.size === 0) return;
  requireDType(a.dtype);
  const convert = (): NDArray => cast(values, a.dtype);
  const given = values.storage.remote === null ? home.near(placedOn(null, convert)) : placedOn(home, convert);
  const source = given.storage === a.storage ? home.copy(given) : given;
  if (source.size === 0 && repeats) return;
  const moving = movingOf(a);
  const counts = countsOf(home, mask);
  const check = repeats ? null : home.gpu.newCheck();
  // An element of several parts is put part by part.
  for (let part = 0; part < moving.parts; part++) {
    const shift = part * moving.bytes;
    const alone = { ...moving, parts: 1 };
    const target = inParts(alone, a.offset + shift, a.strides);
    const { offset: first, strides } = inParts(alone, source.offset + shift, source.strides);
    const walk = walkOf(shapeInParts(alone, a.shape), PUT, [target]);
    const { bits } = moving;
    const kernel = home.kernel(`put true ${bits} ${walk.rank} ${repeats}`, () =>
      buildGridPutTrue(bits, walk.rank, repeats ? null : FAILURE.trueCount),
    );
    const params = {
      ...{ total: a.size, first, stride: strides[0] ?? 0, size: source.size },
      ...(check && { check: check.first }),
      ...walk.values,
    };
    const read = [counts, source].map(({ storage }) => home.bytesOf(home.contentOf(storage)));
    const status = check === null ? [] : [check];
    launchFor(home, kernel, [...read, home.writable(a.storage), ...status], params, a.size);
  }
  counts.storage.dispose();
}
