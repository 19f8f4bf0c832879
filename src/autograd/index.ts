/** Tensors, gradients and the transforms of functions. */
import './methods.ts';

export { Tensor } from '../tensor/tensor.ts';
export { tensor } from '../tensor/create.ts';
export type { TensorOptions } from '../tensor/create.ts';
export { enableGrad, inferenceMode, isGradEnabled, noGrad } from '../tensor/modes.ts';
export type { Hook, RemovableHandle } from '../tensor/hooks.ts';
export { detectAnomaly } from './anomaly.ts';
