/** Terms in the kernel language. */
import { k, lift } from '../build.ts';
import type { Expr } from '../ir.ts';
import * as m from '../math.ts';
import { erf } from '../math/erf.ts';
import type { FunctionName, Term } from './term.ts';

/**
 * log(1 + u) for 0 <= u <= 1. For float32 log(w) u / (w - 1), where w is 1 + u rounded (Kahan): its errors cancel, if no compiler
 * takes w - 1 for u.
 */
function log1pShort(u: Expr): Expr {
  if (u.type === 'f64') return m.log1p(u);
  const w = k.add(u, 1);
  const quotient = k.select(k.eq(w, 1), u, k.div(k.mul(m.log(w), u), k.sub(w, 1)));
  return k.either(quotient, () => m.log1p(u));
}

/** tanh log(1 + e) is n / (n + 2) with n = e (e + 2). From 20 on it is 1 to the last bit. */
function tanhSoftplus(x: Expr): Expr {
  const e = m.exp(k.pmin(x, 20));
  const n = k.mul(e, k.add(e, 2));
  return k.div(n, k.add(n, 2));
}

const maximum0 = (x: Expr): Expr => k.select(k.lt(x, 0), 0, x);

const FUNCTIONS: Readonly<Record<FunctionName, (x: Expr) => Expr>> = {
  exp: m.exp,
  expm1: m.expm1,
  log: m.log,
  log1p: m.log1p,
  sqrt: k.sqrt,
  tanh: m.tanh,
  sigmoid: (x) => k.div(lift(1, x.type), k.add(m.exp(k.neg(x)), 1)),
  softplus: (x) => k.add(maximum0(x), log1pShort(m.exp(k.neg(k.abs(x))))),
  tanhSoftplus,
  erf,
  abs: k.abs,
  // A zero stays, and a NaN: it is neither above nor below zero.
  sign: (x) => k.select(k.gt(x, 0), 1, k.select(k.lt(x, 0), lift(-1, x.type), x)),
};

/** The value of a term for one element. */
export function emit(term: Term, inputs: readonly Expr[]): Expr {
  const { type } = inputs[0];
  const done = new Map<Term, Expr>();
  const of = (t: Term): Expr => {
    let found = done.get(t);
    if (!found) done.set(t, (found = step(t)));
    return found;
  };
  const step = (t: Term): Expr => {
    switch (t.op) {
      case 'input':
        return inputs[t.index];
      case 'const':
        return lift(t.value, type);
      case 'add':
      case 'sub':
      case 'div':
        return k[t.op](of(t.a), of(t.b));
      case 'mul':
        return product(t.a, t.b);
      case 'select':
        return k.select(k[t.test.how](of(t.test.a), of(t.test.b)), of(t.yes), of(t.no));
      default:
        return FUNCTIONS[t.op](of(t.a));
    }
  };
  const product = (a: Term, b: Term): Expr => {
    if (b.op === 'const' && b.value === -1) return k.neg(of(a));
    return k.mul(of(a), of(b));
  };
  return of(term);
}
