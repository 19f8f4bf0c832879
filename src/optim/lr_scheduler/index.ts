/** `np.optim.lrScheduler`: learning rates that change during training. */
export { ChainedScheduler, SequentialLR } from './compose.ts';
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine.ts';
export { CyclicLR, OneCycleLR } from './cyclic.ts';
export {
  ConstantLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  MultiplicativeLR,
  PolynomialLR,
  StepLR,
} from './decay.ts';
export { ReduceLROnPlateau } from './plateau.ts';
export { LRScheduler } from './scheduler.ts';
export type { Schedule, Scheduled, SchedulerState } from './scheduler.ts';
