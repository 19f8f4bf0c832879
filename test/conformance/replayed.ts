/** Replays the recorded results of NumPy and PyTorch in vitest: one test for each function. */
import { describe, expect, it } from 'vitest';
import { useDevice } from '../../conformance/namespace.ts';
import type { Device } from '../../conformance/namespace.ts';
import { readChapters } from '../../conformance/recordings.ts';
import { replayOf } from '../../conformance/replayer.ts';
import { failuresText } from '../../conformance/report.ts';
import type { Case, Chapter } from '../../conformance/suite.ts';
import { familyOf } from '../../conformance/summary.ts';

export function testRecordings(device: Device): void {
  for (const chapter of readChapters()) {
    describe(`${chapter.chapter} on ${device}`, () => {
      const replay = replayOf(chapter);
      for (const [family, cases] of families(chapter)) {
        it(family, () => {
          useDevice(device);
          const failures = cases.map((c) => replay.run(c)).filter(({ status }) => status !== 'passed');
          expect(
            failures.length === 0 ? '' : `${failures.length} of ${cases.length}\n${failuresText(failures)}`,
          ).toBe('');
        });
      }
    });
  }
}

function families(chapter: Chapter): Map<string, Case[]> {
  const found = new Map<string, Case[]>();
  for (const c of chapter.cases) {
    const family = familyOf(c.name);
    const cases = found.get(family);
    if (cases) cases.push(c);
    else found.set(family, [c]);
  }
  return found;
}
