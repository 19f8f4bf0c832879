/**
 * Update rules: an optimizer is a row of a table, as a ufunc is. Its formula for one element becomes one kernel, which reads a parameter,
 * its gradient and its state, and writes the parameter and the state in place.
 */
import type { DType } from '../array/dtype.ts';
import { complex64, float16, float32, float64 } from '../array/dtype.ts';
import { NDArray } from '../array/ndarray.ts';
import { k } from '../kernel/build.ts';
import type { Expr } from '../kernel/ir.ts';
import type { Value } from '../kernel/value.ts';
import type { MapKernel } from '../ops/map.ts';
import { mapKernel, runMap } from '../ops/map.ts';
import type { Settings } from './optimizer.ts';

/** What a formula computes with: the parameter `p`, its gradient `g`, the state arrays and the scalars, by name. */
export type Values = Readonly<Record<string, Expr>>;

/** What is kept of a parameter from step to step. */
export interface State {
  /** How many steps were taken. */
  step: number;
  /** Arrays of the parameter's shape. */
  readonly arrays: Record<string, NDArray>;
  /** Numbers that a rule changes. */
  readonly numbers: Record<string, number>;
}

export interface Rule<O> extends Settings<O> {
  /** The state arrays and the value that each starts with. */
  arrays(o: O): Readonly<Record<string, number>>;
  numbers?(o: O): Readonly<Record<string, number>>;
  /** What decides the formula. */
  flags(o: O, step: number): Flags;
  /** What the formula needs besides arrays. `numbers` are those kept, which it may change. */
  scalars(o: O, step: number, numbers: Record<string, number>): Readonly<Record<string, number>>;
  /** The new values of `p` and of the state. */
  update(x: Values, on: Flags): Values;
}

export type Flags = Readonly<Record<string, boolean>>;

/** The gradient to follow: turned round to maximize, and with the parameter itself added in to pull it to zero. */
export function gradient({ p, g, weightDecay }: Values, on: Flags): Expr {
  const followed = on.maximize ? k.neg(g) : g;
  return on.decays ? k.add(followed, k.mul(p, weightDecay)) : followed;
}

/** `kept * average + (1 - kept) * x`, with `1 - kept` as a scalar of its own. */
export const moving = (average: Expr, x: Expr, kept: Expr, taken: Expr): Expr =>
  k.add(k.mul(average, kept), k.mul(x, taken));

export const square = (x: Expr): Expr => k.mul(x, x);

/** The dtype that a parameter's state has: its own, but of float16, whose range is too small. */
export const stateDType = (dtype: DType): DType => (dtype === (float16 as DType) ? float32 : dtype);

/** Complex numbers as pairs of real ones along a new last axis. */
export function asReal(a: NDArray): NDArray {
  if (a.dtype.kind !== 'c') return a;
  const part: DType = a.dtype === (complex64 as DType) ? float32 : float64;
  const strides = [...a.strides, part.itemsize];
  return new NDArray(a.storage, part, [...a.shape, 2], strides, a.offset, null, a.writeable);
}

/** Runs a rule's update on a parameter. */
export type Update = (p: NDArray, g: NDArray, state: readonly NDArray[], scalars: readonly number[]) => void;

/** The update of a rule for parameters and gradients of these dtypes, with the arrays and scalars named. */
export function makeUpdate<O>(
  rule: Rule<O>,
  on: Flags,
  [parameter, gradient]: readonly [DType, DType],
  arrays: readonly string[],
  scalars: readonly string[],
): Update {
  const state = stateDType(parameter).element;
  const float = parameter === (float64 as DType) ? 'f64' : 'f32';
  const names = ['p', 'g', ...arrays, ...scalars];
  const written = ['p', ...arrays];
  const formula = (...inputs: Value[]): Value[] => {
    const x: Values = Object.fromEntries(names.map((name, i) => [name, inputs[i] as Expr]));
    const next = rule.update(x, on);
    return written.map((name) => next[name]);
  };
  const flags = Object.keys(on).filter((flag) => on[flag]);
  const spec = {
    name: `optim ${rule.name} ${float} ${flags.join(' ')}`,
    inputs: names.map(() => float),
    outputs: written.map(() => float),
    expr: formula,
  } as const;
  const states = arrays.map(() => state);
  const kernel = mapKernel(
    spec,
    [parameter.element, gradient.element, ...states, ...scalars.map(() => 'scalar' as const)],
    [parameter.element, ...states],
  );
  return (p, g, arrays, scalars) => run(kernel, p, g, arrays, scalars);
}

function run(
  kernel: MapKernel,
  p: NDArray,
  g: NDArray,
  arrays: readonly NDArray[],
  scalars: readonly number[],
): void {
  if (isPlain(p) && isPlain(g) && g.storage !== p.storage && arrays.every(isPlain)) {
    const places = arrays.map((a) => a.offset);
    kernel.dense().row(p.offset, g.offset, ...places, p.offset, ...places, p.size, ...scalars);
  } else if (p.size > 0) runMap(kernel, [p, g, ...arrays, ...scalars], [p, ...arrays]);
}

/** Whether a kernel can run over the memory as it lies. */
const isPlain = (a: NDArray): boolean => a.storage.inHeap && a.cContiguous;
