/**
 * Opens a WebGPU device in Node, runs a shader, and prints which adapter did it, as JSON. Ends with a message and status 1 if any
 * of it fails.
 */
import { create, globals } from 'webgpu';
import { addArrays } from './webgpu_add.mjs';

Object.assign(globalThis, globals);
const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('no WebGPU adapter');
const device = await adapter.requestDevice();
// Dawn's objects must outlive the work: one that is collected before crashes the process at its end.
Object.assign(globalThis, { gpu, adapter, device });

const sum = await addArrays(device, Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30));
if (`${sum}` !== '11,22,33') throw new Error(`the shader added [1, 2, 3] and [10, 20, 30] to [${sum}]`);
const { vendor, architecture, device: name, description, isFallbackAdapter: software } = adapter.info;
console.log(JSON.stringify({ vendor, architecture, device: name, description, software }));
device.destroy();
