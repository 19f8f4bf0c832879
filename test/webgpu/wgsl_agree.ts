/** The same expressions computed by WebGPU and by the reference device. */
import { jsDevice } from '../../src/device/js/device.ts';
import { func, k } from '../../src/kernel/build.ts';
import { at, gridKernel } from '../../src/kernel/grid/build.ts';
import type { GridKernel } from '../../src/kernel/grid/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import type { ScalarType } from '../../src/kernel/types.ts';
import { isSigned } from '../../src/kernel/types.ts';
import { launch } from './wgsl_launch.ts';
import { isNaNBits, isTiny, pairsOf } from './wgsl_operands.ts';

/** An operation on two operands of a type. */
export interface Case {
  readonly name: string;
  readonly compute: (a: Expr, b: Expr) => Expr;
  /** Whether subnormal numbers may be taken for zero on the way. */
  readonly flushes?: boolean;
}

/** Cases of one type. */
export interface Program {
  readonly title: string;
  readonly type: ScalarType;
  readonly cases: readonly Case[];
  /** Whether all pairs of operands are tried. */
  readonly all: boolean;
}

/** A word's low bits as a value of a type. */
const fromWord = (type: ScalarType, word: Expr): Expr => {
  if (type === 'f32') return k.bitcast('f32', word);
  return k.convert(type, type === 'bool' ? k.and(word, 1) : word);
};

const toWord = (x: Expr): Expr => {
  if (x.type === 'bool' || !isSigned(x.type))
    return x.type === 'f32' ? k.bitcast('u32', x) : k.convert('u32', x);
  return k.bitcast('u32', k.convert('i32', x));
};

const result = (type: ScalarType, { compute }: Case, a: Expr, b: Expr): Expr =>
  toWord(compute(fromWord(type, a), fromWord(type, b)));

/** Whether a case's results are floats. */
const isFloatCase = (type: ScalarType, { compute }: Case): boolean => {
  const { type: of } = compute(k.const(type, 0), k.const(type, 1));
  return of === 'f32';
};

/** A kernel that computes all cases of pairs of words; the i-th result of a case stands at case * n + i. */
function kernelOf(type: ScalarType, cases: readonly Case[]): GridKernel {
  return gridKernel(
    `cases of ${type}`,
    64,
    { pairs: 'read', results: 'write' },
    { n: 'i32' },
    (b, { pairs, results }, { n }) => {
      b.if(k.lt(b.invocation, n), () => {
        const x = b.let(at(pairs, k.mul(b.invocation, 2)), 'x');
        const y = b.let(at(pairs, k.add(k.mul(b.invocation, 2), 1)), 'y');
        cases.forEach((c, i) => b.put(results, k.add(k.mul(n, i), b.invocation), result(type, c, x, y)));
      });
    },
  );
}

/** The same by the reference device. */
function expectedOf(type: ScalarType, cases: readonly Case[], pairs: Uint32Array): Uint32Array {
  const functions = cases.map((c, i) =>
    func(`case${i}`, { x: 'u32', y: 'u32' }, 'u32', (b, { x, y }) => b.return(result(type, c, x, y))),
  );
  const entries = jsDevice.compile({ exports: functions });
  const n = pairs.length / 2;
  return Uint32Array.from({ length: n * cases.length }, (_, at) => {
    const i = at % n;
    return Number(entries[`case${Math.floor(at / n)}`]!(pairs[2 * i]!, pairs[2 * i + 1]!));
  });
}

/** Where WebGPU's bits are not those of the reference device; subnormal numbers aside, and the bits of NaN. */
export async function disagreements(device: GPUDevice, { type, cases, all }: Program): Promise<string[]> {
  const pairs = pairsOf(type, all);
  const n = pairs.length / 2;
  const kernel = kernelOf(type, cases);
  const buffers = [pairs, new Uint32Array(n * cases.length)];
  const [, results] = await launch(device, kernel, buffers, [n], Math.ceil(n / 64));
  const expected = expectedOf(type, cases, pairs);
  return cases.flatMap((c, j) => {
    const float = isFloatCase(type, c);
    const wrong: string[] = [];
    for (let i = 0; i < n; i++) {
      const bits = [pairs[2 * i]!, pairs[2 * i + 1]!, expected[j * n + i]!, results![j * n + i]!] as const;
      const [a, b, want, got] = bits;
      if (want === got || (float && isNaNBits(want) && isNaNBits(got))) continue;
      if (c.flushes && (isTiny(a) || isTiny(b) || (float && isTiny(want)))) continue;
      const [x, y, right, left] = bits.map((word) => word.toString(16));
      wrong.push(`${c.name}(${x}, ${y}): ${right}, not ${left}`);
    }
    return wrong;
  });
}
