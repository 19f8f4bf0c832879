/**
 * float32 arithmetic as graphics processors and their compilers have it: subnormals count as zero, quotients and roots are off by
 * more than their rounding, and sums are reordered and simplified as if they were exact, or contracted with products.
 */
import { k } from '../../src/kernel/build.ts';
import type { BinaryOp, Expr } from '../../src/kernel/ir.ts';
import { Narrowing } from '../../src/kernel/narrow.ts';

export interface Hostility {
  /** Sums are flattened, their equal terms cancelled, and what is left is added from the end. */
  readonly reassociates?: boolean;
  /** A sum of a product and a number is rounded once. */
  readonly contracts?: boolean;
}

const LEAST = 2 ** -126;

/** A value, but zero in place of a subnormal. */
const flushed = (x: Expr): Expr => {
  const zero = k.and(k.bitcast('i32', x), -0x80000000);
  return k.select(k.lt(k.abs(x), LEAST), k.bitcast('f32', zero), x);
};

/** A result with an error of up to `ulps` in its last places, which depends on its bits; 0, infinity and NaN stay. */
function blurred(x: Expr, ulps: number): Expr {
  const bits = k.bitcast('i32', x);
  const hash = k.shr(k.mul(bits, 0x9e3779b1 | 0), 16);
  const error = k.sub(k.irem(k.and(hash, 0xff), 2 * ulps + 1), ulps);
  const isUsual = k.and(k.ge(k.abs(x), 2 ** -120), k.lt(k.abs(x), Infinity));
  return k.select(isUsual, k.bitcast('f32', k.add(bits, error)), x);
}

type Binary = Extract<Expr, { readonly op: BinaryOp }>;
const isSum = (x: Expr): x is Binary => x.type === 'f32' && (x.op === 'add' || x.op === 'sub');

/** The narrow forms of kernels, with every operation of float32 made worse. */
export class Hostile extends Narrowing {
  private readonly how: Hostility;
  /** What sums were before they were made worse. */
  private readonly sums = new Map<Expr, Binary>();

  constructor(how: Hostility) {
    super();
    this.how = how;
  }

  protected override narrowed(node: Expr): Expr {
    const form = super.narrowed(node);
    if (node.op === 'either') return form;
    const worse = this.worsened(form);
    if (isSum(form)) this.sums.set(worse, form);
    return worse;
  }

  private worsened(node: Expr): Expr {
    const { op } = node;
    if (op === 'add' || op === 'sub') return isSum(node) ? flushed(this.sum(node)) : node;
    if (op === 'mul' && node.type === 'f32') return flushed(node);
    if (op === 'div' && node.type === 'f32') {
      const quotient = flushed(k.div(node.a, node.b));
      return k.select(k.eq(k.abs(node.b), 1), quotient, blurred(quotient, 2));
    }
    if (op === 'sqrt' && node.type === 'f32') return blurred(node, 2);
    if (COMPARISONS.has(op) && 'b' in node && node.a.type === 'f32') {
      return { ...node, a: flushed(node.a), b: flushed(node.b!) } as Expr;
    }
    return node;
  }

  private sum(node: Binary): Expr {
    if (this.how.contracts) return contracted(node);
    if (!this.how.reassociates) return node;
    const terms = new Map<Expr, number>();
    const constants = this.collect(node, 1, terms);
    const left = [...terms].filter(([, count]) => count !== 0).reverse();
    const first = k.const('f32', constants);
    return left.reduce(
      (sum: Expr, [term, count]) =>
        Math.abs(count) === 1 ? sign(count)(sum, term) : k.add(sum, k.mul(term, count)),
      first,
    );
  }

  /** Counts the terms of a sum, and gives the sum of its constants. */
  private collect(node: Expr, sign: number, terms: Map<Expr, number>): number {
    const sum = isSum(node) ? node : this.sums.get(node);
    if (sum)
      return this.collect(sum.a, sign, terms) + this.collect(sum.b, sum.op === 'sub' ? -sign : sign, terms);
    if (node.op === 'neg') return this.collect(node.a, -sign, terms);
    if (node.op === 'const') return sign * Number(node.value);
    terms.set(node, (terms.get(node) ?? 0) + sign);
    return 0;
  }
}

const sign = (count: number): typeof k.add => (count < 0 ? k.sub : k.add);

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);

/** a * b + c with one rounding (and another one far below). */
function contracted(node: Binary): Expr {
  const wide = (x: Expr): Expr => {
    const product = productOf(x);
    return product ? k.mul(k.convert('f64', product.a), k.convert('f64', product.b)) : k.convert('f64', x);
  };
  const isProduct = productOf(node.a) ?? productOf(node.b);
  return isProduct ? k.convert('f32', { ...k.add(wide(node.a), wide(node.b)), op: node.op } as Expr) : node;
}

/** The product that a flushed value is. */
function productOf(x: Expr): Binary | undefined {
  const inner = x.op === 'select' ? x.b : x;
  return inner.op === 'mul' && inner.type === 'f32' ? (inner as Binary) : undefined;
}
