/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { RECORDINGS, startPage } from '../../conformance/browser.ts';

const TEXTS = import.meta.glob<string>('../../conformance/{numpy,torch}/*.jsonl', {
  query: '?raw',
  import: 'default',
});
const load = (name: string): Promise<string> => TEXTS[`../../conformance/${name}.jsonl`]();

/** What is not about a GPU, or about a browser. */
const LEFT_OUT = ['numpy/files', 'numpy/printing', 'torch/schedules'];

test('the page knows all recordings', () => {
  const found = Object.keys(TEXTS).map((path) => path.replace(/^.*conformance\/|\.jsonl$/g, ''));
  expect([...RECORDINGS, ...LEFT_OUT].sort()).toEqual(found.sort());
});

test('the page replays functions on every device and shows a report', async () => {
  startPage(document.body, load);
  document.querySelector<HTMLInputElement>('input[name=filter]')!.value = '^(add|exp|sqrt|multiply)$';
  document.querySelector<HTMLSelectElement>('select[name=sample]')!.value = '20';
  document.querySelector('button')!.click();
  const state = document.querySelector('#state')!;
  await expect.poll(() => state.textContent, { timeout: 120_000 }).toMatch(/^(Done|Stopped)/);
  const totals = [...state.textContent.matchAll(/(\w+): (\d+) of (\d+)/g)].map(([, ...parts]) => parts);
  expect(totals.map(([device]) => device)).toEqual(['js', 'wasm', 'webgpu']);
  for (const [device, passed, cases] of totals) {
    expect(Number(cases), device).toBeGreaterThan(30);
    expect(passed, device).toBe(cases);
  }
  expect(document.querySelector('#adapter')!.textContent).toMatch(/^GPU: \w/);
  await expect
    .poll(
      () =>
        document.querySelector('iframe')!.contentDocument?.querySelectorAll('#functions tr[data-name]')
          .length,
    )
    .toBe(4);
}, 180_000);
