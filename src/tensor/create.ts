/** Making tensors. */
import type { DType, DTypeLike, DTypeName } from '../array/dtype.ts';
import { float32 } from '../array/dtype.ts';
import { dtype as toDType } from '../array/dtype.ts';
import { NDArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { onTwoDevices, placedOn } from '../array/remote.ts';
import { stack } from '../np/shape/join.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import { copyOf } from '../ops/cast.ts';
import { holdsRemote, requireHere } from '../ops/given.ts';
import type { DeviceLike } from './device.ts';
import { requireDevice } from './device.ts';
import { onPlainArrays } from './modes.ts';
import { Tensor, wrap } from './tensor.ts';

export interface TensorOptions<D extends DTypeName = DTypeName> {
  /** By default float32 for numbers, and otherwise what the data has. */
  dtype?: DTypeLike<D> | null;
  /** Where the tensor lives: by default where tensors in the data do, and else on 'cpu'. */
  device?: DeviceLike | null;
  /** Whether operations on it are recorded, so that `backward()` computes its gradient. */
  requiresGrad?: boolean;
}

/**
 * A tensor with a copy of the data.
 *
 * @param data - numbers (float32 by default), bigints (int64), booleans (bool), nested arrays of them, or a typed array, array or
 *   tensor, which keep their dtype.
 * @returns a leaf: no gradient flows back into `data`.
 * @throws RuntimeError for `requiresGrad` of a dtype without gradients, and for data of a GPU on 'cpu', which `await t.cpu()` brings there;
 *   ValueError for an unknown device.
 * @example
 * const x = np.tensor([1, 2, 3], { requiresGrad: true });
 * np.sum(np.square(x)).backward();
 * x.grad; // tensor([2., 4., 6.])
 */
export function tensor<D extends DTypeName = 'float32'>(
  data: ArrayLike,
  options: TensorOptions<D> = {},
): Tensor<D> {
  const { dtype = null, device = null, requiresGrad = false } = options;
  const home = requireDevice(device ?? 'cpu');
  const made = onPlainArrays(() => {
    const source = sourceOf(data, dtype ? toDType(dtype) : defaultDType(data));
    if (device !== null && home === null) requireHere(source);
    const own =
      home !== null && source.storage.remote?.home !== home
        ? home.near(source)
        : copyOf(source, source.dtype, 'C');
    return wrap(own) as Tensor as Tensor<D>;
  });
  if (requiresGrad) made.requiresGrad = true;
  return made;
}

/** The data as an array. Lists that hold tensors of a device are put together there. */
function sourceOf(data: ArrayLike, dtype: DType | null): NDArray {
  if (!Array.isArray(data) || !holdsRemote(data)) return asArray(data, dtype);
  const rows = (data as ArrayLike[]).map((item) => sourceOf(item, dtype));
  const home = rows.map(homeOf).find((found) => found !== null) ?? null;
  const isAway = (row: NDArray): boolean =>
    homeOf(row) !== home && (homeOf(row) !== null || (row instanceof Tensor && row.ndim > 0));
  const away = rows.find(isAway);
  if (away) throw onTwoDevices(home, homeOf(away));
  return placedOn(home, () => stack(rows));
}

const homeOf = ({ storage }: NDArray): Home | null => storage.remote?.home ?? null;

/** float32 for numbers; typed arrays and arrays keep theirs. */
function defaultDType(data: ArrayLike): NDArray['dtype'] | null {
  if (data instanceof NDArray || ArrayBuffer.isView(data) || holdsArray(data)) return null;
  const { dtype } = asArray(data);
  return dtype.kind === 'f' ? float32 : dtype.kind === 'c' ? toDType('complex64') : dtype;
}

function holdsArray(data: ArrayLike): boolean {
  return (
    Array.isArray(data) &&
    data.some((x: ArrayLike) => x instanceof NDArray || ArrayBuffer.isView(x) || holdsArray(x))
  );
}

/** An array's memory as a tensor without history: what `np.tensor` makes without the copy. */
export function asTensor(x: ArrayLike): Tensor {
  return x instanceof Tensor ? x : onPlainArrays(() => wrap(asArray(x)));
}
