/** Replays chapters on a GPU: many cases are under way at a time, because each waits for its values. */
import { numpy } from '../namespace.ts';
import type { WebGpu } from '../namespace.ts';
import type { Case, Chapter } from '../suite.ts';
import type { Replayed } from '../summary.ts';
import type { Outcome } from '../outcome.ts';
import { TensorReplay } from '../torch/replay.ts';
import { fetchAll } from './read.ts';
import { WebGpuReplay } from './replay.ts';

/** How many cases wait for their values together. */
const TOGETHER = 64;

export interface RunOptions {
  /** Takes one of so many cases of each function, the first one always: with `Infinity` that one only. */
  readonly sample?: number;
  /** Is told after each batch how many cases are done. */
  readonly progress?: (done: number, of: number) => void;
}

/** Opens the GPU. @throws RuntimeError where there is none. */
export function openWebGpu(): Promise<WebGpu> {
  return numpy.device('webgpu');
}

/** Replays all cases, or a sample of them, on the GPU that was opened. */
export async function replayOnWebGpu(
  chapters: readonly Chapter[],
  { sample = 1, progress }: RunOptions = {},
): Promise<Replayed[]> {
  const jobs = chapters.flatMap((chapter) => {
    const run = runnerOf(chapter);
    return sampled(chapter.cases, sample).map((c) => async (): Promise<Replayed> => {
      return { chapter: chapter.chapter, outcome: await run(c) };
    });
  });
  const replayed: Replayed[] = [];
  for (let i = 0; i < jobs.length; i += TOGETHER) {
    replayed.push(...(await Promise.all(jobs.slice(i, i + TOGETHER).map((job) => job()))));
    progress?.(replayed.length, jobs.length);
  }
  return replayed;
}

function runnerOf(chapter: Chapter): (c: Case) => Promise<Outcome> {
  if (chapter.torch) {
    const replay = new TensorReplay(chapter);
    return (c) => replay.runOnGpu(c, fetchAll);
  }
  const replay = new WebGpuReplay(chapter);
  return (c) => replay.run(c);
}

/** One of `step` cases of each function: the same ones each time. */
export function sampled(cases: readonly Case[], step: number): Case[] {
  const seen = new Map<string, number>();
  return cases.filter(({ name }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count % step === 0;
  });
}
