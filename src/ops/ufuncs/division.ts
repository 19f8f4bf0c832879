/** Floored division, remainders and powers. */
import { ValueError } from '../../array/errors.ts';
import type { DType } from '../../array/dtype.ts';
import { bool_ } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import { placedOn } from '../../array/remote.ts';
import { k } from '../../kernel/build.ts';
import type { ElementType } from '../../kernel/element.ts';
import type { MapSpec } from '../../kernel/map.ts';
import * as m from '../../kernel/math.ts';
import type { Expr } from '../../kernel/ir.ts';
import { isFloat } from '../../kernel/types.ts';
import { pow as complexPow } from '../../kernel/math/complex.ts';
import type { ComplexValue, Value } from '../../kernel/value.ts';
import { isComplexValue } from '../../kernel/value.ts';
import { mapKernel, runMap } from '../map.ts';
import type { Refusal } from '../refuse.ts';
import type { Loop, Refused } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { INTEGERS, NUMBERS, REALS, same } from './types.ts';

export const floor_divide = /* @__PURE__ */ row('floor_divide', same(2, 1, REALS), m.floorDivide);
export const remainder = /* @__PURE__ */ row('remainder', same(2, 1, REALS), m.remainder);
export const fmod = /* @__PURE__ */ row('fmod', same(2, 1, REALS), m.fmod);
export const divmod = /* @__PURE__ */ row('divmod', same(2, 2, REALS), (x: Expr, y: Expr) => {
  const { quotient, remainder: rest } = m.divmod(x, y);
  return [quotient, rest];
});

function powerOf(x: Value, y: Value): Value {
  if (isComplexValue(x) || isComplexValue(y)) return complexPow(x as ComplexValue, y as ComplexValue);
  return isFloat(x.type) ? m.pow(x, y) : m.integerPower(x, y);
}

const NEGATIVE_POWER: Refusal = {
  name: 'negative powers',
  error: () => new ValueError('Integers to negative integer powers are not allowed.'),
};

/** An integer to a negative power is no integer. */
function negativePowers([, exponent]: readonly NDArray[], { ins }: Loop): Refused | null {
  const { kind, element } = exponent.dtype;
  if (ins[0].kind !== 'i' || kind !== 'i' || exponent.size === 0) return null;
  return placedOn(exponent.storage.remote?.home ?? null, () => {
    const isNegative = emptyArray(exponent.shape, bool_);
    runMap(mapKernel(negative(element), [element], ['bool']), [exponent], [isNegative]);
    return { wrong: isNegative, refusal: NEGATIVE_POWER };
  });
}

const negatives = /* @__PURE__ */ new Map<ElementType, MapSpec>();

/** Whether an element is negative. */
function negative(element: ElementType): MapSpec {
  let spec = negatives.get(element);
  if (!spec) {
    spec = { name: 'negative', inputs: [element], outputs: ['bool'], expr: (x) => k.lt(x as Expr, 0) };
    negatives.set(element, spec);
  }
  return spec;
}

export const power = /* @__PURE__ */ row('power', same(2, 1, NUMBERS), powerOf, {
  validate: negativePowers,
});
export const float_power = /* @__PURE__ */ row('float_power', same(2, 1, 'dD'), powerOf);

function refuseBool(dtypes: readonly DType[]): readonly DType[] {
  if (dtypes.some((d) => d.kind !== 'b')) return dtypes;
  throw new TypeError('did not contain a loop with signature matching types (bool, bool) -> None');
}

export const gcd = /* @__PURE__ */ row('gcd', same(2, 1, INTEGERS), m.gcd, {
  identity: 0,
  reorderable: true,
  promote: refuseBool,
});
export const lcm = /* @__PURE__ */ row('lcm', same(2, 1, INTEGERS), m.lcm, {
  reorderable: true,
  promote: refuseBool,
});
