/** A worker of the browser tests that adds the arrays it is sent with a WebGPU device of its own. */
import { addArrays } from '../../scripts/webgpu_add.mjs';

/** What is sent to the worker. */
export interface SumRequest {
  a: Float32Array<ArrayBuffer>;
  b: Float32Array<ArrayBuffer>;
}

/** What it answers. */
export type SumReply = { sum: Float32Array } | { error: string };

async function answer({ a, b }: SumRequest): Promise<SumReply> {
  try {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) return { error: 'no WebGPU adapter' };
    const device = await adapter.requestDevice();
    const sum = await addArrays(device, a, b);
    device.destroy();
    return { sum };
  } catch (error) {
    return { error: String(error) };
  }
}

globalThis.addEventListener('message', async ({ data }: MessageEvent<SumRequest>) => {
  globalThis.postMessage(await answer(data));
});
