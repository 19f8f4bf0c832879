/** Sums of convolutions that several workgroups have a part of. */
import type { GpuBytes } from '../../device/webgpu/bytes.ts';
import { PARTS_GROUP, buildSumOfParts } from '../../kernel/grid/conv_parts.ts';
import type { Operand } from './window_launch.ts';
import { paramsFor } from './window_launch.ts';
import type { WebGpu } from './webgpu.ts';

/** What the parts add up to. */
export interface Summed {
  /** Elements of the result, its channels, and the elements of one. */
  readonly size: number;
  readonly channels: number;
  readonly inner: number;
  readonly bias: Operand | null;
}

/** Adds up the parts of a result, and the bias. */
export function addParts(
  home: WebGpu,
  { size, channels, inner, bias }: Summed,
  splits: number,
  parts: GpuBytes,
  result: GpuBytes,
): void {
  const kernel = home.kernel(`parts ${bias?.element}`, () => buildSumOfParts(bias && bias.element));
  const params = paramsFor(kernel, {
    total: size,
    splits,
    inner,
    channels,
    ...(bias && { biasOffset: bias.offset, biasStride: bias.strides[0] }),
  });
  const buffers = [parts, result, ...(bias ? [bias.bytes] : [])];
  home.gpu.launch(kernel, buffers, params, Math.ceil(size / PARTS_GROUP));
}
