/** Convolutions that are put off, and what is added to them. */
import type { DType } from '../../../array/dtype.ts';
import { float32 } from '../../../array/dtype.ts';
import { sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { castInto } from '../../cast.ts';
import { mapKernel, runMap } from '../../map.ts';
import { loopForDType, specOf } from '../../ufunc.ts';
import { add } from '../../ufuncs/arithmetic.ts';
import { perChannel } from '../../window/conv.ts';
import type { Bilinear, EndJob } from '../product/bilinear.ts';
import { deviceBytes } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';
import type { Operand } from './launch.ts';

const single = float32 as DType;

/** What there is to know of a convolution before it is computed. */
interface Convolution extends Pick<Bilinear, 'depth' | 'tables'> {
  /** The result's: (n, channels, ...spatial). */
  readonly shape: readonly number[];
  /** An array of the result's dtype. */
  readonly like: NDArray;
  readonly left: Operand;
  readonly image: Operand;
  readonly bias: NDArray | null;
}

/** The result of a convolution that `run` is going to compute, in float32: it is rounded, and the bias added, with what follows. */
export function putOff(
  home: WebGpu,
  { shape, like, left, image, bias, depth, tables }: Convolution,
  run: (job: EndJob) => void,
): NDArray {
  const sums = home.empty(shape, single);
  if (sums.size > 0)
    deviceBytes(sums.storage).deferBilinear({
      size: sums.size,
      columns: shape[1],
      inner: sizeOf(shape.slice(2)),
      element: 'f32',
      leaves: [left, image],
      tables,
      depth,
      fills: (perWord) => perWord === 1,
      run,
    });
  if (!bias && like.dtype === single) return sums;
  const result = home.empty(shape, like.dtype);
  if (bias) addBias(result, sums, bias);
  else castInto(result, sums);
  sums.storage.dispose();
  return result;
}

function addBias(result: NDArray, sums: NDArray, bias: NDArray): void {
  const spec = specOf(add, loopForDType(add, single, [single, single]));
  const kernel = mapKernel(spec, ['f32', bias.dtype.element], [result.dtype.element]);
  runMap(kernel, [sums, perChannel(bias, sums.ndim)], [result]);
}
