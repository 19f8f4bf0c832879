/** Softmax of a row, what belongs to it, and their derivatives. */
import { k } from '../build.ts';
import type { Expr, Local } from '../ir.ts';
import { exp, log } from '../math.ts';
import type { Row } from './program.ts';

type Rows = readonly Local[];

/** Writes exp(x - max) and gives the maximum and the sum. */
function exponentials(row: Row, x: Expr, out: Expr): { most: Local; total: Local } {
  const most = row.max(x);
  row.map(out, [x], (a) => exp(k.sub(a, most)));
  return { most, total: row.sum([out], (a) => a) };
}

/** (x, out) */
export function softmax(row: Row, [x, out]: Rows): void {
  const { total } = exponentials(row, x, out);
  const share = row.b.let(k.div(k.const(row.type, 1), total));
  row.map(out, [out], (a) => k.mul(a, share));
}

/** (gradient, softmax, out) */
export function softmaxGradient(row: Row, [g, y, out]: Rows): void {
  const mean = row.sum([g, y], (a, b) => k.mul(a, b));
  row.map(out, [g, y], (a, b) => k.mul(b, k.sub(a, mean)));
}

/** (x, out) */
export function logSoftmax(row: Row, [x, out]: Rows): void {
  const { most, total } = exponentials(row, x, out);
  const logarithm = row.b.let(log(total));
  row.map(out, [x], (a) => k.sub(k.sub(a, most), logarithm));
}

/** (gradient, log softmax, out) */
export function logSoftmaxGradient(row: Row, [g, y, out]: Rows): void {
  const total = row.sum([g], (a) => a);
  row.map(out, [g, y], (a, b) => k.sub(a, k.mul(exp(b), total)));
}

/** Where the number of the class that a row's label names is; a label below 0 names none. */
const placeOf = (row: Row, x: Expr, label: Expr): Expr =>
  k.add(x, k.mul(k.convert('i32', k.load('i64', label)), row.type === 'f32' ? 4 : 8));

const isNone = (label: Expr): Expr => k.lt(k.load('i64', label), 0n);

/** (x, int64 label, weight of the row, loss, scratch): the cross entropy of the softmax with a label. */
export function crossEntropy(row: Row, [x, label, weight, loss, scratch]: Rows): void {
  const { b, type } = row;
  b.if(
    isNone(label),
    () => b.store(loss, k.const(type, 0)),
    () => {
      const { most, total } = exponentials(row, x, scratch);
      const own = k.load(type, placeOf(row, x, label));
      b.store(loss, k.mul(k.load(type, weight), k.sub(log(total), k.sub(own, most))));
    },
  );
}

/** (x, int64 label, gradient of the row's loss times its weight, out) */
export function crossEntropyGradient(row: Row, [x, label, g, out]: Rows): void {
  const { b, type } = row;
  b.if(
    isNone(label),
    () => row.map(out, [x], () => k.const(type, 0)),
    () => {
      const { total } = exponentials(row, x, out);
      const factor = b.let(k.load(type, g));
      const share = b.let(k.div(factor, total));
      row.map(out, [out], (a) => k.mul(a, share));
      const place = b.let(placeOf(row, out, label));
      b.store(place, k.sub(k.load(type, place), factor));
    },
  );
}
