/**
 * Derivatives of the ufuncs. `g` is the gradient of the result, `x` and `y` the operands, `o` the result. For complex numbers the gradient
 * is PyTorch's: a step against it goes down, so that a holomorphic function's derivative is conjugated.
 */
import { Complex } from '../../array/complex.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar } from '../../ops/asarray.ts';
import { real } from '../../np/complex.ts';
import { where } from '../../np/indexing/choose.ts';
import * as np from '../../np/ufuncs.ts';
import { zeros } from '../../np/creation/filled.ts';
import type { Derivative, Known } from '../rule.ts';
import { by } from '../rule.ts';

type Array2 = (a: ArrayLike, b: ArrayLike) => NDArray;

const add = np.add as Array2;
const sub = np.subtract as Array2;
const mul = np.multiply as Array2;
const div = np.divide as Array2;
const pow = np.power as Array2;
const neg = np.negative as (a: ArrayLike) => NDArray;
const square = (a: NDArray): NDArray => mul(a, a);
const sqrt = np.sqrt as (a: ArrayLike) => NDArray;
const one = (name: keyof typeof np) => np[name] as unknown as (a: ArrayLike) => NDArray;
const two = (name: keyof typeof np) => np[name] as unknown as Array2;

/** The conjugate of an operand; a real array, or a number, itself. */
export function cj(operand: NDArray): NDArray {
  const x: ArrayLike = operand;
  if (typeof x !== 'object') return operand;
  if ((x as unknown) instanceof Complex) return np.conjugate(x) as NDArray;
  const a = asArray(x);
  return a.dtype.kind === 'c' ? (np.conjugate(a) as NDArray) : a;
}

/** Zero wherever the function has a derivative at all. */
export const FLAT: Derivative = /* @__PURE__ */ by('', (g) => zeros(g.shape, { dtype: g.dtype }));

const THROUGH: Derivative = /* @__PURE__ */ by('', (g) => g);

/** `g` times the conjugate of a partial derivative. */
const times = (keeps: string, partial: (known: Known) => NDArray): Derivative =>
  by(keeps, (g, known) => mul(g, cj(partial(known))));

/** `g` divided by the conjugate of something. */
const over = (keeps: string, divisor: (known: Known) => NDArray): Derivative =>
  by(keeps, (g, known) => div(g, cj(divisor(known))));

/** `g` where a condition holds, else zero. */
const only = (condition: NDArray, g: NDArray): NDArray => where(condition, g, 0);

/** Of the larger (smaller) operand; of equal ones half for each. */
const chosen = (loses: 'less' | 'greater'): Derivative =>
  by('xy', (g, { x, y }) => {
    const shared = where(np.equal(x, y) as NDArray, div(g, 2), g);
    return where(two(loses)(x, y), 0, shared);
  });

/** `fmax` and `fmin`: of equal operands the first, and never of NaN beside a number. */
const preferred = (wins: 'greater_equal' | 'less_equal'): Derivative[] => {
  const first = (x: NDArray, y: NDArray): NDArray => np.logical_or(two(wins)(x, y), np.isnan(y)) as NDArray;
  return [
    by('xy', (g, { x, y }) => where(first(x, y), g, 0)),
    by('xy', (g, { x, y }) => where(first(x, y), 0, g)),
  ];
};

const LN2 = Math.LN2;
const LN10 = Math.LN10;
const DEGREES = 180 / Math.PI;

const base = by('xy', (g, { x, y }) => {
  if (typeof y === 'number')
    return y === 0 ? zeros(g.shape, { dtype: g.dtype }) : mul(g, cj(mul(pow(x, y - 1), y)));
  const partial = mul(g, cj(mul(y, pow(x, sub(y, 1)))));
  return where(np.equal(y, 0) as NDArray, 0, partial);
});

const exponent = by('xyo', (g, { x, y, o }) => {
  if (isScalar(x) && !Number(np.equal(x, 0))) return mul(g, cj(mul(o, np.log(x) as NDArray)));
  const isZero = np.equal(x, 0) as NDArray;
  const none = np.logical_and(isZero, np.greater_equal(real(y) as NDArray, 0)) as NDArray;
  const logarithm = np.log(where(none, 1, x)) as NDArray;
  return where(none, 0, mul(g, cj(mul(o, logarithm))));
});

/** Of |z| the direction of z. */
const modulus = by('x', (g, { x }) => mul(g, one('sign')(x)));

/** The direction of a complex number turns only across itself; a real sign is constant. */
const direction = by('xo', (g, { x, o }) => {
  if (x.dtype.kind !== 'c') return zeros(g.shape, { dtype: g.dtype });
  const size = one('absolute')(x);
  const along = mul(real(mul(g, cj(o))) as NDArray, o);
  return where(
    np.equal(size, 0) as NDArray,
    0,
    div(sub(g, along), where(np.equal(size, 0) as NDArray, 1, size)),
  );
});

