/** Tensors, gradients and the transforms of functions. */
import './methods.ts';

export { Tensor } from '../tensor/tensor.ts';
export { tensor } from '../tensor/create.ts';
export type { TensorOptions } from '../tensor/create.ts';
export { enableGrad, inferenceMode, isGradEnabled, noGrad } from '../tensor/modes.ts';
export type { Hook, RemovableHandle } from '../tensor/hooks.ts';
export { grad, valueAndGrad, vjp } from './transforms.ts';
export type { Differentiable, GradOptions } from './transforms.ts';
export { jvp } from './forward.ts';
export { hessian, jacobian } from './jacobian.ts';
export type { JacobianOptions } from './jacobian.ts';
export { vmap } from './vmap.ts';
export type { VmapOptions } from './vmap.ts';
export { Context, customFunction } from './custom.ts';
export type { CustomFunction } from './custom.ts';
export { checkpoint } from './checkpoint.ts';
export { graph } from './graph.ts';
export type { GraphOptions } from './graph.ts';
export { gradcheck, gradcheckAsync } from './gradcheck.ts';
export type { GradcheckOptions } from './gradcheck.ts';
export { detectAnomaly } from './anomaly.ts';
