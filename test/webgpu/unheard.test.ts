/** Reads that nobody waits for: their errors are heard once, by somebody, and never by all. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as np from 'numgrad';
import { openDevice } from './device.ts';
import { closeGpu, onGpu, tensor } from './near.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
let others: NodeJS.UnhandledRejectionListener[];

beforeAll(async () => {
  await np.device('webgpu');
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
});
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of others) process.on('unhandledRejection', listener);
  closeGpu();
});
beforeEach(() => {
  unhandled.length = 0;
});

/** Waits until nothing is on its way, and for what is then found to be unhandled. */
async function quiet(): Promise<void> {
  await tensor(np.tensor([1], { device: 'webgpu' })).array();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const bad = (index: number): np.Tensor =>
  tensor(np.take(onGpu(np.ones([3], { dtype: 'float32' })), onGpu(np.array([index], { dtype: 'int32' }))));

test('the error of a read that somebody waits for is no news to the others', async () => {
  const x = bad(7);
  const y = tensor(np.exp(x));
  // Before, beside and after the one that is waited for, and of what it was computed of.
  void x.array();
  void y.cpu();
  const awaited = x.array();
  void y.array();
  await expect(awaited).rejects.toThrow('index 7 is out of bounds');
  void x.cpu();
  await quiet();
  expect(unhandled).toEqual([]);
});

test('an error that nobody waits for is told, once', async () => {
  const x = bad(8);
  void x.array();
  void x.cpu();
  void tensor(np.negative(x)).array();
  await quiet();
  expect(unhandled.map(String)).toEqual(['IndexError: index 8 is out of bounds for axis 0 with size 3']);
});

test('another failure is another error', async () => {
  const [x, y] = [bad(4), bad(5)];
  void x.array();
  await expect(y.array()).rejects.toThrow('index 5 is');
  await quiet();
  expect(unhandled).toHaveLength(1);
  expect(String(unhandled[0])).toMatch('index 4 is');
});

test('whoever listens in another way is told too', async () => {
  const x = bad(9);
  const caught: unknown[] = [];
  x.array().catch((error: unknown) => caught.push(error));
  await Promise.allSettled([x.cpu()]);
  await quiet();
  expect(caught.map(String)[0]).toMatch('index 9 is');
  expect(unhandled).toEqual([]);
  // A promise that is derived is the program's own.
  void x.array().then(() => undefined);
  await quiet();
  expect(unhandled).toHaveLength(1);
});

test('a lost device: one waits, the others are quiet', async () => {
  const own = await np.device('webgpu', { device: await openDevice() });
  const x = np.tensor([1, 2], { device: own });
  const reads = [x.array(), x.cpu(), x.array()];
  own.gpu.device.destroy();
  await expect(reads[1]).rejects.toThrow('was lost');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled).toEqual([]);
  await np.device('webgpu');
});
