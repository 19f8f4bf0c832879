/** The optimizers by name. Each is its rule: rules/ has the formulas and their sources. */
import type { Args } from '../np/args.ts';
import type { Params } from './groups.ts';
import type { AdamOptions, AdamaxOptions, NAdamOptions, RAdamOptions } from './rules/adam.ts';
import { ADAMAX_RULE, ADAMW_RULE, ADAM_RULE, NADAM_RULE, RADAM_RULE } from './rules/adam.ts';
import type { AdadeltaOptions, AdagradOptions, RMSpropOptions, RpropOptions } from './rules/adaptive.ts';
import { ADADELTA_RULE, ADAGRAD_RULE, RMSPROP_RULE, RPROP_RULE } from './rules/adaptive.ts';
import type { ASGDOptions, SGDOptions } from './rules/momentum.ts';
import { ASGD_RULE, SGD_RULE } from './rules/momentum.ts';
import { RuleOptimizer } from './rule_optimizer.ts';

/**
 * Stochastic gradient descent, with momentum (also Nesterov's) if wanted. `lr` must be given.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.SGD([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class SGD extends RuleOptimizer<SGDOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `momentum`, `dampening`, `weightDecay`, `nesterov`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<SGDOptions>,
    ...args: Args<Partial<SGDOptions>, ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'maximize']>
  ) {
    super(SGD_RULE, params, args);
  }
}

/**
 * Adam: steps by the mean of the gradient over the root of that of its square.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.Adam([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class Adam extends RuleOptimizer<AdamOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `betas`, `eps`, `weightDecay`, `amsgrad`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<AdamOptions>,
    ...args: Args<Partial<AdamOptions>, ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad', 'maximize']>
  ) {
    super(ADAM_RULE, params, args);
  }
}

/**
 * Adam with weights that decay by themselves, and not through the gradient.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.AdamW([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class AdamW extends RuleOptimizer<AdamOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `betas`, `eps`, `weightDecay`, `amsgrad`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<AdamOptions>,
    ...args: Args<Partial<AdamOptions>, ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad', 'maximize']>
  ) {
    super(ADAMW_RULE, params, args);
  }
}

/**
 * Adam with Nesterov's momentum.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.NAdam([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class NAdam extends RuleOptimizer<NAdamOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `betas`, `eps`, `weightDecay`, `momentumDecay`; by position or in an object
   */
  constructor(
    params: Params<NAdamOptions>,
    ...args: Args<Partial<NAdamOptions>, ['lr', 'betas', 'eps', 'weightDecay', 'momentumDecay']>
  ) {
    super(NADAM_RULE, params, args);
  }
}

/**
 * Adam that adapts its steps once it knows enough of the gradient's variance.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.RAdam([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class RAdam extends RuleOptimizer<RAdamOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `betas`, `eps`, `weightDecay`; by position or in an object
   */
  constructor(
    params: Params<RAdamOptions>,
    ...args: Args<Partial<RAdamOptions>, ['lr', 'betas', 'eps', 'weightDecay']>
  ) {
    super(RADAM_RULE, params, args);
  }
}

/**
 * Adam by the greatest gradient so far.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.Adamax([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class Adamax extends RuleOptimizer<AdamaxOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `betas`, `eps`, `weightDecay`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<AdamaxOptions>,
    ...args: Args<Partial<AdamaxOptions>, ['lr', 'betas', 'eps', 'weightDecay', 'maximize']>
  ) {
    super(ADAMAX_RULE, params, args);
  }
}

/**
 * Adagrad: steps over the root of the sum of all squares of the gradient.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.Adagrad([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class Adagrad extends RuleOptimizer<AdagradOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `lrDecay`, `weightDecay`, `initialAccumulatorValue`, `eps`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<AdagradOptions>,
    ...args: Args<
      Partial<AdagradOptions>,
      ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps', 'maximize']
    >
  ) {
    super(ADAGRAD_RULE, params, args);
  }
}

/**
 * Adadelta: steps in the unit of the parameter, which needs no learning rate.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.Adadelta([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class Adadelta extends RuleOptimizer<AdadeltaOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `rho`, `eps`, `weightDecay`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<AdadeltaOptions>,
    ...args: Args<Partial<AdadeltaOptions>, ['lr', 'rho', 'eps', 'weightDecay', 'maximize']>
  ) {
    super(ADADELTA_RULE, params, args);
  }
}

/**
 * RMSprop: steps over the root of the mean square of the gradient.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.RMSprop([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class RMSprop extends RuleOptimizer<RMSpropOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `alpha`, `eps`, `weightDecay`, `momentum`, `centered`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<RMSpropOptions>,
    ...args: Args<
      Partial<RMSpropOptions>,
      ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered', 'maximize']
    >
  ) {
    super(RMSPROP_RULE, params, args);
  }
}

/**
 * Rprop: steps by the gradient's sign, longer while it stays and shorter when it turns. For whole batches.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.Rprop([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class Rprop extends RuleOptimizer<RpropOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `etas`, `stepSizes`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<RpropOptions>,
    ...args: Args<Partial<RpropOptions>, ['lr', 'etas', 'stepSizes', 'maximize']>
  ) {
    super(RPROP_RULE, params, args);
  }
}

/**
 * Averaged stochastic gradient descent. The average of the parameters is `ax` in `stateDict()`.
 *
 * @throws TypeError, ValueError for parameters or hyperparameters that cannot be.
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * const optimizer = new np.optim.ASGD([w], { lr: 0.1 });
 * w.grad = np.tensor([1, -1]);
 * optimizer.step();
 */
export class ASGD extends RuleOptimizer<ASGDOptions> {
  /**
   * @param params - tensors, or groups of them with hyperparameters of their own
   * @param args - `lr`, `lambd`, `alpha`, `t0`, `weightDecay`, `maximize`; by position or in an object
   */
  constructor(
    params: Params<ASGDOptions>,
    ...args: Args<Partial<ASGDOptions>, ['lr', 'lambd', 'alpha', 't0', 'weightDecay', 'maximize']>
  ) {
    super(ASGD_RULE, params, args);
  }
}
