import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';
import { Adam, SGD, lrScheduler } from '../../src/optim/index.ts';
import type { Schedule } from '../../src/optim/lr_scheduler/index.ts';

const L = lrScheduler;
const sgd = (...lrs: number[]): SGD =>
  new SGD(
    (lrs.length ? lrs : [1]).map((lr) => ({ params: [np.tensor([0], { requiresGrad: true })], lr })),
    { lr: 1, momentum: 0.9 },
  );
const rates = (
  optimizer: SGD,
  schedule: Schedule,
  steps: number,
  metric?: (i: number) => number,
): number[] => {
  const found = [optimizer.paramGroups[0].lr];
  for (let i = 0; i < steps; i++) {
    schedule.step(metric?.(i));
    found.push(optimizer.paramGroups[0].lr);
  }
  return found;
};
const near = (a: readonly number[], b: readonly number[]): void => {
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i], 12));
};

type Create = (optimizer: SGD) => Schedule;
const SCHEDULES: Record<string, Create> = {
  StepLR: (o) => new L.StepLR(o, 3, 0.5),
  MultiStepLR: (o) => new L.MultiStepLR(o, [2, 5, 5], { gamma: 0.5 }),
  ExponentialLR: (o) => new L.ExponentialLR(o, 0.9),
  ConstantLR: (o) => new L.ConstantLR(o, 0.25, 4),
  LinearLR: (o) => new L.LinearLR(o, { startFactor: 0.2, totalIters: 4 }),
  PolynomialLR: (o) => new L.PolynomialLR(o, 6, 2),
  LambdaLR: (o) => new L.LambdaLR(o, (epoch) => 1 / (1 + epoch)),
  MultiplicativeLR: (o) => new L.MultiplicativeLR(o, (epoch) => 1 / epoch),
  CosineAnnealingLR: (o) => new L.CosineAnnealingLR(o, 5, 0.1),
  CosineAnnealingWarmRestarts: (o) => new L.CosineAnnealingWarmRestarts(o, 2, 2, { etaMin: 0.1 }),
  CyclicLR: (o) => new L.CyclicLR(o, 0.1, 1, { stepSizeUp: 3, mode: 'exp_range', gamma: 0.9 }),
  OneCycleLR: (o) => new L.OneCycleLR(o, { maxLr: 2, totalSteps: 12, threePhase: true }),
  ReduceLROnPlateau: (o) => new L.ReduceLROnPlateau(o, { patience: 1, cooldown: 1 }),
  SequentialLR: (o) => new L.SequentialLR(o, [new L.ConstantLR(o, 0.1, 2), new L.ExponentialLR(o, 0.5)], [3]),
  ChainedScheduler: (o) => new L.ChainedScheduler([new L.LinearLR(o, 0.5), new L.ExponentialLR(o, 0.9)]),
};

describe.each(Object.entries(SCHEDULES))('%s', (name, create) => {
  const metric = name === 'ReduceLROnPlateau' ? () => 1 : undefined;

  it('goes on from its saved state', () => {
    const whole = sgd();
    const expected = rates(whole, create(whole), 10, metric);
    const optimizer = sgd();
    const first = create(optimizer);
    rates(optimizer, first, 4, metric);
    const state = structuredClone(first.stateDict());
    const { lr, momentum } = optimizer.paramGroups[0];
    const second = create(optimizer);
    Object.assign(optimizer.paramGroups[0], { lr, momentum });
    second.loadStateDict(state);
    near(rates(optimizer, second, 6, metric), expected.slice(4));
    expect(first.getLastLr()).toHaveLength(1);
  });

  it('refuses the state of another kind, and what is no optimizer', () => {
    const optimizer = sgd();
    const schedule = create(optimizer);
    const own = JSON.stringify(schedule.stateDict());
    expect(() => schedule.loadStateDict({ ...schedule.stateDict(), speed: 1 })).toThrow(/has speed, which/);
    expect(() => schedule.loadStateDict({})).toThrow(/has no \w+, which/);
    expect(() => schedule.loadStateDict(null as never)).toThrow(TypeError);
    expect(JSON.stringify(schedule.stateDict())).toBe(own);
    expect(() => create({} as never)).toThrow(TypeError);
  });

  it('sets all groups', () => {
    const optimizer = sgd(1, 0.5);
    const schedule = create(optimizer);
    for (let i = 0; i < 3; i++) schedule.step(metric?.());
    const [a, b] = schedule.getLastLr();
    const isAbsolute = name === 'CyclicLR' || name === 'OneCycleLR';
    const hasFloor = name.startsWith('Cosine');
    if (hasFloor) expect((a - 0.1) / 0.9).toBeCloseTo((b - 0.1) / 0.4, 12);
    else expect(b).toBeCloseTo(isAbsolute ? a : a / 2, 12);
  });
});

