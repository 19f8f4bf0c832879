/** Optimizers that are rows of the table: each parameter is updated by one run of one kernel. */
import type { DType } from '../array/dtype.ts';
import { ValueError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import { emptyArray } from '../array/ndarray.ts';
import { asArray } from '../ops/asarray.ts';
import { castInto, copyOf } from '../ops/cast.ts';
import { emptyLike } from '../ops/order.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap } from '../tensor/tensor.ts';
import type { ParamGroup, Params } from './groups.ts';
import { Optimizer } from './optimizer.ts';
import type { Flags, Rule, State, Update } from './rule.ts';
import { savedArray } from './state.ts';
import { asReal, makeUpdate, stateDType } from './rule.ts';

type Numbers = Readonly<Record<string, number>>;

/** The state of a parameter as it is saved: `step`, and the rule's own numbers and arrays by name. */
export type SavedState = Readonly<Record<string, number | NDArray>>;

export abstract class RuleOptimizer<O extends object> extends Optimizer<O, SavedState> {
  readonly #rule: Rule<O>;
  readonly #states = new Map<Tensor, State>();
  readonly #updates = new Map<string, Update>();

  protected constructor(rule: Rule<O>, params: Params<O>, args: readonly unknown[]) {
    super(rule, params, args);
    this.#rule = rule;
  }

  protected override update(): void {
    for (const group of this.paramGroups) {
      for (const p of group.params) if (p.ownGrad !== null) this.#step(p, p.ownGrad, group);
    }
  }

  #step(p: Tensor, g: Tensor, group: ParamGroup<O>): void {
    if (!sameShape(p.shape, g.shape)) {
      throw new ValueError(
        `a gradient of shape ${shapeText(g.shape)} does not fit its parameter of shape ${shapeText(p.shape)}`,
      );
    }
    let state = this.#states.get(p);
    if (state === undefined) this.#states.set(p, (state = { step: 0, arrays: {}, numbers: {} }));
    const rule = this.#rule;
    const starts = rule.arrays(group);
    const arrays = arraysOf(state, starts, p);
    const numbers = numbersOf(state, rule, group);
    state.step++;
    const flags = rule.flags(group, state.step);
    const scalars = rule.scalars(group, state.step, numbers);
    const update = this.#updateFor(flags, p.dtype, g.dtype, starts, scalars);
    if (p.dtype.kind === 'c') update(asReal(p), asReal(g), arrays.map(asReal), Object.values(scalars));
    else update(p, g, arrays, Object.values(scalars));
    p.storage.version++;
  }

  #updateFor(flags: Flags, parameter: DType, gradient: DType, arrays: Numbers, scalars: Numbers): Update {
    let key = `${parameter.char}${gradient.char}`;
    for (const flag in flags) if (flags[flag]) key += ` ${flag}`;
    let update = this.#updates.get(key);
    if (update === undefined) {
      const dtypes = [partType(parameter), partType(gradient)] as const;
      update = makeUpdate(this.#rule, flags, dtypes, Object.keys(arrays), Object.keys(scalars));
      this.#updates.set(key, update);
    }
    return update;
  }

  protected override saveState(p: Tensor, group: O): SavedState | undefined {
    const state = this.#states.get(p);
    if (!state) return undefined;
    const names = Object.keys(this.#rule.arrays(group)).filter((name) => name in state.arrays);
    const arrays = names.map((name) => [name, savedArray(state.arrays[name])] as const);
    return { step: state.step, ...state.numbers, ...Object.fromEntries(arrays) };
  }

  protected override prepareState(
    p: Tensor,
    group: O,
    saved: SavedState | undefined,
    label: string,
  ): () => void {
    if (saved === undefined) return () => void this.#states.delete(p);
    const numbers = ['step', ...Object.keys(this.#rule.numbers?.(group) ?? {})];
    const state = restored(saved, p, numbers, Object.keys(this.#rule.arrays(group)), label);
    return () => void this.#states.set(p, state);
  }
}

const partType = (dtype: DType): DType => (dtype.kind === 'c' ? asReal(emptyArray([0], dtype)).dtype : dtype);

/** The state arrays in the rule's order, made where there is none yet. */
function arraysOf(state: State, starts: Numbers, p: Tensor): NDArray[] {
  const arrays: NDArray[] = [];
  for (const name in starts) arrays.push((state.arrays[name] ??= filled(p, starts[name])));
  return arrays;
}

function numbersOf<O extends object>({ numbers }: State, rule: Rule<O>, group: O): Record<string, number> {
  const starts = rule.numbers?.(group);
  for (const name in starts) numbers[name] ??= starts[name];
  return numbers;
}

/** An array for the state of a parameter, on the parameter's device. */
function filled(p: Tensor, value: number): NDArray {
  const a = emptyLike(p.shape, stateDType(p.dtype), 'C', p);
  const real = asReal(a);
  if (a.size > 0) castInto(real, asArray(value, real.dtype));
  return a;
}

/** A saved state as one of the parameter's own. */
function restored(
  saved: SavedState,
  p: Tensor,
  numbers: readonly string[],
  arrays: readonly string[],
  label: string,
): State {
  const wrong = (what: string): ValueError => new ValueError(`loaded state dict: ${label} ${what}`);
  const missing = numbers.find((name) => typeof saved[name] !== 'number');
  if (missing !== undefined) throw wrong(`has no number ${missing}`);
  const unknown = Object.keys(saved).find((name) => !numbers.includes(name) && !arrays.includes(name));
  if (unknown !== undefined) throw wrong(`has ${unknown}, which this optimizer does not keep`);
  const state: State = { step: 0, arrays: {}, numbers: {} };
  for (const name of numbers) state.numbers[name] = saved[name] as number;
  for (const name of arrays) {
    if (!(name in saved)) continue;
    const a = unwrap(asArray(saved[name]));
    if (!sameShape(a.shape, p.shape))
      throw wrong(`has ${name} of shape ${shapeText(a.shape)}, but its own is ${shapeText(p.shape)}`);
    const own = copyOf(a, stateDType(p.dtype), 'C');
    state.arrays[name] = p.storage.remote?.home.near(own) ?? own;
  }
  const { step, ...rest } = state.numbers;
  return { ...state, step, numbers: rest };
}
