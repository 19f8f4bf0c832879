/** Runs grid kernels on a WebGPU device with nothing between: for tests of what is printed. */
import type { GridKernel } from '../../src/kernel/grid/build.ts';
import { paramWords, printWgsl } from '../../src/device/webgpu/wgsl/printer.ts';

/**
 * @param words   the contents of the kernel's buffers
 * @param params  the bits of its parameters
 * @param groups  workgroups along x, or along x and y
 * @returns what the buffers hold afterwards
 */
export async function launch(
  device: GPUDevice,
  kernel: GridKernel,
  words: readonly Uint32Array<ArrayBuffer>[],
  params: readonly number[],
  groups: number | [x: number, y: number],
): Promise<Uint32Array[]> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = words.map((content) => filled(device, content, usage));
  const block = new Uint32Array(4 * Math.ceil(paramWords(kernel) / 4));
  block.set(params);
  const uniform = filled(device, block, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const types: GPUBufferBindingType[] = [
    ...kernel.buffers.map(({ access }): GPUBufferBindingType =>
      access === 'read' ? 'read-only-storage' : 'storage',
    ),
    'uniform',
  ];
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const module = device.createShaderModule({ code: printWgsl(kernel) });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  });
  const entries = [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(...([groups].flat() as [number, number]));
  pass.end();
  device.queue.submit([encoder.finish()]);
  return Promise.all(buffers.map((buffer) => read(device, buffer)));
}

function filled(device: GPUDevice, words: Uint32Array<ArrayBuffer>, usage: number): GPUBuffer {
  const buffer = device.createBuffer({ size: words.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

async function read(device: GPUDevice, buffer: GPUBuffer): Promise<Uint32Array> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  return new Uint32Array(staging.getMappedRange().slice(0));
}
