import * as np from 'numgrad';
import { expect, test } from 'vitest';

test('arrays lie in memory that workers can share', () => {
  expect(np.arange(1000).data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('a long loop of large results neither throws nor has to free anything', () => {
  let a = np.zeros(1_000_000);
  for (let i = 0; i < 300; i++) a = np.add(a, 1);
  expect(a.get(-1)).toBe(300);
});

test('.npy bytes are written and read without a file system', () => {
  const a = np.arange(6).reshape(2, 3);
  expect(String(np.load(np.save(null, a)))).toBe(String(a));
});
