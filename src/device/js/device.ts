/**
 * The reference device: kernels as plain closures, without `eval`, on the same heap as the compiled ones. Slow and simple;
 * the other devices are tested against it.
 */
import type { KernelFunction, KernelModule, Local } from '../../kernel/ir.ts';
import type { ValueType } from '../../kernel/types.ts';
import { isVector, lanes, laneOf } from '../../kernel/types.ts';
import type { Device, KernelEntry } from '../device.ts';
import type { Callee, Cell, Frame, Scope } from './expr.ts';
import { refresh } from './memory.ts';
import type { Scalar } from './scalar.ts';
import { wrapTo, zeroOf } from './scalar.ts';
import { RESULT, compileBlock } from './statements.ts';

/** The device that evaluates kernels with JavaScript closures. */
export const jsDevice: Device = {
  name: 'js',
  compile(module: KernelModule): Readonly<Record<string, KernelEntry>> {
    const callees = new Map<KernelFunction, Callee>();
    return Object.fromEntries(module.exports.map((fn) => [fn.name, entry(fn, calleeOf(callees, fn))]));
  },
};

/** What JavaScript calls: converts the arguments to the parameters' types. */
function entry(fn: KernelFunction, callee: Callee): KernelEntry {
  const wraps = fn.params.map((p) => wrapTo(p.type));
  return (...args) => {
    refresh();
    return callee(wraps.map((wrap, i) => wrap(args[i]))) as Scalar | undefined;
  };
}

/** The compiled form of a function. It is known before its body is compiled, so functions may call themselves. */
function calleeOf(callees: Map<KernelFunction, Callee>, fn: KernelFunction): Callee {
  const known = callees.get(fn);
  if (known) return known;
  const callee: Callee = (args) => run(args);
  callees.set(fn, callee);
  const run = compileFunction(fn, (called) => calleeOf(callees, called));
  return callee;
}

function compileFunction(fn: KernelFunction, callee: Scope['callee']): Callee {
  // A frame begins as a copy of this: locals start at zero, as in WebAssembly.
  const initial: Frame = [undefined];
  const slots = new Map<number, number>();
  const newSlot = (type: ValueType): number => initial.push(zero(type)) - 1;
  const slotOf = ({ id, type }: Local): number => {
    let slot = slots.get(id);
    if (slot === undefined) slots.set(id, (slot = newSlot(type)));
    return slot;
  };
  const params = fn.params.map(slotOf);
  const body = compileBlock({ slotOf, newSlot, callee }, fn.body);
  return (args) => {
    const frame = initial.slice();
    for (let i = 0; i < params.length; i++) frame[params[i]] = args[i];
    body(frame);
    return frame[RESULT];
  };
}

function zero(type: ValueType): Cell {
  const value = zeroOf(laneOf(type));
  return isVector(type) ? new Array<Scalar>(lanes(type)).fill(value) : value;
}
