/** Bitwise ufuncs and shifts. */
import { k, lift } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/ir.ts';
import type { ScalarType } from '../../kernel/types.ts';
import { BYTES, isSigned } from '../../kernel/types.ts';
import type { UFuncRow } from '../ufunc.ts';
import { row } from '../ufunc.ts';
import { BOOL, INTEGERS, same } from './types.ts';

const bitwise = (name: string, op: (a: Expr, b: Expr) => Expr, identity: number): UFuncRow =>
  row(name, same(2, 1, BOOL + INTEGERS), op, { identity, reorderable: true });

export const bitwise_and = /* @__PURE__ */ bitwise('bitwise_and', k.and, -1);
export const bitwise_or = /* @__PURE__ */ bitwise('bitwise_or', k.or, 0);
export const bitwise_xor = /* @__PURE__ */ bitwise('bitwise_xor', k.xor, 0);

export const invert = /* @__PURE__ */ row('invert', same(1, 1, BOOL + INTEGERS), k.not);

/** The count is in range when, read as unsigned, it is below the width; a negative count is not. */
const inRange = (x: Expr, count: Expr): Expr => {
  const unsigned = x.type.replace('i', 'u') as ScalarType;
  return k.lt(k.bitcast(unsigned, count), BYTES[x.type as ScalarType] * 8);
};

export const left_shift = /* @__PURE__ */ row('left_shift', same(2, 1, INTEGERS), (x: Expr, count: Expr) =>
  k.select(inRange(x, count), k.shl(x, count), 0),
);

export const right_shift = /* @__PURE__ */ row(
  'right_shift',
  same(2, 1, INTEGERS),
  (x: Expr, count: Expr) => {
    const allSign = isSigned(x.type) ? k.select(k.lt(x, 0), lift(-1, x.type), 0) : lift(0, x.type);
    return k.select(inRange(x, count), k.shr(x, count), allSign);
  },
);

/** The number of ones in the magnitude. */
export const bitwise_count = /* @__PURE__ */ row(
  'bitwise_count',
  [...INTEGERS].map((c) => `${c}->B`),
  (x: Expr) => {
    const magnitude = isSigned(x.type) ? k.bitcast(x.type.replace('i', 'u') as ScalarType, k.abs(x)) : x;
    return k.convert('u8', k.popcnt(magnitude));
  },
);
