/**
 * Elementary functions of complex numbers, with the branch cuts and special values of C99 (annex G) and NumPy. complex64 is
 * computed in float64, and by the same formulas in float32 on devices that have nothing else. Inverse functions: Kahan, "Branch cuts for complex elementary functions" (1987).
 *
 * The real functions are called, not copied into the expression, because several of them make up each of these.
 */
import { k, lift } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';
import type { ComplexValue, Value } from '../value.ts';
import { v } from '../value.ts';
import type { ByFloat } from './common.ts';
import { choose, forTypeOf, function1, function2, isFinite, isNaN, numberLike } from './common.ts';
import { add1, divide2, sqrt2, value2 } from './double2.ts';
import { exp as realExp, expm1 as realExpm1 } from './exp.ts';
import { arcsinh as realArcsinh, cosh as realCosh, sinh as realSinh } from './hyperbolic.ts';
import { arctan2 as realArctan2 } from './invtrig.ts';
import { log as realLog, log1p as realLog1p } from './log.ts';
import { logDouble2 } from './logdouble.ts';
import { hypot, scaledSquare } from './roots.ts';
import { logPair } from './singlelog.ts';
import { cos as realCos, sin as realSin } from './trig.ts';

/** Calls the function of an argument's type, which is made when it is first needed. */
function called<A extends Expr[]>(make: (type: 'f32' | 'f64') => KernelFunction): (...args: A) => Expr {
  const made: { -readonly [T in 'f32' | 'f64']?: KernelFunction } = {};
  return (...args) => {
    const type = args[0].type as 'f32' | 'f64';
    return k.call((made[type] ??= make(type)), ...args);
  };
}
const nameOf = (name: string, type: 'f32' | 'f64'): string => (type === 'f64' ? `c_${name}` : `c_${name}f`);
const called1 = (name: string, f: (x: Expr) => Expr): ((x: Expr) => Expr) =>
  called<[Expr]>((type) => function1(nameOf(name, type), f, type));
const called2 = (name: string, f: (x: Expr, y: Expr) => Expr): ((x: Expr, y: Expr) => Expr) =>
  called<[Expr, Expr]>((type) => function2(nameOf(name, type), f, type));

const rexp = /* @__PURE__ */ called1('exp', realExp);
const rexpm1 = /* @__PURE__ */ called1('expm1', realExpm1);
const rlog = /* @__PURE__ */ called1('log', realLog);
const rlog1p = /* @__PURE__ */ called1('log1p', realLog1p);
const rsin = /* @__PURE__ */ called1('sin', realSin);
const rcos = /* @__PURE__ */ called1('cos', realCos);
const rsinh = /* @__PURE__ */ called1('sinh', realSinh);
const rcosh = /* @__PURE__ */ called1('cosh', realCosh);
const rarcsinh = /* @__PURE__ */ called1('arcsinh', realArcsinh);
const rarctan2 = /* @__PURE__ */ called2('arctan2', realArctan2);
const rhypot = /* @__PURE__ */ called2('hypot', hypot);

type ComplexFunction = (z: ComplexValue) => ComplexValue;

const convert = (type: 'f32' | 'f64', z: ComplexValue): ComplexValue => ({
  re: k.convert(type, z.re),
  im: k.convert(type, z.im),
});

/** A complex value computed with the help of float64, or without. The parts of the narrow form are made together. */
function either(wide: ComplexValue, narrow: () => ComplexValue): ComplexValue {
  let made: ComplexValue | undefined;
  const parts = (): ComplexValue => (made ??= narrow());
  return { re: k.either(wide.re, () => parts().re), im: k.either(wide.im, () => parts().im) };
}

/** A function of complex128, for complex64 too. */
const throughDouble =
  (f: ComplexFunction): ComplexFunction =>
  (z) =>
    z.re.type === 'f64' ? f(z) : either(convert('f32', f(convert('f64', z))), () => f(z));

