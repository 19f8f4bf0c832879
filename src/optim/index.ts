/** `np.optim`: optimizers, and schedules of their learning rates. */
export { LBFGS } from './lbfgs.ts';
export { Optimizer } from './optimizer.ts';
export type { OptimizerState } from './optimizer.ts';
export {
  ASGD,
  Adadelta,
  Adagrad,
  Adam,
  AdamW,
  Adamax,
  NAdam,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
} from './optimizers.ts';
export * as lrScheduler from './lr_scheduler/index.ts';