describe('formulas', () => {
  it('of the recursive schedules agree with their closed forms, step(epoch)', () => {
    for (const name of [
      'StepLR',
      'MultiStepLR',
      'ExponentialLR',
      'LinearLR',
      'PolynomialLR',
      'CosineAnnealingLR',
    ]) {
      const [a, b] = [sgd(), sgd()];
      const expected = rates(a, SCHEDULES[name](a), 8);
      const jumping = SCHEDULES[name](b);
      const found = expected.map((_, epoch) => {
        jumping.step(epoch);
        return b.paramGroups[0].lr;
      });
      near(found, expected);
    }
  });

  it('warm restarts can be asked for a fraction of an epoch', () => {
    const optimizer = sgd();
    const schedule = new L.CosineAnnealingWarmRestarts(optimizer, 2, 2);
    schedule.step(3.5);
    // The second fall takes 4 steps and began at 2.
    expect(optimizer.paramGroups[0].lr).toBeCloseTo((1 + Math.cos((Math.PI * 1.5) / 4)) / 2, 12);
    expect(() => schedule.step(-1)).toThrow(/non-negative epoch/);
  });

  it('the momentum moves against the rate, or the first beta', () => {
    const o = sgd();
    const schedule = new L.CyclicLR(o, 0.1, 1, { stepSizeUp: 2, baseMomentum: 0.5, maxMomentum: 0.75 });
    const found = [0, 1, 2, 3].map(() => {
      const { momentum } = o.paramGroups[0];
      schedule.step();
      return momentum;
    });
    near(found, [0.75, 0.625, 0.5, 0.625]);
    const adam = new Adam([np.tensor([0], { requiresGrad: true })]);
    new L.OneCycleLR(adam, 1, { totalSteps: 10 });
    expect(adam.paramGroups[0].betas).toEqual([0.95, 0.999]);
  });

  it('a plateau lowers the rate after patience, with a rest, to a least', () => {
    const o = sgd();
    const schedule = new L.ReduceLROnPlateau(o, { factor: 0.5, patience: 1, cooldown: 2, minLr: 0.3 });
    near(
      rates(o, schedule, 9, () => 1),
      [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3],
    );
    const better = sgd();
    const improving = new L.ReduceLROnPlateau(better, {
      patience: 0,
      mode: 'max',
      threshold: 0.5,
      thresholdMode: 'abs',
    });
    near(
      rates(better, improving, 3, (i) => i),
      [1, 1, 1, 1],
    );
  });
});

describe('bad arguments', () => {
  it('are refused', () => {
    const o = sgd();
    expect(() => new L.StepLR(o)).toThrow(/missing required argument: 'stepSize'/);
    expect(() => new L.StepLR(o, 0)).toThrow(/positive integer stepSize, but got 0/);
    expect(() => new L.StepLR(o, 1, 'a' as never)).toThrow(TypeError);
    expect(() => new L.StepLR(o, 1, { lastEpoch: 3 })).not.toThrow();
    expect(() => new L.StepLR(sgd(), 1, { lastEpoch: 3 })).toThrow(/no initialLr/);
    expect(() => new L.LinearLR(o, 0)).toThrow(np.ValueError);
    expect(() => new L.ConstantLR(o, 2)).toThrow(np.ValueError);
    expect(() => new L.LambdaLR(o, [() => 1, () => 2])).toThrow(/expected 1 values for lrLambda, got 2/);
    expect(() => new L.LambdaLR(o, 5 as never)).toThrow(TypeError);
    expect(() => new L.CyclicLR(o, 0.1, 1, { mode: 'square' as never })).toThrow(/mode 'square' is invalid/);
    expect(() => new L.OneCycleLR(o, 1)).toThrow(/needs totalSteps/);
    const plain = new SGD([np.tensor([0], { requiresGrad: true })], { lr: 1 });
    expect(() => new L.OneCycleLR(plain, 1, { totalSteps: 3, annealStrategy: 'up' as never })).toThrow(
      /'cos' or 'linear'/,
    );
    const short = new L.OneCycleLR(o, 1, { totalSteps: 2 });
    expect(() => rates(o, short, 4)).toThrow(/but the cycle has 2 steps/);
    expect(() => new L.ReduceLROnPlateau(o, { factor: 1 })).toThrow(/factor should be < 1/);
    expect(() => new L.ReduceLROnPlateau(o).step()).toThrow(/measure as a number/);
    const parts = [new L.ExponentialLR(o, 0.9), new L.ExponentialLR(sgd(), 0.9)];
    expect(() => new L.SequentialLR(o, parts, [1])).toThrow(/one optimizer, but that of number 1 is another/);
    expect(() => new L.SequentialLR(o, parts.slice(0, 1), [1])).toThrow(/one milestone fewer/);
    expect(() => new L.ChainedScheduler([])).toThrow(np.ValueError);
  });
});