const swap = ({ re, im }: ComplexValue): ComplexValue => ({ re: im, im: re });

/** An odd function f of z, as -i f(i z): sin from sinh, arctan from arctanh. Multiplying by i and a mirror is a swap. */
const rotated =
  (f: ComplexFunction): ComplexFunction =>
  (z) =>
    swap(f(swap(z)));

const complexSelect = (cond: Expr, a: ComplexValue, b: ComplexValue): ComplexValue => ({
  re: k.select(cond, a.re, b.re),
  im: k.select(cond, a.im, b.im),
});

/** a * b, but zero times an infinity or NaN is zero: one factor then is zero for reasons of direction, not of size. */
function direct(a: Expr, b: Expr): Expr {
  const signed = (x: Expr, other: Expr): Expr => k.select(k.lt(other, 0), k.neg(x), x);
  return choose(
    [
      [k.and(k.eq(b, 0), k.not(isFinite(a))), signed(b, a)],
      [k.and(k.eq(a, 0), k.not(isFinite(b))), signed(a, b)],
    ],
    k.mul(a, b),
  );
}

/** Beyond this exp x may overflow although its product with a sine does not. */
const LARGE_EXPONENT: ByFloat<number> = { f32: 87, f64: 700 };

/** e^z. */
export const exp = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const isLarge = k.gt(re, forTypeOf(re, LARGE_EXPONENT));
  const half = rexp(k.mul(re, 0.5));
  const whole = rexp(re);
  const times = (s: Expr): Expr => k.select(isLarge, direct(half, direct(half, s)), direct(whole, s));
  const bounded = { re: times(rcos(im)), im: times(rsin(im)) };
  // An angle that is infinite or NaN is none: the result is NaN, but for the signs that infinite real parts leave.
  const isRight = k.eq(re, Infinity);
  const isLeft = k.eq(re, -Infinity);
  const directionless = {
    re: k.select(isRight, Infinity, k.select(isLeft, numberLike(re, 0), NaN)),
    im: k.select(isLeft, k.select(k.lt(im, 0), numberLike(re, -0), 0), NaN),
  };
  return complexSelect(isFinite(im), bounded, directionless);
});

const LN2 = Math.LN2;

/** log |z|, without loss near |z| = 1. */
const logAbs = /* @__PURE__ */ called2('log_abs', (x, y) => {
  const { square, rest, byScale, isZero } = scaledSquare(x, y);
  const more = byScale((e) => 0 - 2 * e);
  const log = x.type === 'f64' ? logDouble2(square, more) : logPair(square, more);
  // Near 1 the logarithm is a small difference, of which the square's third part is no small part.
  const correction = k.select(k.lt(k.abs(log.hi), 0.25), rest, 0);
  return choose(
    [
      [k.or(k.eq(k.abs(x), Infinity), k.eq(k.abs(y), Infinity)), Infinity],
      [k.or(isNaN(x), isNaN(y)), NaN],
      [isZero, -Infinity],
    ],
    k.mul(k.add(log.hi, k.add(log.lo, correction)), 0.5),
  );
});

/** log z, cut along the negative real axis. */
export const log = /* @__PURE__ */ throughDouble(({ re, im }) => ({
  re: logAbs(re, im),
  im: rarctan2(im, re),
}));

const scaled = (z: ComplexValue, factor: number): ComplexValue => ({
  re: k.mul(z.re, factor),
  im: k.mul(z.im, factor),
});

/** log z times 1 / log 2, as NumPy computes it. */
export const log2 = /* @__PURE__ */ throughDouble((z) => scaled(log(z), Math.LOG2E));

/** log z times 1 / log 10, as NumPy computes it. */
export const log10 = /* @__PURE__ */ throughDouble((z) => scaled(log(z), Math.LOG10E));

/** exp(z log 2), as NumPy computes it. */
export const exp2 = /* @__PURE__ */ throughDouble((z) => exp(scaled(z, LN2)));

