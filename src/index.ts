/** The public namespace: `import * as np from 'numgrad'`. */
export * from './functions.ts';
export * from './autograd/index.ts';
export * as nn from './nn/index.ts';
export * as data from './data/index.ts';
export * as optim from './optim/index.ts';
export * as safetensors from './safetensors/index.ts';
export { Generator, manualSeed } from './ops/generator.ts';
export { device, profile } from './tensor/device.ts';
export { fromGPUBuffer } from './tensor/sharing.ts';
export type { SharedBuffer } from './tensor/sharing.ts';
export type { CpuDevice, DeviceReport, OpenOptions, ProfileRow, WebGpuDevice } from './tensor/device.ts';
export { rand, randint, randn, randperm } from './tensor/random.ts';
export type { RandomOptions } from './tensor/random.ts';
import './device/environment.ts';
import './np/methods/index.ts';
import './autograd/install.ts';
import './autograd/methods.ts';
export const __version__ = '0.1.0';
