/**
 * Formulas that differentiate themselves. A term is an expression of real numbers, one level above the kernel language: exp is one node
 * there and thirty here. A derivative is a term again, so every derivative of any order is one kernel.
 */

/** A comparison of two terms. */
export interface Test {
  readonly how: 'lt' | 'le' | 'eq';
  readonly a: Term;
  readonly b: Term;
}

export type Term =
  | { readonly op: 'input'; readonly id: number; readonly index: number }
  | { readonly op: 'const'; readonly id: number; readonly value: number }
  | {
      readonly op: 'add' | 'sub' | 'mul' | 'div';
      readonly id: number;
      readonly a: Term;
      readonly b: Term;
    }
  | { readonly op: FunctionName; readonly id: number; readonly a: Term }
  | {
      readonly op: 'select';
      readonly id: number;
      readonly test: Test;
      readonly yes: Term;
      readonly no: Term;
    };

/** Functions of one number that have a kernel. */
export type FunctionName =
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'tanhSoftplus'
  | 'erf'
  | 'abs'
  | 'sign';

/** A term, or a number that stands for itself. */
export type TermLike = Term | number;

type Body<T> = T extends Term ? Omit<T, 'id'> : never;

const known = /* @__PURE__ */ new Map<string, Term>();

/** The term of this form: equal terms are one object, so that kernels compute what is shared once. */
function intern(key: string, body: Body<Term>): Term {
  let term = known.get(key);
  if (!term) known.set(key, (term = { ...body, id: known.size } as Term));
  return term;
}

/** The operand of a formula at a place. */
export const input = (index: number): Term => intern(`input ${index}`, { op: 'input', index });

/** A number. */
export const literal = (value: number): Term =>
  intern(`const ${Object.is(value, -0) ? '-0' : value}`, { op: 'const', value });

const termOf = (x: TermLike): Term => (typeof x === 'number' ? literal(x) : x);

const is = (x: Term, value: number): boolean => x.op === 'const' && x.value === value;

const ARITHMETIC = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
} as const;

function arithmetic(op: keyof typeof ARITHMETIC, x: TermLike, y: TermLike): Term {
  const [a, b] = [termOf(x), termOf(y)];
  if (a.op === 'const' && b.op === 'const') return literal(ARITHMETIC[op](a.value, b.value));
  return simplified(op, a, b) ?? intern(`${op} ${a.id} ${b.id}`, { op, a, b });
}

/** What is left where an operand is 0 or 1: derivatives of constants leave many of these. */
function simplified(op: keyof typeof ARITHMETIC, a: Term, b: Term): Term | undefined {
  switch (op) {
    case 'add':
      return is(a, 0) ? b : is(b, 0) ? a : undefined;
    case 'sub':
      return is(b, 0) ? a : undefined;
    case 'mul':
      if (is(a, 0) || is(b, 0)) return literal(0);
      return is(a, 1) ? b : is(b, 1) ? a : undefined;
    case 'div':
      return is(a, 0) ? literal(0) : is(b, 1) ? a : undefined;
  }
}

const call =
  (op: FunctionName) =>
  (a: Term): Term =>
    intern(`${op} ${a.id}`, { op, a });

function select(test: Test, x: TermLike, y: TermLike): Term {
  const [yes, no] = [termOf(x), termOf(y)];
  if (yes === no) return yes;
  return intern(`select ${test.how} ${test.a.id} ${test.b.id} ${yes.id} ${no.id}`, {
    op: 'select',
    test,
    yes,
    no,
  });
}

const compare =
  (how: Test['how']) =>
  (a: TermLike, b: TermLike): Test => ({ how, a: termOf(a), b: termOf(b) });

