/** WebGPU agrees with the JavaScript reference: random operations, programs that write in place, and gradients. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from '../../src/index.ts';
import { gather, ulpDistance } from '../../conformance/elements.ts';
import type { ArrayLike } from '../../conformance/namespace.ts';

const LIMIT = 300_000;

beforeAll(async () => {
  np.kernels.use('js');
  await np.device('webgpu');
});

afterAll(async () => {
  (await np.device('webgpu')).gpu.dispose();
});

type Device = 'cpu' | 'webgpu';
type Unary = (x: np.ArrayLike) => unknown;
type Binary = (x: np.ArrayLike, y: np.ArrayLike) => unknown;

const functions = np as unknown as Record<string, (...args: unknown[]) => unknown>;

/** Both have the same shape, dtype and elements, floats up to some units in the last place. */
async function expectSame(onGpu: unknown, onCpu: unknown, ulp = 0): Promise<void> {
  const [actual, expected] = [onGpu as np.Tensor, onCpu as np.Tensor];
  expect(actual.device).toBe('webgpu');
  expect([actual.dtype.name, actual.shape]).toEqual([expected.dtype.name, expected.shape]);
  const dtype = expected.dtype.name;
  const found = gather((await actual.array()) as unknown as ArrayLike);
  const wanted = gather(expected as unknown as ArrayLike);
  for (let i = 0; i < wanted.length; i++) {
    if (found[i] === wanted[i] && (wanted[i] !== 0 || Object.is(found[i], wanted[i]))) continue;
    const distance = /^(float|complex)/.test(dtype)
      ? ulpDistance(dtype, Number(wanted[i]), Number(found[i]))
      : Infinity;
    expect(distance, `element ${i} is ${found[i]} instead of ${wanted[i]}`).toBeLessThanOrEqual(ulp);
  }
}

const DTYPES = ['bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float16', 'float32'] as const;
type DType = (typeof DTYPES)[number];

/** Elements of a dtype, awkward ones among them; no subnormal floats, which a GPU may take for zeros. */
function elements(dtype: DType, size: number): fc.Arbitrary<number[]> {
  const range = { minLength: size, maxLength: size };
  if (dtype === 'bool') return fc.array(fc.integer({ min: 0, max: 1 }), range);
  if (dtype.startsWith('float')) {
    const number = fc.double({ min: -60, max: 60, noNaN: true }).map((x) => (Math.abs(x) < 1e-3 ? 0 : x));
    const special = fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, -1);
    return fc.array(fc.oneof({ weight: 5, arbitrary: number }, special), range);
  }
  const bits = Number(/\d+$/.exec(dtype)![0]);
  const [min, max] = dtype.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return fc.array(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, 1)), range);
}

interface Source {
  readonly dtype: DType;
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

const SHAPES = [[], [1], [7], [0, 3], [4, 5], [3, 1, 6], [2, 3, 4]] as const;

const source = (dtypes: readonly DType[], shapes: readonly (readonly number[])[]): fc.Arbitrary<Source> =>
  fc.constantFrom(...dtypes).chain((dtype) =>
    fc.constantFrom(...shapes).chain((shape) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return elements(dtype, size).map((values) => ({ dtype, values, shape }));
    }),
  );

const tensorOf = ({ dtype, values, shape }: Source, device: Device): np.Tensor =>
  np.tensor(np.reshape(np.array([...values], { dtype: dtype as 'float32' }), [...shape]), { device });

/** Moves that give views; each is possible for every array. */
const VIEWS: Readonly<Record<string, (x: np.Tensor) => np.Tensor>> = {
  itself: (x) => x,
  transposed: (x) => x.T as np.Tensor,
  backwards: (x) => (x.ndim === 0 ? x : (x.get('::-1') as unknown as np.Tensor)),
  'every second': (x) => (x.ndim === 0 ? x : (x.get('...', np.slice(null, null, 2)) as unknown as np.Tensor)),
  'last first': (x) => (x.ndim < 2 ? x : (np.moveaxis(x, -1, 0) as np.Tensor)),
  repeated: (x) => np.broadcast_to(x, [2, ...x.shape]) as np.Tensor,
};
const view = fc.constantFrom(...Object.keys(VIEWS));

