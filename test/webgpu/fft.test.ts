/** Fourier transforms on the GPU against the processor. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor, views } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

type Call = (a: np.NDArray) => np.NDArray;

/** The same call on both devices; single precision loses a little with every pass. */
async function agree(fn: Call, a: np.NDArray, what = '', ulps = 16): Promise<void> {
  const want = await (fn(onCpu(a)) as np.Tensor).array();
  expectClose(await tensor(fn(onGpu(a))).array(), want, ulps, what);
}

/** Both directions of complex numbers, and both of real ones. */
async function allAgree(n: number, rows = 2): Promise<void> {
  const complex = random([rows, n], 'complex64');
  await agree((x) => np.fft.fft(x), complex, `fft of ${n}`);
  await agree((x) => np.fft.ifft(x), complex, `ifft of ${n}`);
  await agree((x) => np.fft.rfft(x), random([rows, n]), `rfft of ${n}`);
  const half = random([rows, (n >> 1) + 1], 'complex64');
  await agree((x) => np.fft.irfft(x, n), half, `irfft of ${n}`);
}

describe('lengths', () => {
  test.each([1, 7, 12, 1000, 1001, 1024])('in one pass: %i', async (n) => allAgree(n));

  test.each([1155, 4096, 20000])('in several passes: %i', async (n) => allAgree(n));

  test('in three passes', async () => {
    await agree((x) => np.fft.fft(x), random([1, 2 ** 15], 'complex64'));
  });

  test.each([17, 613])('of large primes: %i', async (n) => allAgree(n));
});

describe('rows', () => {
  test('many short ones', async () => {
    await allAgree(12, 700);
    await agree((x) => np.fft.fft(x), random([70, 17], 'complex64'));
  });

  test('along any axis of views', async () => {
    for (const dtype of ['complex64', 'float32', 'float16']) {
      const a = random([6, 10, 8], dtype);
      for (const [name, view] of Object.entries(views))
        for (const axis of [0, 1, 2])
          await agree((x) => np.fft.fft(view(x), null, axis), a, `${dtype} ${name} ${axis}`, 32);
    }
  });

  test('cut or filled up with zeros', async () => {
    for (const n of [7, 12, 17]) {
      await agree((x) => np.fft.fft(x, n), random([3, 12], 'complex64'), `fft ${n}`);
      await agree((x) => np.fft.rfft(x, n), random([3, 12]), `rfft ${n}`);
      await agree((x) => np.fft.irfft(x, n), random([3, 7], 'complex64'), `irfft ${n}`);
    }
  });

  test('of no rows', async () => {
    const none = onGpu(random([0, 8], 'complex64'));
    expect((await tensor(np.fft.fft(none)).array()).shape).toEqual([0, 8]);
  });
});

describe('the functions', () => {
  test('norms', async () => {
    for (const norm of ['backward', 'ortho', 'forward'] as const)
      for (const fn of [np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft] as ((
        a: np.NDArray,
        options: object,
      ) => np.NDArray)[]) {
        const isReal = (fn as unknown) === np.fft.rfft;
        await agree((x) => fn(x, { norm }), random([4, 12], isReal ? 'float32' : 'complex64'), norm);
      }
  });

  test('several axes, and Hermitian ones', async () => {
    await agree((x) => np.fft.fft2(x), random([3, 12, 10], 'complex64'));
    await agree((x) => np.fft.rfft2(x), random([3, 12, 10]));
    await agree((x) => np.fft.irfftn(x), random([6, 12, 9], 'complex64'));
    await agree((x) => np.fft.hfft(x), random([3, 9], 'complex64'));
    await agree((x) => np.fft.ihfft(x), random([3, 9]));
  });

  test('there and back', async () => {
    const a = random([5, 1500], 'complex64');
    expectClose(await tensor(np.fft.ifft(np.fft.fft(onGpu(a)))).array(), a, 16);
  });

  test('into an array', async () => {
    const a = random([4, 20], 'complex64');
    await agree((x) => {
      const out = np.multiply(x, 0) as np.NDArray;
      np.fft.fft(x, null, 0, null, out);
      return out;
    }, a);
    await agree((x) => {
      const copy = np.add(x, 1) as np.NDArray;
      np.fft.fft(copy, null, -1, null, copy);
      return copy;
    }, a);
  });

  test('of integers, which would be complex128', () => {
    expect(() => np.fft.fft(onGpu(random([8], 'int32')))).toThrow(/webgpu has no complex128.*complex64/);
  });
});

describe('gradients', () => {
  test.each([12, 7, 17])('of %i points', async (n) => {
    const magnitude = (x: np.NDArray): np.Tensor => np.sum(np.abs(x)) as unknown as np.Tensor;
    for (const [fn, a] of [
      [(x) => np.fft.fft(x), random([2, n], 'complex64')],
      [(x) => np.fft.rfft(x), random([2, n])],
      [(x) => np.fft.irfft(x, n), random([2, (n >> 1) + 1], 'complex64')],
    ] as [Call, np.NDArray][]) {
      const [near, far] = [onGpu(a, true), onCpu(a, true)];
      for (const t of [near, far]) magnitude(fn(t)).backward();
      expectClose(await near.grad!.array(), await far.grad!.array(), 256);
    }
  });
});
