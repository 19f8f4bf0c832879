/** Training a classifier of digits: batches, steps, a progress bar, and what came of it. */
import { setImmediate } from 'node:timers/promises';
import cliProgress from 'cli-progress';
import * as np from 'numgrad';
import type { Digits } from './data.ts';

const { functional: F } = np.nn;

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

export interface History {
  /** The loss of every step. */
  readonly losses: readonly number[];
  /** The share of held-out digits that were recognised, after every epoch. */
  readonly accuracies: readonly number[];
  readonly seconds: number;
}

/** Trains with Adam, whose learning rate rises and falls once (a one-cycle schedule), and tests after every epoch. */
export async function train(
  model: np.nn.Sequential,
  data: { train: Digits; test: Digits },
  settings: Settings,
): Promise<History> {
  const { epochs, batchSize, learningRate } = settings;
  const digits = new np.data.TensorDataset(data.train.images, data.train.labels);
  const loader = new np.data.DataLoader(digits, { batchSize, shuffle: true, dropLast: true });
  const optimizer = new np.optim.Adam(model.parameters(), { lr: learningRate });
  const totalSteps = epochs * loader.length;
  const schedule = new np.optim.lrScheduler.OneCycleLR(optimizer, { maxLr: learningRate, totalSteps });
  const bar = progressBar(totalSteps);
  const losses: number[] = [];
  const accuracies: number[] = [];
  const start = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    model.train();
    for (const [images, labels] of loader) {
      const loss = F.crossEntropy(model.call(images), labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      schedule.step();
      losses.push(loss.item() as number);
      bar.increment({ loss: losses[losses.length - 1].toFixed(3) });
      await setImmediate(); // The bar is drawn, and memory that nobody holds any more is collected.
    }
    accuracies.push(accuracy(model, data.test));
    bar.update({ accuracy: percent(accuracies[epoch]) });
  }
  bar.stop();
  return { losses, accuracies, seconds: (performance.now() - start) / 1000 };
}

/** The share of digits that the model recognises. */
export function accuracy(model: np.nn.Sequential, { images, labels }: Digits): number {
  model.eval();
  const n = labels.size;
  let right = 0;
  np.noGrad(() => {
    for (let from = 0; from < n; from += 500) {
      const part = np.slice(from, from + 500);
      const predicted = np.argmax(model.call(images.get(part)), 1);
      right += np.count_nonzero(np.equal(predicted, labels.get(part)).numpy());
    }
  });
  return right / n;
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function progressBar(steps: number): cliProgress.SingleBar {
  const format = '{bar} {value}/{total}  loss {loss}  held-out {accuracy}';
  const bar = new cliProgress.SingleBar({ format, barsize: 30 }, cliProgress.Presets.shades_classic);
  bar.start(steps, 0, { loss: '-', accuracy: '-' });
  return bar;
}
