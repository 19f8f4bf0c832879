/** Values on the GPU that a function refuses: a kernel notes the first, and reads of what is worth nothing then throw. */
import { float32, int32 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import { buildGridRefuse } from '../../kernel/grid/refuse.ts';
import { broadcastTo } from '../views.ts';
import { cast } from '../cast.ts';
import type { Refusal } from '../refuse.ts';
import { withDense } from './dense.ts';
import { launchFor } from './index/launch.ts';
import type { WebGpu } from './webgpu.ts';

/** `refuseWhere` for a mask on the GPU. */
export function refuseWhereOn(
  home: WebGpu,
  spoilt: NDArray,
  mask: NDArray,
  refusal: Refusal,
  shown: readonly NDArray[] = [],
  details: readonly number[] = [],
): void {
  if (mask.size === 0) return;
  const arrays = shown.map((a) => broadcastTo(inWords(a), mask.shape));
  const kernel = home.kernel(`refuse ${shown.length} ${details.length}`, () =>
    buildGridRefuse(shown.length, details.length),
  );
  const kinds = arrays.map(({ dtype: { kind } }) => kind);
  const code = home.codeOf(`${refusal.name} ${kinds.join('')} ${details.length}`, (words) =>
    refusal.error(
      kinds.map((kind, i) => valueOf(kind, words[i])),
      [...words.slice(kinds.length, kinds.length + details.length)],
    ),
  );
  const check = home.gpu.newCheck();
  const values: Record<string, number> = { total: mask.size, code, check: check.first };
  details.forEach((detail, i) => (values[`detail${i}`] = detail));
  const bind = (names: readonly string[], rest: readonly NDArray[], buffers: readonly GpuBytes[]): void => {
    if (rest.length === 0) return launchFor(home, kernel, [...buffers, check], values, mask.size);
    withDense(home, rest[0], (bytes, offset) => {
      values[names[0]] = offset;
      bind(names.slice(1), rest.slice(1), [...buffers, bytes]);
    });
  };
  bind(['maskFrom', ...arrays.map((_, i) => `from${i}`)], [mask, ...arrays], []);
  home.gpu.spoil(home.bytesOf(home.contentOf(spoilt.storage)), check);
}

/** An array of real numbers in a dtype of 32 bits, which the details of an error are. */
function inWords(a: NDArray): NDArray {
  if (a.itemsize === 4) return a;
  return cast(a, a.dtype.kind === 'f' ? float32 : int32);
}

const floats = /* @__PURE__ */ new Float32Array(1);
const bits = /* @__PURE__ */ new Int32Array(floats.buffer);

/** The number of a dtype's kind that a word holds. */
function valueOf(kind: string, word: number): number {
  if (kind === 'u') return word >>> 0;
  if (kind !== 'f') return word;
  bits[0] = word;
  return floats[0];
}
