/** Softmax of a row, what belongs to it, and their derivatives. */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { exp, log } from '../math.ts';
import type { Row } from './program.ts';

type Rows<P> = readonly P[];

/** Writes exp(x - max) and gives the maximum and the sum. */
function exponentials<P>(row: Row<P>, x: P, out: P): { most: Expr; total: Expr } {
  const most = row.max(x);
  row.map(out, [x], (a) => exp(k.sub(a, most)));
  return { most, total: row.sum([out], (a) => a) };
}

/** (x, out) */
export function softmax<P>(row: Row<P>, [x, out]: Rows<P>): void {
  const { total } = exponentials(row, x, out);
  const share = row.let(k.div(k.const(row.type, 1), total));
  row.map(out, [out], (a) => k.mul(a, share));
}

/** (gradient, softmax, out) */
export function softmaxGradient<P>(row: Row<P>, [g, y, out]: Rows<P>): void {
  const mean = row.sum([g, y], (a, b) => k.mul(a, b));
  row.map(out, [g, y], (a, b) => k.mul(b, k.sub(a, mean)));
}

/** (x, out) */
export function logSoftmax<P>(row: Row<P>, [x, out]: Rows<P>): void {
  const { most, total } = exponentials(row, x, out);
  const logarithm = row.let(log(total));
  row.map(out, [x], (a) => k.sub(k.sub(a, most), logarithm));
}

/** (gradient, log softmax, out) */
export function logSoftmaxGradient<P>(row: Row<P>, [g, y, out]: Rows<P>): void {
  const total = row.sum([g], (a) => a);
  row.map(out, [g, y], (a, b) => k.sub(a, k.mul(exp(b), total)));
}

/** (x, label, weight of the row, loss, scratch): the cross entropy of the softmax with a label; of rows labelled below 0 none. */
export function crossEntropy<P>(row: Row<P>, [x, label, weight, loss, scratch]: Rows<P>): void {
  const own = row.integer(label);
  row.when(
    k.lt(own, 0),
    () => row.set(loss, k.const(row.type, 0)),
    () => {
      const { most, total } = exponentials(row, x, scratch);
      row.set(loss, k.mul(row.number(weight), k.sub(log(total), k.sub(row.at(x, own), most))));
    },
  );
}

/** (x, label, gradient of the row's loss times its weight, out) */
export function crossEntropyGradient<P>(row: Row<P>, [x, label, g, out]: Rows<P>): void {
  const own = row.integer(label);
  row.when(
    k.lt(own, 0),
    () => row.map(out, [x], () => k.const(row.type, 0)),
    () => {
      const { total } = exponentials(row, x, out);
      const factor = row.number(g);
      const share = row.let(k.div(factor, total));
      row.map(out, [out], (a) => k.mul(a, share));
      row.replace(out, own, (a) => k.sub(a, factor));
    },
  );
}