/** e^z - 1, by NumPy's formula. */
export const expm1 = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const half = rsin(k.mul(im, 0.5));
  return {
    re: k.sub(k.mul(rexpm1(re), rcos(im)), k.mul(k.mul(half, half), 2)),
    im: k.mul(rexp(re), rsin(im)),
  };
});

/** log(1 + z), by NumPy's formula. */
export const log1p = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const sum = k.add(re, 1);
  return { re: rlog(rhypot(sum, im)), im: rarctan2(im, sum) };
});

/** Above this the scaled lesser part of a square root has all its digits. */
const LEAST_MINOR: ByFloat<number> = { f32: 2 ** -100, f64: 2 ** -800 };

/** The square root with a real part that is not negative, cut along the negative real axis. */
export const sqrt = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const [a, b] = [k.abs(re), k.abs(im)];
  const { square, byScale, isZero } = scaledSquare(a, b);
  // The greater part is sqrt((|z| + |re|) / 2), the other one |im| / 2 divided by it.
  const scale = byScale((e) => 2 ** e);
  const unscale = byScale((e) => 2 ** (-e / 2));
  const sum = add1(sqrt2(square), k.mul(a, scale));
  const root = sqrt2({ hi: k.mul(sum.hi, 0.5), lo: k.mul(sum.lo, 0.5) });
  const major = k.mul(root.hi, unscale);
  const halfIm = k.mul(k.mul(b, scale), 0.5);
  const exact = value2(divide2({ hi: halfIm, lo: numberLike(re, 0) }, root));
  const minor = k.select(
    k.gt(exact, forTypeOf(re, LEAST_MINOR)),
    k.mul(exact, unscale),
    k.div(k.mul(b, 0.5), major),
  );
  const isLeft = k.lt(re, 0);
  const finite = {
    re: k.select(isZero, 0, k.select(isLeft, minor, major)),
    im: k.copysign(k.select(isZero, 0, k.select(isLeft, major, minor)), im),
  };
  const infiniteRe = k.eq(a, Infinity);
  const atInfinity = {
    re: k.select(isLeft, k.select(isNaN(im), im, 0), Infinity),
    im: k.select(
      isNaN(im),
      k.select(isLeft, numberLike(re, Infinity), im),
      k.copysign(k.select(isLeft, numberLike(re, Infinity), 0), im),
    ),
  };
  const upward = { re: numberLike(re, Infinity), im };
  const orNaN = complexSelect(
    k.or(isNaN(re), isNaN(im)),
    { re: numberLike(re, NaN), im: numberLike(re, NaN) },
    finite,
  );
  return complexSelect(k.eq(b, Infinity), upward, complexSelect(infiniteRe, atInfinity, orNaN));
});

/** sinh and cosh of x, times factors that point somewhere; where exp x overflows, its root is multiplied in twice. */
function hyperbolicTimes(x: Expr, forSinh: Expr, forCosh: Expr): readonly [sinh: Expr, cosh: Expr] {
  const isLarge = k.gt(k.abs(x), forTypeOf(x, LARGE_EXPONENT));
  const root = rexp(k.mul(k.abs(x), 0.5));
  const large = (s: Expr): Expr => direct(root, direct(k.mul(root, 0.5), s));
  const signed = k.select(k.lt(x, 0), k.neg(forSinh), forSinh);
  return [
    k.select(isLarge, large(signed), direct(rsinh(x), forSinh)),
    k.select(isLarge, large(forCosh), direct(rcosh(x), forCosh)),
  ];
}

/** Whether x is infinite and y gives no direction. */
const isDirectionless = (x: Expr, y: Expr): Expr => k.and(k.eq(k.abs(x), Infinity), k.not(isFinite(y)));

