/** Adam and its kin: steps by a running mean of the gradient over one of its square. */
import { k } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { Flags, Rule, Values } from '../rule.ts';
import { gradient, moving, square } from '../rule.ts';

/** How much of the running means of the gradient and of its square is kept at each step. */
export type Betas = readonly [number, number];

export interface AdamOptions {
  /** The learning rate. */
  lr: number;
  betas: Betas;
  eps: number;
  weightDecay: number;
  /** Whether to divide by the greatest mean square so far. */
  amsgrad: boolean;
  maximize: boolean;
}

const MEANS = { expAvg: 0, expAvgSq: 0 };

/** The running means with the gradient `g` taken in. */
function means(x: Values, g: Expr): { expAvg: Expr; expAvgSq: Expr } {
  return {
    expAvg: moving(x.expAvg, g, x.beta1, x.taken1),
    expAvgSq: moving(x.expAvgSq, square(g), x.beta2, x.taken2),
  };
}

/** Written out, here and below: spreading objects into one another would take longer than a small update. */
function adamScalars({ lr, betas: [beta1, beta2], eps, weightDecay }: AdamOptions, step: number) {
  return {
    beta1,
    taken1: 1 - beta1,
    beta2,
    taken2: 1 - beta2,
    rate: lr / (1 - beta1 ** step),
    root: Math.sqrt(1 - beta2 ** step),
    eps,
    weightDecay,
    kept: 1 - lr * weightDecay,
  };
}

/** Adam's step from `p` by the gradient `g`. */
function adamStep(x: Values, on: Flags, p: Expr, g: Expr): Values {
  const { expAvg, expAvgSq } = means(x, g);
  const maxExpAvgSq = on.amsgrad ? k.max(x.maxExpAvgSq, expAvgSq) : expAvgSq;
  const deviation = k.add(k.div(k.sqrt(maxExpAvgSq), x.root), x.eps);
  return { p: k.sub(p, k.div(k.mul(expAvg, x.rate), deviation)), expAvg, expAvgSq, maxExpAvgSq };
}

/** Kingma and Ba, "Adam: a method for stochastic optimization" (2015); AMSGrad: Reddi, Kale and Kumar (2018). */
export const ADAM_RULE: Rule<AdamOptions> = {
  name: 'Adam',
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, amsgrad: false, maximize: false },
  arrays: ({ amsgrad }) => (amsgrad ? { ...MEANS, maxExpAvgSq: 0 } : MEANS),
  flags: ({ amsgrad, weightDecay, maximize }) => ({ amsgrad, decays: weightDecay !== 0, maximize }),
  scalars: adamScalars,
  update: (x, on) => adamStep(x, on, x.p, gradient(x, on)),
};

/** Loshchilov and Hutter, "Decoupled weight decay regularization" (2019). */
export const ADAMW_RULE: Rule<AdamOptions> = {
  ...ADAM_RULE,
  name: 'AdamW',
  defaults: { ...ADAM_RULE.defaults, weightDecay: 1e-2 },
  flags: ({ amsgrad, maximize }) => ({ amsgrad, maximize }),
  update: (x, on) => adamStep(x, on, k.mul(x.p, x.kept), gradient(x, on)),
};

export interface NAdamOptions {
  lr: number;
  betas: Betas;
  eps: number;
  weightDecay: number;
  /** How fast the momentum approaches its final value. */
  momentumDecay: number;
}

/** Dozat, "Incorporating Nesterov momentum into Adam" (2016). */
export const NADAM_RULE: Rule<NAdamOptions> = {
  name: 'NAdam',
  defaults: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3 },
  arrays: () => MEANS,
  numbers: () => ({ muProduct: 1 }),
  flags: ({ weightDecay }) => ({ decays: weightDecay !== 0 }),
  scalars({ lr, betas: [beta1, beta2], eps, weightDecay, momentumDecay }, step, numbers) {
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [mu, next] = [momentum(step), momentum(step + 1)];
    // PyTorch keeps the product as a float32.
    const product = (numbers.muProduct = Math.fround(numbers.muProduct * Math.fround(mu)));
    return {
      beta1,
      taken1: 1 - beta1,
      beta2,
      taken2: 1 - beta2,
      correction: 1 - beta2 ** step,
      eps,
      rate: (lr * (1 - mu)) / (1 - product),
      meanRate: (lr * next) / (1 - Math.fround(product * Math.fround(next))),
      weightDecay,
    };
  },
  update(x, on) {
    const g = gradient(x, on);
    const { expAvg, expAvgSq } = means(x, g);
    const deviation = k.add(k.sqrt(k.div(expAvgSq, x.correction)), x.eps);
    const p = k.sub(x.p, k.div(k.mul(g, x.rate), deviation));
    return { p: k.sub(p, k.div(k.mul(expAvg, x.meanRate), deviation)), expAvg, expAvgSq };
  },
};

export interface RAdamOptions {
  lr: number;
  betas: Betas;
  eps: number;
  weightDecay: number;
}

/** The length of the simple average that the running one is like: at the end, and at a step. */
function averageLengths(beta2: number, step: number): [final: number, now: number] {
  const final = 2 / (1 - beta2) - 1;
  return [final, final - (2 * step * beta2 ** step) / (1 - beta2 ** step)];
}

/** Liu et al., "On the variance of the adaptive learning rate and beyond" (2020). */
export const RADAM_RULE: Rule<RAdamOptions> = {
  name: 'RAdam',
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
  arrays: () => MEANS,
  flags: ({ betas, weightDecay }, step) => {
    return { rectified: averageLengths(betas[1], step)[1] > 5, decays: weightDecay !== 0 };
  },
  scalars({ lr, betas: [beta1, beta2], eps, weightDecay }, step) {
    const [final, now] = averageLengths(beta2, step);
    const rectification =
      now > 5
        ? Math.sqrt(((now - 4) * (now - 2) * final) / ((final - 4) * (final - 2) * now)) *
          Math.sqrt(1 - beta2 ** step)
        : 1;
    const rate = (lr * rectification) / (1 - beta1 ** step);
    return { beta1, taken1: 1 - beta1, beta2, taken2: 1 - beta2, rate, eps, weightDecay };
  },
  update(x, on) {
    const { expAvg, expAvgSq } = means(x, gradient(x, on));
    const step = k.mul(expAvg, x.rate);
    const adapted = on.rectified ? k.div(step, k.add(k.sqrt(expAvgSq), x.eps)) : step;
    return { p: k.sub(x.p, adapted), expAvg, expAvgSq };
  },
};

export interface AdamaxOptions extends RAdamOptions {
  maximize: boolean;
}

/** Adam with the greatest gradient in place of the mean square; from the same paper. */
export const ADAMAX_RULE: Rule<AdamaxOptions> = {
  name: 'Adamax',
  defaults: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false },
  arrays: () => ({ expAvg: 0, expInf: 0 }),
  flags: ({ weightDecay, maximize }) => ({ decays: weightDecay !== 0, maximize }),
  scalars({ lr, betas: [beta1, beta2], eps, weightDecay }, step) {
    const rate = lr / (1 - beta1 ** step);
    return { beta1, taken1: 1 - beta1, beta2, rate, eps, weightDecay };
  },
  update(x, on) {
    const g = gradient(x, on);
    const expAvg = moving(x.expAvg, g, x.beta1, x.taken1);
    const expInf = k.max(k.mul(x.expInf, x.beta2), k.add(k.abs(g), x.eps));
    return { p: k.sub(x.p, k.div(k.mul(expAvg, x.rate), expInf)), expAvg, expInf };
  },
};
