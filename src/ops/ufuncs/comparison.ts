/** Comparisons, truth tests and logical ufuncs: everything that gives bool. */
import { k, lift } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import { isFloat } from '../../kernel/types.ts';
import type { Value } from '../../kernel/value.ts';
import { isComplexValue, partsOf, v } from '../../kernel/value.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { ALL, FLOATS, MIXED_SIGNS, test } from './types.ts';

type Comparison = (a: Value, b: Value) => Expr;

/** int64 beside uint64: a negative number is below every unsigned one, and the others compare as unsigned. */
const mixedSigns =
  (compare: Comparison): Comparison =>
  (a, b) => {
    if (isComplexValue(a) || isComplexValue(b) || a.type === b.type) return compare(a, b);
    const aIsSigned = a.type === 'i64';
    const unsigned = compare(k.bitcast('u64', a), k.bitcast('u64', b));
    const negative = k.lt(aIsSigned ? a : b, 0);
    const zero = k.const('i32', 0);
    const one = k.const('i32', 1);
    return k.select(negative, aIsSigned ? compare(zero, one) : compare(one, zero), unsigned);
  };

const comparison = (name: string, compare: Comparison): UFuncRow =>
  row(name, test(2, ALL), mixedSigns(compare), { extraTypes: MIXED_SIGNS, anyInteger: true });

export const equal = /* @__PURE__ */ comparison('equal', v.eq);
export const not_equal = /* @__PURE__ */ comparison('not_equal', v.ne);
export const less = /* @__PURE__ */ comparison('less', v.lt);
export const less_equal = /* @__PURE__ */ comparison('less_equal', v.le);
export const greater = /* @__PURE__ */ comparison('greater', v.gt);
export const greater_equal = /* @__PURE__ */ comparison('greater_equal', v.ge);

const onTruth =
  (logical: (a: Expr, b: Expr) => Expr): Comparison =>
  (a, b) =>
    logical(v.truth(a), v.truth(b));

export const logical_and = /* @__PURE__ */ row('logical_and', test(2, ALL), onTruth(k.and), {
  identity: true,
  reorderable: true,
  anyInteger: true,
});

export const logical_or = /* @__PURE__ */ row('logical_or', test(2, ALL), onTruth(k.or), {
  identity: false,
  reorderable: true,
  anyInteger: true,
});

export const logical_xor = /* @__PURE__ */ row('logical_xor', test(2, ALL), onTruth(k.xor), {
  identity: false,
  reorderable: true,
  anyInteger: true,
});

export const logical_not = /* @__PURE__ */ row('logical_not', test(1, ALL), (x) => k.not(v.truth(x)));

/** A test of float parts; integers and bools give `otherwise`. */
const classify = (name: string, ofPart: (x: Expr) => Expr, join: typeof k.or, otherwise: boolean): UFuncRow =>
  row(name, test(1, ALL), (x) =>
    partsOf(x)
      .map((part) => (isFloat(part.type) ? ofPart(part) : lift(otherwise, 'bool')))
      .reduce((a, b) => join(a, b)),
  );

export const isnan = /* @__PURE__ */ classify('isnan', (x) => k.ne(x, x), k.or, false);
export const isinf = /* @__PURE__ */ classify('isinf', (x) => k.eq(k.abs(x), Infinity), k.or, false);
export const isfinite = /* @__PURE__ */ classify('isfinite', (x) => k.lt(k.abs(x), Infinity), k.and, true);

export const signbit = /* @__PURE__ */ row('signbit', test(1, FLOATS), (x: Expr) =>
  k.lt(k.bitcast(x.type === 'f64' ? 'i64' : 'i32', x), 0),
);