/** The builders. */
export const f = {
  add: (a: TermLike, b: TermLike): Term => arithmetic('add', a, b),
  sub: (a: TermLike, b: TermLike): Term => arithmetic('sub', a, b),
  mul: (a: TermLike, b: TermLike): Term => arithmetic('mul', a, b),
  div: (a: TermLike, b: TermLike): Term => arithmetic('div', a, b),
  neg: (a: Term): Term => arithmetic('mul', a, -1),
  square: (a: Term): Term => arithmetic('mul', a, a),
  exp: call('exp'),
  expm1: call('expm1'),
  log: call('log'),
  log1p: call('log1p'),
  sqrt: call('sqrt'),
  tanh: call('tanh'),
  /** 1 / (1 + exp -x). */
  sigmoid: call('sigmoid'),
  /** log(1 + exp x), without overflow. */
  softplus: call('softplus'),
  /** tanh(softplus x). */
  tanhSoftplus: call('tanhSoftplus'),
  erf: call('erf'),
  abs: call('abs'),
  /** -1, 0 or 1. */
  sign: call('sign'),
  lt: compare('lt'),
  le: compare('le'),
  eq: compare('eq'),
  /** `test ? yes : no`; a comparison with NaN is false. */
  select,
  /** The larger of zero and a term; NaN stays. Differentiates as the term where that is zero. */
  atLeast0: (a: Term): Term => select({ how: 'lt', a, b: literal(0) }, 0, a),
};

const GAUSS = 2 / Math.sqrt(Math.PI);

/** The derivatives of functions; `y` is the value at `x`. */
const DERIVATIVES: Readonly<Record<FunctionName, (x: Term, y: Term) => TermLike>> = {
  exp: (_, y) => y,
  expm1: (_, y) => f.add(y, 1),
  log: (x) => f.div(1, x),
  log1p: (x) => f.div(1, f.add(x, 1)),
  sqrt: (_, y) => f.div(0.5, y),
  tanh: (_, y) => f.sub(1, f.square(y)),
  sigmoid: (_, y) => f.mul(y, f.sub(1, y)),
  softplus: (x) => f.sigmoid(x),
  tanhSoftplus: (x, y) => f.mul(f.sub(1, f.square(y)), f.sigmoid(x)),
  erf: (x) => f.mul(f.exp(f.neg(f.square(x))), GAUSS),
  abs: (x) => f.sign(x),
  sign: () => 0,
};

/** The partial derivative of a term with respect to an operand. */
export function derivative(term: Term, index: number): Term {
  const done = new Map<Term, Term>();
  const of = (t: Term): Term => {
    let found = done.get(t);
    if (!found) done.set(t, (found = step(t)));
    return found;
  };
  const step = (t: Term): Term => {
    switch (t.op) {
      case 'input':
        return literal(t.index === index ? 1 : 0);
      case 'const':
        return literal(0);
      case 'add':
      case 'sub':
        return arithmetic(t.op, of(t.a), of(t.b));
      case 'mul':
        return f.add(f.mul(of(t.a), t.b), f.mul(t.a, of(t.b)));
      case 'div':
        return f.sub(f.div(of(t.a), t.b), f.mul(f.div(t.a, f.square(t.b)), of(t.b)));
      case 'select':
        return select(t.test, of(t.yes), of(t.no));
      default: {
        const inner = of(t.a);
        return is(inner, 0) ? inner : f.mul(inner, DERIVATIVES[t.op](t.a, t));
      }
    }
  };
  return of(term);
}

function operandsOf(t: Term): readonly Term[] {
  switch (t.op) {
    case 'input':
    case 'const':
      return [];
    case 'select':
      return [t.test.a, t.test.b, t.yes, t.no];
    default:
      return 'b' in t ? [t.a, t.b] : [t.a];
  }
}

/** The places of the operands that a term depends on, in order. */
export function inputsOf(term: Term): number[] {
  const found = new Set<number>();
  const seen = new Set<Term>();
  const visit = (t: Term): void => {
    if (seen.has(t)) return;
    seen.add(t);
    if (t.op === 'input') found.add(t.index);
    operandsOf(t).forEach(visit);
  };
  visit(term);
  return [...found].sort((a, b) => a - b);
}

/** The term with other terms for its operands. */
export function substitute(term: Term, inputs: readonly Term[]): Term {
  const done = new Map<Term, Term>();
  const of = (t: Term): Term => {
    let found = done.get(t);
    if (!found) done.set(t, (found = step(t)));
    return found;
  };
  const step = (t: Term): Term => {
    switch (t.op) {
      case 'input':
        return inputs[t.index];
      case 'const':
        return t;
      case 'select':
        return select({ how: t.test.how, a: of(t.test.a), b: of(t.test.b) }, of(t.yes), of(t.no));
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return arithmetic(t.op, of(t.a), of(t.b));
      default:
        return call(t.op)(of(t.a));
    }
  };
  return of(term);
}
