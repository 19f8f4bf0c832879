/** Arithmetic progressions as arrays. */
import type { DType, DTypeName } from '../array/dtype.ts';
import { float16, float32, float64, int64 } from '../array/dtype.ts';
import { bitsToHalf, halfToBits } from '../array/half.ts';
import { heap } from '../array/heap.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import { lazyKernel } from '../device/current.ts';
import type { IotaType } from '../kernel/iota.ts';
import { buildIota } from '../kernel/iota.ts';
import { acceleratorOfNew } from './accelerator.ts';
import { cast } from './cast.ts';

const kernel = {
  f32: /* @__PURE__ */ lazyKernel<'iota'>(() => buildIota('f32')),
  f64: /* @__PURE__ */ lazyKernel<'iota'>(() => buildIota('f64')),
  i64: /* @__PURE__ */ lazyKernel<'iota'>(() => buildIota('i64')),
};

/** Elements computed at a time for arrays outside the heap. */
const BLOCK = 65536;

/** `length` elements from `start` on, `step` apart; bigints for integer dtypes. */
export function iota<D extends DTypeName>(
  length: number,
  start: number | bigint,
  step: number | bigint,
  dtype: DType<D>,
): NDArray<D> {
  const type = computeTypeOf(dtype);
  const [first, delta] =
    type === 'i64' ? [BigInt(start), BigInt(step)] : firstAndDelta(Number(start), Number(step), dtype);
  const on = acceleratorOfNew();
  if (on !== null && dtype.kind !== 'b' && isNarrow(dtype)) {
    const [x, d] =
      type === 'i64' ? [first, delta].map((n) => BigInt.asIntN(32, n as bigint)) : [first, delta];
    return cast(on.progression(length, Number(x), Number(d), type === 'i64' ? 'i32' : 'f32'), dtype);
  }
  const computed = emptyArray([length], COMPUTED[type]);
  run(type, computed, first, delta);
  return cast(computed, dtype);
}

const COMPUTED: Readonly<Record<IotaType, DType>> = { f32: float32, f64: float64, i64: int64 };

function computeTypeOf(dtype: DType): IotaType {
  if (dtype.kind === 'f' || dtype.kind === 'c')
    return dtype.itemsize === 4 || dtype === float16 || dtype.name === 'complex64' ? 'f32' : 'f64';
  return 'i64';
}

/** Whether a number of this dtype has at most 32 bits. */
const isNarrow = ({ kind, itemsize }: DType): boolean => itemsize <= (kind === 'c' ? 8 : 4);

/** The step is the difference of the first two elements as the dtype holds them. */
function firstAndDelta(start: number, step: number, dtype: DType): [number, number] {
  const round =
    dtype === (float16 as DType)
      ? (x: number) => bitsToHalf(halfToBits(x))
      : computeTypeOf(dtype) === 'f32'
        ? Math.fround
        : (x: number) => x;
  const first = round(start);
  return [first, round(start + step) - first];
}

function run(type: IotaType, out: NDArray, first: number | bigint, delta: number | bigint): void {
  const { iota: entry } = kernel[type]();
  if (out.storage.inHeap) {
    entry(out.offset, out.size, first, delta);
    return;
  }
  const block = heap.alloc(BLOCK * out.itemsize);
  for (let i = 0; i < out.size; i += BLOCK) {
    const n = Math.min(BLOCK, out.size - i);
    const at =
      type === 'i64'
        ? (first as bigint) + BigInt(i) * (delta as bigint)
        : (first as number) + i * (delta as number);
    entry(block, n, at, delta);
    const bytes = heap.views.uint8.subarray(block, block + n * out.itemsize);
    out.storage.views.uint8.set(bytes, out.offset + i * out.itemsize);
  }
  heap.free(block);
}
