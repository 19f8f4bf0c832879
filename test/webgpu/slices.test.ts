/** Reductions of slices, whose positions are values, on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Starts = readonly number[];
type UFunc = typeof np.add;

const int32 = (values: Starts): np.NDArray => np.array([...values], { dtype: 'int32' });

/** The same call on the processor, on the GPU with positions there, and on the GPU with positions in a list. */
async function agree(
  ufunc: UFunc,
  a: np.NDArray,
  starts: Starts,
  axis = 0,
  ulps = 0,
  view: (a: np.NDArray) => np.NDArray = (x) => x,
): Promise<void> {
  const want = await (ufunc.reduceat(view(onCpu(a)), int32(starts), axis) as np.Tensor).array();
  const label = `${shapeOf(a)} ${axis} ${starts.slice(0, 9).join()}`;
  for (const positions of [onGpu(int32(starts)), int32(starts)]) {
    const got = tensor(ufunc.reduceat(view(onGpu(a)), positions, axis));
    expectClose(await got.array(), want, ulps, label);
  }
}

const shapeOf = (a: np.NDArray): string => a.shape.join('x');

/** Positions on an axis: rising, falling, repeated. */
const positions = (n: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i * 7919 + i * i * 31) % n);

const rising = (n: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor((i * n) / count));

// Whole numbers: their sums are exact in any order.
const whole = (shape: readonly number[]): np.NDArray => np.rint(random(shape)) as np.NDArray;

describe('slices', () => {
  test.each([
    [[1], 0, 1],
    [[9], 0, 4],
    [[500], 0, 33],
    [[6, 40], 1, 9],
    [[40, 6], 0, 9],
    [[3, 20, 5], 1, 6],
    [[300, 70], 0, 11],
    [[2, 3000], 1, 2],
    [[0, 5], 1, 3],
  ] as const)('of %j along %i, %i of them', async (shape, axis, count) => {
    for (const starts of [positions(shape[axis]!, count), rising(shape[axis]!, count)]) {
      await agree(np.add, whole(shape), starts, axis);
      await agree(np.maximum, random(shape), starts, axis);
      // One element after the other: not associative.
      await agree(np.subtract, whole(shape), starts, axis);
    }
  });

  test.each([
    [[50_000], 0],
    [[2, 20_000], 1],
    [[17_000, 3], 0],
  ] as const)('of long lines, %j: whole parts of them are folded once', async (shape, axis) => {
    const n = shape[axis]!;
    const edges = [0, 1, 1023, 1024, 1025, 2047, 2048, 3 * 1024 + 1, 8 * 1024, n - 1025, n - 1024, n - 1];
    for (const starts of [edges, edges.toReversed(), [0], [5], positions(n, 40), rising(n, 4000)]) {
      await agree(np.add, whole(shape), starts, axis);
      await agree(np.minimum, random(shape), starts, axis);
    }
  });

  test('no positions', async () => {
    const none = np.add.reduceat(onGpu(random([4, 3])), onGpu(int32([])), 0);
    expect(none.shape).toEqual([0, 3]);
    expect((await tensor(none).array()).size).toBe(0);
  });

  test('of views, and of what is not computed yet', async () => {
    const a = whole([6, 10, 8]);
    for (const view of Object.values(views)) {
      const { length } = view(a).shape;
      for (let axis = 0; axis < length; axis++)
        await agree(np.add, a, positions(view(a).shape[axis], 5), axis, 0, (x) =>
          view(np.negative(x) as np.NDArray),
        );
    }
  });

  test.each(['bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float16', 'complex64'])(
    'of %s',
    async (dtype) => {
      const a = random([7, 300], dtype);
      if (dtype !== 'complex64' && dtype !== 'float16') {
        await agree(np.bitwise_xor, a, positions(300, 20), 1);
        await agree(np.logical_and, a, positions(300, 20), 1);
      }
      await agree(np.maximum, a, positions(300, 20), 1);
    },
  );

  test.each(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const)(
    'positions of %s, with strides',
    async (dtype) => {
      const starts = onGpu(np.array([3, 9, 0, 9, 7, 9], { dtype })).get('::2') as unknown as np.Tensor;
      const a = whole([10]);
      const sums = tensor(np.add.reduceat(onGpu(a), starts));
      expect(sums.shape).toEqual([3]);
      expectClose(await sums.array(), np.add.reduceat(a, [3, 0, 7]), 0);
    },
  );

  test('into an array that is given', async () => {
    const out = onGpu(np.zeros([3], 'float16'));
    const a = whole([20]);
    expect(np.add.reduceat(onGpu(a), onGpu(int32([2, 9, 4])), 0, { dtype: 'float32', out })).toBe(out);
    const want = np.add.reduceat(a, [2, 9, 4], 0, { dtype: 'float32', out: np.zeros([3], 'float16') });
    expectClose(await out.array(), want, 0);
  });
});

