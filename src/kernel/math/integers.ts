/** Integer functions that loop: powers, greatest common divisors, least common multiples. */
import { func, k } from '../build.ts';
import type { Expr, KernelFunction } from '../ir.ts';
import type { ScalarType } from '../types.ts';
import { BYTES, isSigned } from '../types.ts';

type Word = 'u32' | 'u64';

/** The unsigned type in which an integer type is computed: the low bits of sums and products do not depend on the sign. */
const wordOf = (x: Expr): Word => (BYTES[x.type as ScalarType] === 8 ? 'u64' : 'u32');

const powerFunction = (type: Word): KernelFunction =>
  func(`ipow_${type}`, { x: type, n: type }, type, (b, { x, n }) => {
    const power = b.let(k.const(type, 1));
    b.while(k.ne(n, 0), () => {
      b.if(k.ne(k.and(n, 1), 0), () => b.set(power, k.mul(power, x)));
      b.set(x, k.mul(x, x));
      b.set(n, k.shr(n, 1));
    });
    b.return(power);
  });

const gcdFunction = (type: Word): KernelFunction =>
  func(`gcd_${type}`, { x: type, y: type }, type, (b, { x, y }) => {
    b.while(k.ne(y, 0), () => {
      const rest = b.let(k.irem(x, y));
      b.set(x, y);
      b.set(y, rest);
    });
    b.return(x);
  });

const POWER: Readonly<Record<Word, KernelFunction>> = {
  u32: /* @__PURE__ */ powerFunction('u32'),
  u64: /* @__PURE__ */ powerFunction('u64'),
};
const GCD: Readonly<Record<Word, KernelFunction>> = {
  u32: /* @__PURE__ */ gcdFunction('u32'),
  u64: /* @__PURE__ */ gcdFunction('u64'),
};

/** x^n for an n that is not negative, by squaring; wraps. */
export function integerPower(x: Expr, n: Expr): Expr {
  const word = wordOf(x);
  return k.convert(x.type as ScalarType, k.call(POWER[word], k.convert(word, x), k.convert(word, n)));
}

/** |x| as an unsigned number, right for the lowest one too. */
function magnitude(x: Expr): Expr {
  const wide = k.convert(wordOf(x), x);
  return isSigned(x.type) ? k.select(k.lt(x, 0), k.neg(wide), wide) : wide;
}

/** The greatest common divisor, of the magnitudes; gcd(x, 0) is |x|. */
export function gcd(x: Expr, y: Expr): Expr {
  return k.convert(x.type as ScalarType, k.call(GCD[wordOf(x)], magnitude(x), magnitude(y)));
}

/** The least common multiple of the magnitudes, 0 if either is 0; wraps. */
export function lcm(x: Expr, y: Expr): Expr {
  const [a, b] = [magnitude(x), magnitude(y)];
  const divisor = k.call(GCD[wordOf(x)], a, b);
  return k.convert(x.type as ScalarType, k.mul(k.idiv(a, divisor), b));
}