/** sinh z = sinh x cos y + i cosh x sin y. */
export const sinh = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const [a, b] = hyperbolicTimes(re, rcos(im), rsin(im));
  return { re: k.select(isDirectionless(re, im), Infinity, a), im: b };
});

/** cosh z = cosh x cos y + i sinh x sin y. */
export const cosh = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const [b, a] = hyperbolicTimes(re, rsin(im), rcos(im));
  const isFlat = k.and(k.eq(re, 0), k.not(isFinite(im)));
  return { re: k.select(isDirectionless(re, im), Infinity, a), im: k.select(isFlat, 0, b) };
});

/** tanh z = (sinh x cosh x + i sin y cos y) / (sinh^2 x + cos^2 y). */
export const tanh = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const [s, c] = [rsin(im), rcos(im)];
  const product = k.mul(s, c);
  const [sh, ch] = [rsinh(re), rcosh(re)];
  const divisor = k.add(k.mul(sh, sh), k.mul(c, c));
  // Far out only the sign of the real part is left, and an imaginary part that fades as 4 exp(-2x).
  const isFar = k.and(k.gt(k.abs(re), 40), k.or(isFinite(im), k.eq(k.abs(re), Infinity)));
  const decay = rexp(k.mul(k.abs(re), -2));
  const fading = k.mul(k.mul(product, 4), decay);
  const signedZero = k.select(k.lt(im, 0), numberLike(re, -0), 0);
  const far = { re: k.copysign(numberLike(re, 1), re), im: k.select(isFinite(im), fading, signedZero) };
  const near = {
    re: k.select(k.eq(re, 0), re, k.div(k.mul(sh, ch), divisor)),
    im: k.select(k.eq(im, 0), im, k.div(product, divisor)),
  };
  return complexSelect(isFar, far, near);
});

/** sin z. */
export const sin = /* @__PURE__ */ rotated(sinh);

/** tan z. */
export const tan = /* @__PURE__ */ rotated(tanh);

/** cos z = cosh(i z). */
export const cos: ComplexFunction = ({ re, im }) => cosh({ re: k.neg(im), im: re });

/** Beyond this a number and its sum with 1 are the same to the last bit. */
const LARGE = 2 ** 60;

const isLarge = ({ re, im }: ComplexValue): Expr => k.or(k.gt(k.abs(re), LARGE), k.gt(k.abs(im), LARGE));

/** The roots of 1 - z and 1 + z, and log 2|z|. */
function inverseParts(z: ComplexValue): { less: ComplexValue; more: ComplexValue; logTwice: Expr } {
  return {
    less: sqrt({ re: k.sub(1, z.re), im: k.neg(z.im) }),
    more: sqrt({ re: k.add(z.re, 1), im: z.im }),
    logTwice: k.add(logAbs(z.re, z.im), LN2),
  };
}

/** The imaginary part of the conjugate of a, times b. */
const crossProduct = (a: ComplexValue, b: ComplexValue): Expr => k.sub(k.mul(a.re, b.im), k.mul(a.im, b.re));

/** x with the sign of y, which may be NaN. */
const withSign = (x: Expr, y: Expr): Expr => k.select(isNaN(y), x, k.copysign(x, y));

/** The inverse sine, cut along the real axis beyond -1 and 1. */
export const arcsin = /* @__PURE__ */ throughDouble((z) => {
  const { less, more, logTwice } = inverseParts(z);
  const far = { re: rarctan2(z.re, k.abs(z.im)), im: withSign(logTwice, z.im) };
  const projection = k.sub(k.mul(less.re, more.re), k.mul(less.im, more.im));
  const near = {
    re: k.select(k.eq(z.re, 0), z.re, rarctan2(z.re, projection)),
    im: rarcsinh(crossProduct(less, more)),
  };
  return complexSelect(isLarge(z), far, near);
});

