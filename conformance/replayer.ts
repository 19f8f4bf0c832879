/** Chooses what replays a chapter: NumPy's recordings and PyTorch's differ in their arguments and in what is compared. */
import type { Outcome } from './outcome.ts';
import { Replay } from './replay.ts';
import type { Case, Chapter } from './suite.ts';
import { TensorReplay } from './torch/replay.ts';

/** What replays a chapter's cases. */
export function replayOf(chapter: Chapter): { run: (c: Case) => Outcome } {
  return chapter.torch ? new TensorReplay(chapter) : new Replay(chapter);
}
