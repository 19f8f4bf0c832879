/** WebGPU devices for the tests of this folder, in Node, by the npm package `webgpu` (Dawn). */
import { create, globals } from 'webgpu';

// GPUBufferUsage and the like, which are global wherever WebGPU is built in.
Object.assign(globalThis, globals);

/**
 * Dawn crashes or hangs at the end of a process in which its objects were collected while work of theirs was pending, so that
 * everything opened here stays reachable.
 */
const kept: { gpu: GPU; adapter: GPUAdapter; device: GPUDevice }[] = [];
Object.assign(globalThis, { webgpuTestDevices: kept });

/**
 * Opens a device. Without an adapter this throws: a test that cannot run has failed.
 *
 * @param describe  what to ask of the adapter: its limits, its features. By default WebGPU's default limits.
 * @param flags     of Dawn, such as `enable-dawn-features=dump_shaders`.
 * @returns the device; `destroy()` it at the end of the test.
 */
export async function openDevice(
  describe: (adapter: GPUAdapter) => GPUDeviceDescriptor = () => ({}),
  flags: string[] = [],
): Promise<GPUDevice> {
  const gpu = create(flags);
  const adapter = await gpu.requestAdapter();
  if (!adapter)
    throw new Error(
      'No WebGPU adapter: no Vulkan driver was found, nor unpacked from @sparticuz/chromium (see `node scripts/webgpu.mjs`)',
    );
  const device = await adapter.requestDevice(describe(adapter));
  kept.push({ gpu, adapter, device });
  return device;
}
