import { expect, test, vi } from 'vitest';
import { run } from '../../docs/examples/digits.ts';
import { report } from '../../docs/examples/report.ts';
import recorded from '../../docs/examples/digits.json';

test('the digits study gives the figures of the Python program', { timeout: 120_000 }, () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  expect(report(run(), recorded)).toBe(true);
});

test('a figure that differs is reported', () => {
  const lines: unknown[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  const two = { numpy: '2.4', figures: { accuracy: 0.5, loss: [1.5, 2.5] } };
  expect(report({ accuracy: 0.5, loss: [1.5, 2.5 * (1 + 1e-12)] }, two)).toBe(true);
  expect(report({ accuracy: 0.5 + 1e-15, loss: [1.5, 2.5] }, two)).toBe(false);
  expect(report({ accuracy: 0.5, loss: [1.5] }, two)).toBe(false);
  expect(report({ accuracy: NaN, loss: [1.5, 2.5] }, two)).toBe(false);
  expect(lines.join('\n')).toMatch(/WRONG/);
});
