/** The smallest use of WebGPU that proves it: two arrays added by a shader, in whatever runtime the device lives. */

const WORKGROUP = 64;
const ADD = `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<f32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&sum)) { sum[id.x] = a[id.x] + b[id.x]; }
}`;

/**
 * @param {GPUDevice} device
 * @param {Float32Array<ArrayBuffer>} a
 * @param {Float32Array<ArrayBuffer>} b of the same length
 * @returns {Promise<Float32Array>} a + b
 */
export async function addArrays(device, a, b) {
  const { GPUBufferUsage, GPUMapMode } = globalThis;
  const size = a.byteLength;
  /** @param {number} usage */
  const buffer = (usage) => device.createBuffer({ size, usage });
  const operands = [a, b].map((values) => {
    const operand = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
    device.queue.writeBuffer(operand, 0, values);
    return operand;
  });
  const sum = buffer(GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
  const staging = buffer(GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  const module = device.createShaderModule({ code: ADD });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const entries = [...operands, sum].map((bound, binding) => ({ binding, resource: { buffer: bound } }));

  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(Math.ceil(a.length / WORKGROUP));
  pass.end();
  encoder.copyBufferToBuffer(sum, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  return new Float32Array(staging.getMappedRange().slice(0));
}
