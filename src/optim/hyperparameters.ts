/** What hyperparameters may be, by name: a wrong one is refused in PyTorch's words before anything is computed. */
import { ValueError } from '../array/errors.ts';

type Check = (value: unknown) => boolean;

const isNumber: Check = (x) => typeof x === 'number';
const nonNegative: Check = (x) => (x as number) >= 0;
const isPair: Check = (x) => Array.isArray(x) && x.length === 2 && x.every(isNumber);

/** The type that a hyperparameter must have, what it is called, and what else must hold. */
interface Kind {
  readonly type: string;
  readonly has: Check;
  readonly label: string;
  readonly holds: Check;
}

const number = (label: string, holds: Check = nonNegative): Kind => ({
  type: 'a number',
  has: isNumber,
  label,
  holds,
});

const anyNumber: Check = (x) => !Number.isNaN(x);
const flag: Kind = { type: 'a boolean', has: (x) => typeof x === 'boolean', label: '', holds: () => true };
const pair = (label: string, holds: Check): Kind => ({ type: 'two numbers', has: isPair, label, holds });

const KINDS: Readonly<Record<string, Kind>> = {
  lr: number('learning rate'),
  momentum: number('momentum value'),
  dampening: number('dampening value', anyNumber),
  weightDecay: number('weightDecay value'),
  eps: number('epsilon value'),
  alpha: number('alpha value'),
  rho: number('rho value', (x) => (x as number) >= 0 && (x as number) <= 1),
  lrDecay: number('lrDecay value'),
  initialAccumulatorValue: number('initialAccumulatorValue value'),
  momentumDecay: number('momentumDecay value'),
  lambd: number('lambd value', anyNumber),
  t0: number('t0 value', anyNumber),
  betas: pair('beta parameters', (x) => (x as number[]).every((beta) => beta >= 0 && beta < 1)),
  etas: pair('eta values', (x) => (x as number[]).every(nonNegative)),
  stepSizes: pair('step sizes', (x) => (x as number[])[0] <= (x as number[])[1]),
  maximize: flag,
  nesterov: flag,
  amsgrad: flag,
  centered: flag,
};

/**
 * Checks hyperparameters by their names; names that are not known here are left alone.
 *
 * @throws TypeError for a value of the wrong type; ValueError for one that cannot be.
 */
export function checkHyperparameters(fn: string, options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (!kind) continue;
    if (!kind.has(value)) throw new TypeError(`${fn}: ${name} must be ${kind.type}, got ${String(value)}`);
    if (!kind.holds(value)) throw new ValueError(`Invalid ${kind.label}: ${String(value)}`);
  }
}
