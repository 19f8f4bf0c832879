/** The WebGPU runtime's tests, in the browser's WebGPU. */
import '../webgpu/runtime.test.ts';
