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
  const root = document.body.appendChild(document.createElement('div'));
  startPage(root, load, '^(add|exp|sqrt|multiply)$');
  root.querySelector<HTMLInputElement>('input[value="20"]')!.checked = true;
  root.querySelector('button')!.click();
  const state = root.querySelector('#state')!;
  await expect.poll(() => state.textContent, { timeout: 120_000 }).toMatch(/^(Done|Stopped)/);
  const totals = [...state.textContent.matchAll(/(\w+): (\d+) of (\d+)/g)].map(([, ...parts]) => parts);
  expect(totals.map(([device]) => device)).toEqual(['js', 'wasm', 'webgpu']);
  for (const [device, passed, cases] of totals) {
    expect(Number(cases), device).toBeGreaterThan(30);
    expect(passed, device).toBe(cases);
  }
  expect(root.querySelector('#adapter')!.textContent).toMatch(/^GPU: \w/);
  expect(root.querySelectorAll('#functions tr[data-name]').length).toBe(4);
}, 180_000);