const UNARY =
  'absolute negative positive sign square reciprocal floor ceil trunc rint sqrt exp log sin cos tanh expm1 log1p arctan isnan isfinite signbit logical_not invert';
const BINARY =
  'add subtract multiply divide floor_divide remainder fmod maximum minimum fmax fmin greater less_equal equal not_equal logical_and logical_xor bitwise_or bitwise_and left_shift right_shift copysign arctan2 hypot power';

/** Calls on both devices: they give the same, or refuse with the same kind of error. A GPU also refuses 64-bit numbers. */
async function bothGive(call: (device: Device) => unknown, ulp: number): Promise<void> {
  let expected: unknown;
  try {
    expected = call('cpu');
  } catch (error) {
    expect(() => call('webgpu')).toThrow((error as Error).constructor as new () => Error);
    return;
  }
  let actual: unknown;
  try {
    actual = call('webgpu');
  } catch (error) {
    expect((error as Error).message).toMatch(/^webgpu has no (float64|int64|uint64|complex128)/);
    return;
  }
  await expectSame(actual, expected, ulp);
}

describe('operations', () => {
  test(
    'of one operand',
    async () => {
      const law = fc.asyncProperty(
        fc.constantFrom(...UNARY.split(' ')),
        source(DTYPES, SHAPES),
        view,
        async (name, a, seen) => {
          await bothGive((device) => functions[name](VIEWS[seen](tensorOf(a, device))), 4);
        },
      );
      await fc.assert(law, { numRuns: 150 });
    },
    LIMIT,
  );

  test(
    'of two operands that broadcast',
    async () => {
      const shapes = [[], [1], [5], [4, 5], [4, 1], [2, 1, 5], [0]] as const;
      // Integers to negative powers are refused when the values are there.
      const safe = (name: string): boolean => name !== 'power';
      const law = fc.asyncProperty(
        fc.constantFrom(...BINARY.split(' ').filter(safe)),
        source(DTYPES, shapes),
        source(DTYPES, shapes),
        view,
        async (name, a, b, seen) => {
          const call = (device: Device): unknown =>
            functions[name](VIEWS[seen](tensorOf(a, device)), VIEWS[seen](tensorOf(b, device)));
          await bothGive(call, 4);
        },
      );
      await fc.assert(law, { numRuns: 150 });
    },
    LIMIT,
  );
});

/** One step of a program over a list of tensors, the first of which owns its memory; numbers are taken modulo what there is. */
type Step =
  | { readonly do: 'view'; readonly of: number; readonly as: string }
  | { readonly do: 'combine'; readonly with: string; readonly of: number; readonly and: number }
  | { readonly do: 'change'; readonly by: string; readonly of: number; readonly and: number }
  | { readonly do: 'set'; readonly at: string; readonly of: number; readonly and: number };

const PARTS: Readonly<Record<string, (x: np.Tensor) => np.Tensor>> = {
  head: (x) => x.get(':-1') as unknown as np.Tensor,
  tail: (x) => x.get('1:') as unknown as np.Tensor,
  backwards: (x) => x.get('::-1') as unknown as np.Tensor,
  middle: (x) => x.get('1:-1') as unknown as np.Tensor,
  evens: (x) => x.get('::2') as unknown as np.Tensor,
};
const COMBINE = ['add', 'subtract', 'maximum', 'minimum'];
const CHANGE = ['add_', 'subtract_', 'maximum_', 'minimum_'];

const nat = fc.nat({ max: 1000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('view' as const), of: nat, as: fc.constantFrom(...Object.keys(PARTS)) }),
  fc.record({ do: fc.constant('combine' as const), with: fc.constantFrom(...COMBINE), of: nat, and: nat }),
  fc.record({ do: fc.constant('change' as const), by: fc.constantFrom(...CHANGE), of: nat, and: nat }),
  fc.record({
    do: fc.constant('set' as const),
    at: fc.constantFrom('1:', '::2', '::-1', '...'),
    of: nat,
    and: nat,
  }),
);

/** The longest beginnings of two tensors that are of one length. */
function matched(x: np.Tensor, y: np.Tensor): [np.Tensor, np.Tensor] {
  const n = Math.min(x.shape[0], y.shape[0]);
  return [x, y].map((t) => (t.shape[0] === n ? t : t.get(`:${n}`)) as np.Tensor) as [np.Tensor, np.Tensor];
}

