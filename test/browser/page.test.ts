import { expect, test } from 'vitest';

test('the page is cross-origin isolated, so that memory can be shared', () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true });
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});
