/// <reference types="vite/client" />
import { useDevice } from '../../conformance/namespace.ts';
import { replayOf } from '../../conformance/replayer.ts';
import { failuresText } from '../../conformance/report.ts';
import { parseChapter } from '../../conformance/suite.ts';
import { expect, test } from 'vitest';

/** The chapters as text, which a page loads one at a time. */
const TEXTS = import.meta.glob<string>('../../conformance/{numpy,torch}/*.jsonl', {
  query: '?raw',
  import: 'default',
});
const CHAPTERS = Object.entries(TEXTS).map(([path, read]) => ({
  name: path.replace(/^.*conformance\/|\.jsonl$/g, ''),
  read,
}));

test.each(CHAPTERS)('the page gives the recorded answers: $name', async ({ read }) => {
  const chapter = parseChapter(await read());
  useDevice('wasm');
  const replay = replayOf(chapter);
  const failures = chapter.cases.map((c) => replay.run(c)).filter(({ status }) => status !== 'passed');
  expect(failures.length === 0 ? '' : failuresText(failures)).toBe('');
});