/** The inverse cosine, cut along the real axis beyond -1 and 1. */
export const arccos = /* @__PURE__ */ throughDouble((z) => {
  const { less, more, logTwice } = inverseParts(z);
  const far = { re: rarctan2(k.abs(z.im), z.re), im: k.neg(withSign(logTwice, z.im)) };
  const isQuarter = k.and(k.eq(z.re, 0), isNaN(z.im));
  const near = {
    re: k.select(isQuarter, Math.PI / 2, k.mul(rarctan2(less.re, more.re), 2)),
    im: rarcsinh(crossProduct(more, less)),
  };
  return complexSelect(isLarge(z), far, near);
});

/** The inverse hyperbolic sine, cut along the imaginary axis beyond -i and i. */
export const arcsinh = /* @__PURE__ */ rotated(arcsin);

/** The inverse hyperbolic cosine, cut along the real axis below 1. */
export const arccosh = /* @__PURE__ */ throughDouble((z) => {
  const w = arccos(z);
  return { re: k.abs(w.im), im: withSign(w.re, z.im) };
});

/** The inverse hyperbolic tangent, cut along the real axis beyond -1 and 1. */
export const arctanh = /* @__PURE__ */ throughDouble(({ re, im }) => {
  const [a, b] = [k.abs(re), k.abs(im)];
  const gap = k.sub(a, 1);
  const ratio = k.div(k.mul(a, 4), k.add(k.mul(gap, gap), k.mul(b, b)));
  const isPole = k.and(k.eq(a, 1), k.lt(b, 2 ** -60));
  const nearRe = k.select(isPole, k.mul(k.sub(LN2, rlog(b)), 0.5), k.mul(rlog1p(ratio), 0.25));
  const nearIm = k.mul(rarctan2(k.mul(b, 2), k.sub(k.mul(k.sub(1, a), k.add(a, 1)), k.mul(b, b))), 0.5);
  const near = {
    re: k.select(k.eq(re, 0), re, withSign(nearRe, re)),
    im: withSign(nearIm, im),
  };
  // Far out: pi/2 and the real part of 1/z.
  const length = rhypot(a, b);
  const farRe = k.select(k.eq(length, Infinity), 0, k.div(k.div(a, length), length));
  const far = {
    re: withSign(farRe, re),
    im: k.select(
      k.or(isNaN(im), k.and(isNaN(re), isFinite(im))),
      NaN,
      k.copysign(numberLike(im, Math.PI / 2), im),
    ),
  };
  return complexSelect(isLarge({ re, im }), far, near);
});

/** The inverse tangent, cut along the imaginary axis beyond -i and i. */
export const arctan = /* @__PURE__ */ rotated(arctanh);

/** |z|, in the parts' type. */
export const abs = ({ re, im }: ComplexValue): Expr => hypot(re, im);

/** z / |z|; zero for zero, the direction of the axis for an infinity along one, NaN for the others. */
export function sign(z: ComplexValue): ComplexValue {
  const length = abs(z);
  const part = (x: Expr, other: Expr): Expr =>
    choose(
      [
        [isNaN(length), NaN],
        [k.eq(length, 0), 0],
        [k.eq(length, Infinity), infiniteDirection(x, other)],
      ],
      k.div(x, length),
    );
  return { re: part(z.re, z.im), im: part(z.im, z.re) };
}

/** A part of the direction of an infinite number. */
function infiniteDirection(x: Expr, other: Expr): Expr {
  const isAlong = k.eq(k.abs(x), Infinity);
  const isDiagonal = k.and(isAlong, k.eq(k.abs(other), Infinity));
  const unit = k.copysign(lift(1, x.type), x);
  return k.select(isDiagonal, NaN, k.select(isAlong, unit, 0));
}

