/** Rules that give each element a learning rate of its own. */
import { ValueError } from '../../array/errors.ts';
import { k, lift } from '../../kernel/build.ts';
import type { Rule } from '../rule.ts';
import { gradient, moving, square } from '../rule.ts';

export interface AdagradOptions {
  lr: number;
  lrDecay: number;
  weightDecay: number;
  initialAccumulatorValue: number;
  eps: number;
  maximize: boolean;
}

/** Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (2011). */
export const ADAGRAD_RULE: Rule<AdagradOptions> = {
  name: 'Adagrad',
  defaults: {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
    maximize: false,
  },
  arrays: ({ initialAccumulatorValue }) => ({ sum: initialAccumulatorValue }),
  flags: ({ weightDecay, maximize }) => ({ decays: weightDecay !== 0, maximize }),
  scalars: ({ lr, lrDecay, weightDecay, eps }, step) => {
    return { rate: lr / (1 + (step - 1) * lrDecay), eps, weightDecay };
  },
  update(x, on) {
    const g = gradient(x, on);
    const sum = k.add(x.sum, square(g));
    return { p: k.sub(x.p, k.div(k.mul(g, x.rate), k.add(k.sqrt(sum), x.eps))), sum };
  },
};

export interface AdadeltaOptions {
  lr: number;
  rho: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

/** Zeiler, "ADADELTA: an adaptive learning rate method" (2012). */
export const ADADELTA_RULE: Rule<AdadeltaOptions> = {
  name: 'Adadelta',
  defaults: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
  arrays: () => ({ squareAvg: 0, accDelta: 0 }),
  flags: ({ weightDecay, maximize }) => ({ decays: weightDecay !== 0, maximize }),
  scalars: ({ lr, rho, eps, weightDecay }) => ({ lr, rho, taken: 1 - rho, eps, weightDecay }),
  update(x, on) {
    const g = gradient(x, on);
    const squareAvg = moving(x.squareAvg, square(g), x.rho, x.taken);
    const root = k.sqrt(k.add(squareAvg, x.eps));
    const delta = k.mul(k.div(k.sqrt(k.add(x.accDelta, x.eps)), root), g);
    const accDelta = moving(x.accDelta, square(delta), x.rho, x.taken);
    return { p: k.sub(x.p, k.mul(delta, x.lr)), squareAvg, accDelta };
  },
};

export interface RMSpropOptions {
  lr: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  /** Whether to divide by the deviation from the mean gradient in place of that from zero. */
  centered: boolean;
  maximize: boolean;
}

/** Hinton, lecture 6 of "Neural networks for machine learning" (2012); centered: Graves (2013). */
export const RMSPROP_RULE: Rule<RMSpropOptions> = {
  name: 'RMSprop',
  defaults: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    maximize: false,
  },
  arrays: ({ momentum, centered }) => ({
    squareAvg: 0,
    ...(centered ? { gradAvg: 0 } : {}),
    ...(momentum > 0 ? { momentumBuffer: 0 } : {}),
  }),
  flags: ({ momentum, centered, weightDecay, maximize }) => {
    return { momentum: momentum > 0, centered, decays: weightDecay !== 0, maximize };
  },
  scalars({ lr, alpha, eps, momentum, weightDecay }) {
    return { lr, alpha, taken: 1 - alpha, eps, momentum, weightDecay };
  },
  update(x, on) {
    const g = gradient(x, on);
    const squareAvg = moving(x.squareAvg, square(g), x.alpha, x.taken);
    const gradAvg = on.centered ? moving(x.gradAvg, g, x.alpha, x.taken) : g;
    const variance = on.centered ? k.sub(squareAvg, square(gradAvg)) : squareAvg;
    const adapted = k.div(g, k.add(k.sqrt(variance), x.eps));
    const momentumBuffer = on.momentum ? k.add(k.mul(x.momentumBuffer, x.momentum), adapted) : adapted;
    return { p: k.sub(x.p, k.mul(momentumBuffer, x.lr)), squareAvg, gradAvg, momentumBuffer };
  },
};

export interface RpropOptions {
  lr: number;
  /** What a step is multiplied by where the gradient's sign has changed, and where it has not. */
  etas: readonly [number, number];
  /** The least and the greatest step. */
  stepSizes: readonly [number, number];
  maximize: boolean;
}

/** Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993). */
export const RPROP_RULE: Rule<RpropOptions> = {
  name: 'Rprop',
  defaults: { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false },
  check({ etas: [shrink, grow] }) {
    if (!(shrink > 0 && shrink < 1 && grow > 1))
      throw new ValueError(`Invalid eta values: ${shrink}, ${grow}`);
  },
  arrays: ({ lr }) => ({ prev: 0, stepSize: lr }),
  flags: ({ maximize }) => ({ maximize }),
  scalars: ({ etas: [shrink, grow], stepSizes: [least, most] }) => ({ shrink, grow, least, most }),
  update(x, on) {
    const g = gradient(x, on);
    const agreement = k.mul(g, x.prev);
    const turned = k.lt(agreement, 0);
    const factor = k.select(k.gt(agreement, 0), x.grow, k.select(turned, x.shrink, lift(1, g.type)));
    const stepSize = k.min(k.max(k.mul(x.stepSize, factor), x.least), x.most);
    const zero = lift(0, g.type);
    const followed = k.select(turned, zero, g);
    const signed = k.select(k.gt(followed, 0), stepSize, k.select(k.lt(followed, 0), k.neg(stepSize), zero));
    return { p: k.sub(x.p, signed), prev: followed, stepSize };
  },
};
