/** The recorded chapters on disk, and replaying all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { useDevice } from './namespace.ts';
import type { Device } from './namespace.ts';
import { Replay } from './replay.ts';
import { parseChapter } from './suite.ts';
import type { Chapter } from './suite.ts';
import { summarise } from './summary.ts';
import type { DeviceSummary, Replayed } from './summary.ts';

/** The recorded chapters, as they lie beside this module. */
export function readChapters(wanted?: (name: string) => boolean, only?: string): Chapter[] {
  const folder = fileURLToPath(new URL('./numpy/', import.meta.url));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl') && (!only || file === `${only}.jsonl`))
    .sort()
    .map((file) => parseChapter(readFileSync(folder + file, 'utf8'), wanted));
}

/** Replays all cases on one device. */
export function replayOn(
  device: Device,
  chapters: readonly Chapter[],
): { replayed: Replayed[]; summary: DeviceSummary } {
  useDevice(device);
  const start = performance.now();
  const replayed = chapters.flatMap((chapter) => {
    const replay = new Replay(chapter);
    return chapter.cases.map((c) => ({ chapter: chapter.chapter, outcome: replay.run(c) }));
  });
  const seconds = (performance.now() - start) / 1000;
  return { replayed, summary: summarise(device, chapters[0]?.numpy ?? '', seconds, replayed) };
}