export const ELEMENTWISE: Readonly<Record<string, readonly (Derivative | null)[]>> = {
  add: [THROUGH, THROUGH],
  subtract: [THROUGH, by('', (g) => neg(g))],
  multiply: [times('y', ({ y }) => y), times('x', ({ x }) => x)],
  divide: [over('y', ({ y }) => y), by('xy', (g, { x, y }) => neg(mul(g, cj(div(div(x, y), y)))))],
  floor_divide: [FLAT, FLAT],
  remainder: [THROUGH, by('xy', (g, { x, y }) => neg(mul(g, two('floor_divide')(x, y))))],
  fmod: [THROUGH, by('xy', (g, { x, y }) => neg(mul(g, one('trunc')(div(x, y)))))],
  power: [base, exponent],
  float_power: [base, exponent],
  negative: [by('', (g) => neg(g))],
  positive: [THROUGH],
  absolute: [modulus],
  fabs: [modulus],
  sign: [direction],
  conjugate: [by('', (g) => cj(g))],

  exp: [times('o', ({ o }) => o)],
  exp2: [times('o', ({ o }) => mul(o, LN2))],
  expm1: [times('o', ({ o }) => add(o, 1))],
  log: [over('x', ({ x }) => x)],
  log2: [over('x', ({ x }) => mul(x, LN2))],
  log10: [over('x', ({ x }) => mul(x, LN10))],
  log1p: [over('x', ({ x }) => add(x, 1))],
  sqrt: [over('o', ({ o }) => mul(o, 2))],
  cbrt: [over('o', ({ o }) => mul(square(o), 3))],
  square: [times('x', ({ x }) => mul(x, 2))],
  reciprocal: [by('o', (g, { o }) => neg(mul(g, cj(square(o)))))],

  sin: [times('x', ({ x }) => one('cos')(x))],
  cos: [times('x', ({ x }) => neg(one('sin')(x)))],
  tan: [times('o', ({ o }) => add(square(o), 1))],
  arcsin: [over('x', ({ x }) => sqrt(sub(1, square(x))))],
  arccos: [by('x', (g, { x }) => neg(div(g, cj(sqrt(sub(1, square(x)))))))],
  arctan: [over('x', ({ x }) => add(square(x), 1))],
  arctan2: [
    by('xy', (g, { x, y }) => mul(g, div(y, add(square(x), square(y))))),
    by('xy', (g, { x, y }) =>
      (x as unknown) === 0
        ? zeros(g.shape, { dtype: g.dtype })
        : neg(mul(g, div(x, add(square(x), square(y))))),
    ),
  ],
  sinh: [times('x', ({ x }) => one('cosh')(x))],
  cosh: [times('x', ({ x }) => one('sinh')(x))],
  tanh: [times('o', ({ o }) => sub(1, square(o)))],
  arcsinh: [over('x', ({ x }) => sqrt(add(square(x), 1)))],
  arccosh: [over('x', ({ x }) => mul(sqrt(sub(x, 1)), sqrt(add(x, 1))))],
  arctanh: [over('x', ({ x }) => sub(1, square(x)))],
  hypot: [times('xo', ({ x, o }) => div(x, o)), times('yo', ({ y, o }) => div(y, o))],
  degrees: [by('', (g) => mul(g, DEGREES))],
  rad2deg: [by('', (g) => mul(g, DEGREES))],
  radians: [by('', (g) => mul(g, 1 / DEGREES))],
  deg2rad: [by('', (g) => mul(g, 1 / DEGREES))],

  logaddexp: [
    over('xy', ({ x, y }) => add(one('exp')(sub(y, x)), 1)),
    over('xy', ({ x, y }) => add(one('exp')(sub(x, y)), 1)),
  ],
  logaddexp2: [
    over('xy', ({ x, y }) => add(one('exp2')(sub(y, x)), 1)),
    over('xy', ({ x, y }) => add(one('exp2')(sub(x, y)), 1)),
  ],
  maximum: [chosen('less'), chosen('greater')],
  minimum: [chosen('greater'), chosen('less')],
  fmax: preferred('greater_equal'),
  fmin: preferred('less_equal'),
  clip_min: [
    by('xy', (g, { x, y }) => only(np.greater_equal(x, y) as NDArray, g)),
    by('xy', (g, { x, y }) => only(np.less(x, y) as NDArray, g)),
  ],
  clip_max: [
    by('xy', (g, { x, y }) => only(np.less_equal(x, y) as NDArray, g)),
    by('xy', (g, { x, y }) => only(np.greater(x, y) as NDArray, g)),
  ],
  clip: [
    by('xyz', (g, { x, y, z }) =>
      only(np.logical_and(np.greater_equal(x, y), np.less_equal(x, z)) as NDArray, g),
    ),
    by('xyz', (g, { x, y, z }) => only(np.logical_and(np.less(x, y), np.less(y, z)) as NDArray, g)),
    by('xyz', (g, { x, y, z }) =>
      only(np.logical_or(np.greater(x, z), np.greater_equal(y, z)) as NDArray, g),
    ),
  ],
  copysign: [
    by('xo', (g, { x, o }) =>
      only(np.not_equal(x, 0) as NDArray, mul(g, mul(one('sign')(x), one('sign')(o)))),
    ),
    FLAT,
  ],
  heaviside: [FLAT, by('x', (g, { x }) => only(np.equal(x, 0) as NDArray, g))],
  ldexp: [by('y', (g, { y }) => two('ldexp')(g, y)), null],
  floor: [FLAT],
  ceil: [FLAT],
  trunc: [FLAT],
  rint: [FLAT],
};

/** Derivatives of ufuncs with two results, for each of the results. */
export const ELEMENTWISE_PAIRS: Readonly<Record<string, readonly (readonly (Derivative | null)[])[]>> = {
  modf: [[THROUGH], [FLAT]],
  frexp: [[by('x', (g, { x }) => two('ldexp')(g, neg((np.frexp(x) as unknown as NDArray[])[1])))], [FLAT]],
  divmod: [ELEMENTWISE.floor_divide, ELEMENTWISE.remainder],
};