/** Runs a program. Nothing is read before the end, so that formulas wait as long as they can. */
function run(values: readonly number[], dtype: DType, steps: readonly Step[], device: Device): np.Tensor[] {
  const made = [tensorOf({ dtype, values, shape: [values.length] }, device)];
  const pick = (i: number): np.Tensor => made[i % made.length];
  for (const s of steps) {
    if (s.do === 'view') {
      const part = PARTS[s.as](pick(s.of));
      if (part.size > 0) made.push(part);
    } else if (s.do === 'combine') {
      made.push(functions[s.with](...matched(pick(s.of), pick(s.and))) as np.Tensor);
    } else if (s.do === 'change') {
      const [x, y] = matched(pick(s.of), pick(s.and));
      functions[s.by.slice(0, -1)](x, y, { out: x });
    } else {
      const target = pick(s.of);
      const part = target.get(s.at) as unknown as np.Tensor;
      const [x, y] = matched(part, pick(s.and));
      if (x.size === part.size) target.set(s.at, y);
    }
  }
  return made;
}

describe('programs', () => {
  test.each(['float32', 'int32', 'int8', 'float16'] as const)(
    'that write in place and into overlapping views, of %s',
    async (dtype) => {
      const law = fc.asyncProperty(
        fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 2, maxLength: 9 }),
        fc.array(step, { minLength: 1, maxLength: 9 }),
        async (values, steps) => {
          const expected = run(values, dtype, steps, 'cpu');
          const actual = run(values, dtype, steps, 'webgpu');
          // The youngest first: whatever it takes to compute it must leave the others as they are.
          for (let i = expected.length - 1; i >= 0; i--) await expectSame(actual[i], expected[i]);
        },
      );
      await fc.assert(law, { numRuns: 60 });
    },
    LIMIT,
  );
});

const SMOOTH_UNARY: readonly Unary[] = [np.exp, np.sin, np.tanh, np.square, np.negative, np.arctan];
const SMOOTH_BINARY: readonly Binary[] = [np.add, np.multiply, np.subtract, np.logaddexp];

test(
  'gradients of random expressions',
  async () => {
    const numbers = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 6, maxLength: 6 });
    const law = fc.asyncProperty(
      numbers,
      numbers,
      fc.array(fc.tuple(nat, nat, nat), { minLength: 1, maxLength: 6 }),
      async (xs, ys, chain) => {
        const gradients = (device: Device): np.Tensor[] => {
          const make = (values: number[]): np.Tensor =>
            np.tensor(np.reshape(np.array(values, { dtype: 'float32' }), [2, 3]), {
              device,
              requiresGrad: true,
            });
          const leaves = [make(xs), make(ys)];
          const known: np.Tensor[] = [...leaves];
          for (const [f, i, j] of chain) {
            const [x, y] = [known[i % known.length], known[j % known.length]];
            const all = SMOOTH_UNARY.length + SMOOTH_BINARY.length;
            const at = f % all;
            const next =
              at < SMOOTH_UNARY.length
                ? SMOOTH_UNARY[at](x)
                : SMOOTH_BINARY[at - SMOOTH_UNARY.length](
                    x,
                    at % 2 === 0 ? y : (y.get(':1') as np.ArrayLike),
                  );
            known.push(np.arctan(next as np.Tensor) as unknown as np.Tensor);
          }
          (np.sum(known.at(-1)!) as unknown as np.Tensor).backward();
          return leaves.map(({ grad }) => grad ?? np.tensor(np.zeros([2, 3], 'float32'), { device }));
        };
        const [expected, actual] = [gradients('cpu'), gradients('webgpu')];
        for (const [i, gradient] of expected.entries()) {
          const found = gather((await actual[i].array()) as unknown as ArrayLike);
          const wanted = gather(gradient as unknown as ArrayLike);
          const scale = Math.max(1, ...Array.from(wanted as Float32Array, (x) => Math.abs(x) || 0));
          (wanted as Float32Array).forEach((x, k) => {
            const off = Math.abs(x - Number(found[k]));
            expect(Number.isNaN(x) ? 0 : off).toBeLessThanOrEqual(scale * 2 ** -18);
          });
        }
      },
    );
    await fc.assert(law, { numRuns: 60 });
  },
  LIMIT,
);