describe('positions that are not on the axis', () => {
  const refused = (ufunc: UFunc, starts: np.NDArray): Promise<np.NDArray> =>
    tensor(ufunc.reduceat(onGpu(random([8])), onGpu(starts))).array();

  test('reject the next read', async () => {
    await expect(refused(np.add, int32([0, 8]))).rejects.toThrow(
      new np.IndexError('index 8 out-of-bounds in add.reduceat [0, 8)'),
    );
    await expect(refused(np.maximum, int32([-1, 3]))).rejects.toThrow(
      new np.IndexError('index -1 out-of-bounds in maximum.reduceat [0, 8)'),
    );
    await expect(refused(np.add, np.array([4294967295], { dtype: 'uint32' }))).rejects.toThrow(
      'index 4294967295 out-of-bounds in add.reduceat [0, 8)',
    );
    await expect(refused(np.add, int32([0, 7]))).resolves.toBeDefined();
  });

  test('are refused at the call in a list, and so are other dtypes', () => {
    const a = onGpu(random([8]));
    expect(() => np.add.reduceat(a, [0, 8])).toThrow(np.IndexError);
    expect(() => np.add.reduceat(a, onGpu(random([2])))).toThrow(TypeError);
    expect(() => np.add.reduceat(a, onGpu(int32([1])).reshape([1, 1]))).toThrow(np.ValueError);
  });
});

describe('gradients', () => {
  const gradient = async (
    ufunc: UFunc,
    a: np.NDArray,
    starts: (device: 'cpu' | 'webgpu') => np.NDArray,
    axis: number,
    device: 'cpu' | 'webgpu',
  ): Promise<np.NDArray> => {
    const x = device === 'webgpu' ? onGpu(a, true) : onCpu(a, true);
    const result = ufunc.reduceat(x, starts(device), axis) as np.NDArray as np.Tensor;
    const weights = np.add(np.arange(result.size), 0.5).astype('float32').reshape(result.shape);
    (
      np.sum(
        np.multiply(result, device === 'webgpu' ? onGpu(weights) : onCpu(weights)),
      ) as unknown as np.Tensor
    ).backward();
    return x.grad!.array();
  };

  test.each([
    ['rising', [0, 3, 4, 9]],
    ['rising, from behind the first element', [2, 5, 11]],
    ['overlapping', [4, 0, 3, 3, 11]],
  ] as const)('of sums: %s', async (_, starts) => {
    for (const [shape, axis] of [
      [[12], 0],
      [[3, 12], 1],
      [[12, 2], 0],
    ] as const) {
      const a = random(shape);
      const host = (): np.NDArray => int32(starts);
      const want = await gradient(np.add, a, host, axis, 'cpu');
      const there = (device: 'cpu' | 'webgpu'): np.NDArray => (device === 'cpu' ? host() : onGpu(host()));
      expectClose(await gradient(np.add, a, there, axis, 'webgpu'), want, 32);
      expectClose(await gradient(np.add, a, host, axis, 'webgpu'), want, 0);
    }
  });

  test.each(['multiply', 'maximum', 'logaddexp'] as const)('of %s, positions in a list', async (name) => {
    for (const starts of [
      [0, 3, 4, 9],
      [4, 0, 3],
    ]) {
      const a = random([2, 12]);
      const host = (): np.NDArray => int32(starts);
      expectClose(
        await gradient(np[name], a, host, 1, 'webgpu'),
        await gradient(np[name], a, host, 1, 'cpu'),
        64,
      );
    }
    if (name === 'maximum') return;
    const x = onGpu(random([12]), true);
    // One slice after the other is differentiated, so that positions must be known.
    const result = np[name].reduceat(x, onGpu(int32([0, 5]))) as np.Tensor;
    expect(() => tensor(np.sum(result)).backward()).toThrow(np.RuntimeError);
  });

  test.each(['maximum', 'minimum', 'fmax'] as const)('of %s, positions on the GPU', async (name) => {
    // With ties, which share.
    const a = np.rint(random([3, 12])) as np.NDArray;
    for (const starts of [[0, 3, 4, 9], [2, 5, 11], [0]]) {
      const there = (device: 'cpu' | 'webgpu'): np.NDArray =>
        device === 'cpu' ? int32(starts) : onGpu(int32(starts));
      expectClose(
        await gradient(np[name], a, there, 1, 'webgpu'),
        await gradient(np[name], a, there, 1, 'cpu'),
        8,
      );
    }
    const x = onGpu(random([12]), true);
    tensor(np.sum(np[name].reduceat(x, onGpu(int32([4, 0, 3]))) as np.Tensor)).backward();
    await expect(x.grad!.array()).rejects.toThrow(
      `the derivative of '${name}.reduceat' where slices overlap takes one after the other`,
    );
  });
});
