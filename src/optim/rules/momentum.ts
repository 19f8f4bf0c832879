/** Gradient descent with momentum, and averaged. */
import { ValueError } from '../../array/errors.ts';
import { k } from '../../kernel/build.ts';
import type { Rule, Values } from '../rule.ts';
import { gradient } from '../rule.ts';

export interface SGDOptions {
  /** The learning rate. */
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}

/** The momentum of Nesterov is that of Sutskever, Martens, Dahl and Hinton (2013). */
export const SGD_RULE: Rule<SGDOptions> = {
  name: 'SGD',
  defaults: { lr: undefined, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false },
  check({ nesterov, momentum, dampening }) {
    if (nesterov && (momentum <= 0 || dampening !== 0))
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
  },
  arrays: ({ momentum }): Readonly<Record<string, number>> => (momentum === 0 ? {} : { momentumBuffer: 0 }),
  flags: ({ momentum, weightDecay, nesterov, maximize }) => {
    return { momentum: momentum !== 0, nesterov, decays: weightDecay !== 0, maximize };
  },
  scalars({ lr, momentum, dampening, weightDecay }, step) {
    // The first gradient becomes the momentum undamped.
    return { lr, momentum, taken: step === 1 ? 1 : 1 - dampening, weightDecay };
  },
  update(x, on): Values {
    const g = gradient(x, on);
    if (!on.momentum) return { p: k.sub(x.p, k.mul(g, x.lr)) };
    const momentumBuffer = k.add(k.mul(x.momentumBuffer, x.momentum), k.mul(g, x.taken));
    const direction = on.nesterov ? k.add(g, k.mul(momentumBuffer, x.momentum)) : momentumBuffer;
    return { p: k.sub(x.p, k.mul(direction, x.lr)), momentumBuffer };
  },
};

export interface ASGDOptions {
  lr: number;
  lambd: number;
  alpha: number;
  t0: number;
  weightDecay: number;
  maximize: boolean;
}

/** Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992). */
export const ASGD_RULE: Rule<ASGDOptions> = {
  name: 'ASGD',
  defaults: { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false },
  arrays: () => ({ ax: 0 }),
  // PyTorch keeps both as float32.
  numbers: ({ lr }) => ({ eta: Math.fround(lr), mu: 1 }),
  flags: ({ weightDecay, maximize }, _step) => ({ decays: weightDecay !== 0, maximize }),
  scalars({ lr, lambd, alpha, t0, weightDecay }, step, numbers) {
    const { eta, mu } = numbers;
    numbers.eta = Math.fround(lr / (1 + lambd * lr * step) ** alpha);
    numbers.mu = Math.fround(1 / Math.max(1, step - t0));
    return { eta, mu, kept: 1 - lambd * eta, weightDecay };
  },
  update(x, on) {
    const p = k.sub(k.mul(x.p, x.kept), k.mul(gradient(x, on), x.eta));
    const average = k.add(x.ax, k.mul(k.sub(p, x.ax), x.mu));
    return { p, ax: k.select(k.eq(x.mu, 1), p, average) };
  },
};
