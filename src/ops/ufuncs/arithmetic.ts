/** Arithmetic ufuncs that need no transcendental function. */
import type { DType } from '../../array/dtype.ts';
import { float64 } from '../../array/dtype.ts';
import { k, lift } from '../../kernel/build.ts';
import { castValue } from '../../kernel/element.ts';
import type { Expr } from '../../kernel/ir.ts';
import { isFloat } from '../../kernel/types.ts';
import type { Value } from '../../kernel/value.ts';
import { reciprocal as complexReciprocal } from '../../kernel/math/complex.ts';
import { isComplexValue, v } from '../../kernel/value.ts';
import type { Loop, UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { ALL, COMPLEX, FLOATS, NUMBERS, same } from './types.ts';

/** A formula that on bools is a logical one. */
const onBool =
  (logical: (a: Expr, b: Expr) => Expr, formula: (a: Value, b: Value) => Value) =>
  (a: Value, b: Value): Value =>
    !isComplexValue(a) && a.type === 'bool' ? logical(a, b as Expr) : formula(a, b);

const refuseBool =
  (message: string): UFuncRow['promote'] =>
  (dtypes) => {
    if (dtypes.every((d) => d.kind === 'b')) throw new TypeError(message);
    return dtypes;
  };

/** Integers divide as float64, not as the smallest float that holds them. */
const integersAsDouble: UFuncRow['promote'] = (dtypes: readonly DType[]) =>
  dtypes.every((d) => d.kind !== 'f' && d.kind !== 'c') ? dtypes.map(() => float64) : dtypes;

export const add = /* @__PURE__ */ row('add', same(2, 1, ALL), onBool(k.or, v.add), {
  identity: 0,
  reorderable: true,
});

export const subtract = /* @__PURE__ */ row('subtract', same(2, 1, NUMBERS), v.sub, {
  promote: /* @__PURE__ */ refuseBool(
    'numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.',
  ),
});

export const multiply = /* @__PURE__ */ row('multiply', same(2, 1, ALL), onBool(k.and, v.mul), {
  identity: 1,
  reorderable: true,
});

export const divide = /* @__PURE__ */ row('divide', same(2, 1, FLOATS + COMPLEX), v.div, {
  promote: integersAsDouble,
});

export const negative = /* @__PURE__ */ row('negative', same(1, 1, NUMBERS), v.neg, {
  promote: /* @__PURE__ */ refuseBool(
    'The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.',
  ),
});

export const positive = /* @__PURE__ */ row('positive', same(1, 1, NUMBERS), (x) => x, {
  promote: /* @__PURE__ */ refuseBool(
    "ufunc 'positive' did not contain a loop with signature matching types bool -> None",
  ),
});

export const conjugate = /* @__PURE__ */ row('conjugate', same(1, 1, NUMBERS), v.conj);

export const square = /* @__PURE__ */ row('square', same(1, 1, NUMBERS), (x) => v.mul(x, x));

export const fabs = /* @__PURE__ */ row('fabs', same(1, 1, FLOATS), k.abs);

/** One product in the loop's own precision, with a factor that was computed in it. */
const scaling = (name: string, from: number, to: number): UFuncRow => {
  const { fround } = Math;
  const single = fround(fround(to) / fround(from));
  return row(name, same(1, 1, FLOATS), (x: Expr) => k.mul(x, x.type === 'f32' ? single : to / from));
};

export const deg2rad = /* @__PURE__ */ scaling('deg2rad', 180, Math.PI);
export const radians = /* @__PURE__ */ scaling('radians', 180, Math.PI);
export const rad2deg = /* @__PURE__ */ scaling('rad2deg', Math.PI, 180);
export const degrees = /* @__PURE__ */ scaling('degrees', Math.PI, 180);

/** The integer quotient of 1 and x where zero gives what infinity is cast to: the lowest int32, whose low bits are 0. */
const integerInverse = (x: Expr): Expr => {
  const quotient = k.idiv(lift(1, x.type), x);
  return x.type === 'i32' ? k.select(k.eq(x, 0), -(2 ** 31), quotient) : quotient;
};

/** Of integers, the quotient in float64 cast back. */
const reciprocalOf = ({ ins: [{ element }] }: Loop): UFuncRow['expr'] => {
  const inverse = (x: Expr): Expr => k.div(k.const(x.type as 'f64', 1), x);
  return (x) => {
    if (isComplexValue(x)) return complexReciprocal(x);
    if (isFloat(x.type)) return inverse(x);
    const wide = castValue(element, 'f64', inverse(k.convert('f64', x))) as Expr;
    return k.either(wide, () => integerInverse(x));
  };
};

export const reciprocal = /* @__PURE__ */ row('reciprocal', same(1, 1, NUMBERS), (x) => x, {
  exprOf: reciprocalOf,
});

type Pick2 = (a: Expr, b: Expr) => Expr;

/** What x86 gives, and so NumPy there: of equal operands the second. A NaN wins (`maximum`) or is passed over (`fmax`). */
const floatExtremum =
  (pick: Pick2, propagates: boolean): Pick2 =>
  (a, b) =>
    propagates ? k.select(k.ne(a, a), a, pick(b, a)) : k.select(k.ne(b, b), a, pick(b, a));

/** Of integers, float16 and complex numbers: of equal operands the first. */
const orderedExtremum =
  (keepsFirst: (a: Value, b: Value) => Expr, propagates: boolean) =>
  (a: Value, b: Value): Value =>
    v.select(k.or(keepsFirst(a, b), v.isNaN(propagates ? a : b)), a, b);

const extremum = (
  name: string,
  logical: Pick2,
  pick: Pick2,
  keepsFirst: (a: Value, b: Value) => Expr,
  propagates: boolean,
): UFuncRow => {
  const float = floatExtremum(pick, propagates);
  const ordered = orderedExtremum(keepsFirst, propagates);
  const exprOf = ({ ins: [{ kind, element }] }: Loop): UFuncRow['expr'] =>
    kind === 'f' && element !== 'f16' ? float : onBool(logical, ordered);
  return row(name, same(2, 1, ALL), ordered, { exprOf, reorderable: true });
};

export const maximum = /* @__PURE__ */ extremum('maximum', k.or, k.pmax, v.ge, true);
export const minimum = /* @__PURE__ */ extremum('minimum', k.and, k.pmin, v.le, true);
export const fmax = /* @__PURE__ */ extremum('fmax', k.or, k.pmax, v.ge, false);
export const fmin = /* @__PURE__ */ extremum('fmin', k.and, k.pmin, v.le, false);