/** 1 / z, by NumPy's formula (Smith's). */
export function reciprocal({ re, im }: ComplexValue): ComplexValue {
  const isWide = k.le(k.abs(im), k.abs(re));
  const [large, small] = [k.select(isWide, re, im), k.select(isWide, im, re)];
  const ratio = k.div(small, large);
  const divisor = k.add(large, k.mul(small, ratio));
  const one = lift(1, re.type);
  const [along, across] = [k.div(one, divisor), k.div(ratio, divisor)];
  return { re: k.select(isWide, along, across), im: k.neg(k.select(isWide, across, along)) };
}

const cast = (z: Value): ComplexValue => z as ComplexValue;

/** z^n for a whole number 0 < |n| < 100, by NumPy's order of multiplications. */
function wholePower(z: ComplexValue, n: Expr): ComplexValue {
  const type = z.re.type as 'f32' | 'f64';
  const count = k.convert('i32', k.abs(n));
  const unit = { re: k.const(type, 1), im: k.const(type, 0) };
  let result: ComplexValue = unit;
  let square = z;
  for (let bit = 1; bit < 100; bit *= 2) {
    if (bit > 1) square = cast(v.mul(square, square));
    result = complexSelect(k.ne(k.and(count, bit), 0), cast(v.mul(result, square)), result);
  }
  const signed = complexSelect(k.lt(n, 0), cast(v.div(unit, result)), result);
  const second = cast(v.mul(z, z));
  const third = cast(v.mul(z, second));
  return complexSelect(
    k.eq(n, 1),
    z,
    complexSelect(k.eq(n, 2), second, complexSelect(k.eq(n, 3), third, signed)),
  );
}

/**
 * A product in which an infinite factor makes an infinite result, as C99 (annex G) has it: where the plain formula gives NaN
 * twice, infinite factors are replaced by directions, and NaN parts beside them by zeros.
 */
function infiniteProduct(z: ComplexValue, w: ComplexValue): ComplexValue {
  const isInfinite = (x: ComplexValue): Expr =>
    k.or(k.eq(k.abs(x.re), Infinity), k.eq(k.abs(x.im), Infinity));
  const direction = (x: Expr): Expr =>
    k.select(isNaN(x), 0, k.copysign(k.select(k.eq(k.abs(x), Infinity), numberLike(x, 1), 0), x));
  const boxed = (x: ComplexValue): ComplexValue =>
    complexSelect(isInfinite(x), { re: direction(x.re), im: direction(x.im) }, withoutNaN(x));
  const withoutNaN = ({ re, im }: ComplexValue): ComplexValue => ({
    re: k.select(isNaN(re), 0, re),
    im: k.select(isNaN(im), 0, im),
  });
  const plain = cast(v.mul(z, w));
  const lost = k.and(k.and(isNaN(plain.re), isNaN(plain.im)), k.or(isInfinite(z), isInfinite(w)));
  return complexSelect(lost, scaled(cast(v.mul(boxed(z), boxed(w))), Infinity), plain);
}

/** z^w: repeated multiplication for small whole w, exp(w log z) otherwise. */
export function pow(z: ComplexValue, w: ComplexValue): ComplexValue {
  const type = z.re.type as 'f32' | 'f64';
  const power = (a: ComplexValue, b: ComplexValue): ComplexValue => exp(infiniteProduct(b, log(a)));
  const wide = convert(type, power(convert('f64', z), convert('f64', w)));
  const general = type === 'f64' ? wide : either(wide, () => power(z, w));
  const isWhole = k.and(k.eq(w.im, 0), k.and(k.eq(k.trunc(w.re), w.re), k.lt(k.abs(w.re), 100)));
  const value = complexSelect(isWhole, wholePower(z, w.re), general);
  const isZero = (x: ComplexValue): Expr => k.and(k.eq(x.re, 0), k.eq(x.im, 0));
  const ofZero = k.select(k.gt(w.re, 0), lift(0, type), NaN);
  const atZero = complexSelect(isZero(z), { re: ofZero, im: ofZero }, value);
  return complexSelect(isZero(w), { re: lift(1, type), im: lift(0, type) }, atZero);
}
