/** Arithmetic progressions on the GPU. */
import type { DType } from '../../array/dtype.ts';
import { dtype } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { IOTA_GROUP, buildGridIota } from '../../kernel/grid/iota.ts';
import type { WebGpu } from './webgpu.ts';

const FLOAT = /* @__PURE__ */ dtype('float32') as DType;
const INTEGER = /* @__PURE__ */ dtype('int32') as DType;

/** `progression` on the GPU: as int32, or as float32 if that is asked for. */
export function progressionOn(
  home: WebGpu,
  length: number,
  start: number,
  step: number,
  type: 'f32' | 'i32',
): NDArray {
  const result = home.empty([length], type === 'f32' ? FLOAT : INTEGER);
  const kernel = home.kernel(`iota ${type}`, () => buildGridIota(type));
  if (length > 0)
    home.gpu.launch(
      kernel,
      [home.fresh(result.storage)],
      [length, start, step],
      Math.ceil(length / IOTA_GROUP),
    );
  return result;
}
