/** The recorded chapters on disk, and replaying all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { useDevice } from './namespace.ts';
import type { Device } from './namespace.ts';
import { replayOf } from './replayer.ts';
import { parseChapter } from './suite.ts';
import type { Chapter } from './suite.ts';
import { summarise } from './summary.ts';
import { openWebGpu, replayOnWebGpu } from './webgpu/run.ts';
import type { RunOptions } from './webgpu/run.ts';
import type { DeviceSummary, Replayed } from './summary.ts';

/** The folders of recordings; the names of PyTorch's chapters begin with their folder's. */
const FOLDERS = [
  { folder: 'numpy/', prefix: '' },
  { folder: 'torch/', prefix: 'torch/' },
];

/**
 * The recorded chapters, as they lie beside this module.
 *
 * @param wanted - keeps the cases of these functions only.
 * @param only - one chapter, or `torch` for all of PyTorch's.
 */
export function readChapters(wanted?: (name: string) => boolean, only?: string): Chapter[] {
  return FOLDERS.flatMap(({ folder, prefix }) => {
    const path = fileURLToPath(new URL(`./${folder}`, import.meta.url));
    return readdirSync(path)
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => ({ file, name: prefix + file.slice(0, -'.jsonl'.length) }))
      .filter(({ name }) => !only || name === only || name.startsWith(`${only}/`))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ file }) => parseChapter(readFileSync(path + file, 'utf8'), wanted));
  });
}

/** The outcomes on one device, and their counts. */
export interface Run {
  readonly replayed: Replayed[];
  readonly summary: DeviceSummary;
}

/** Replays all cases on one device. */
export function replayOn(device: Device, chapters: readonly Chapter[]): Run {
  useDevice(device);
  const start = performance.now();
  const replayed = chapters.flatMap((chapter) => {
    const replay = replayOf(chapter);
    return chapter.cases.map((c) => ({ chapter: chapter.chapter, outcome: replay.run(c) }));
  });
  const seconds = (performance.now() - start) / 1000;
  return { replayed, summary: summarise(device, peersOf(chapters), seconds, replayed) };
}

/** Replays all cases, or a sample of them, on the GPU. @throws RuntimeError where there is none. */
export async function replayOnGpu(chapters: readonly Chapter[], options: RunOptions): Promise<Run> {
  useDevice('wasm');
  await openWebGpu();
  const start = performance.now();
  const replayed = await replayOnWebGpu(chapters, options);
  const seconds = (performance.now() - start) / 1000;
  return { replayed, summary: summarise('webgpu', peersOf(chapters), seconds, replayed) };
}

/** Who answered, with versions: `NumPy 2.4.6, PyTorch 1.13.1`. */
function peersOf(chapters: readonly Chapter[]): string {
  const numpy = chapters.find((chapter) => chapter.numpy)?.numpy;
  const torch = chapters.find((chapter) => chapter.torch)?.torch;
  return [numpy && `NumPy ${numpy}`, torch && `PyTorch ${torch}`].filter(Boolean).join(', ');
}
