/**
 * Opens a WebGPU device in Node, runs one shader, and prints which adapter did it, as JSON. Ends with a message and status 1 if
 * any of it fails.
 */
import { create, globals } from 'webgpu';

const { GPUBufferUsage, GPUMapMode } = /** @type {typeof globalThis} */ (globals);
const COUNT = 64;
const SQUARES = `
@group(0) @binding(0) var<storage, read_write> squares: array<u32>;
@compute @workgroup_size(${COUNT})
fn main(@builtin(global_invocation_id) id: vec3u) { squares[id.x] = id.x * id.x; }`;

/**
 * @param {GPUDevice} device
 * @returns {Promise<Uint32Array>} the squares of 0, 1, ... COUNT - 1, computed by the device
 */
async function squares(device) {
  const size = COUNT * Uint32Array.BYTES_PER_ELEMENT;
  const storage = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const module = device.createShaderModule({ code: SQUARES });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [{ binding: 0, resource: { buffer: storage } }];
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(storage, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  return new Uint32Array(staging.getMappedRange()).slice();
}

const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('no WebGPU adapter');
const device = await adapter.requestDevice();
const values = await squares(device);
if (!values.every((value, i) => value === i * i)) throw new Error(`the shader gave ${values}`);
const { vendor, architecture, device: name, description, isFallbackAdapter: software } = adapter.info;
console.log(JSON.stringify({ vendor, architecture, device: name, description, software }));
device.destroy();
// Dawn's objects must outlive the work: a collected one crashes the process at its end.
Object.assign(globalThis, { gpu, adapter, device });
