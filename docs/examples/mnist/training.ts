/** Training a classifier of digits: batches, steps, and what came of it. The same code runs on the processor and on a GPU. */
import * as np from 'numgrad';
import type { Digits, Split } from './data.ts';

const { functional: F } = np.nn;

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Where to compute: 'cpu' by default, or 'webgpu', which has to be open. */
  readonly device?: string;
  /** Ends the training early. */
  readonly maxSteps?: number;
}

export interface History {
  /** The loss of every step. */
  readonly losses: readonly number[];
  /** The share of held-out digits that were recognised, after every epoch. */
  readonly accuracies: readonly number[];
  readonly seconds: number;
}

/** Is told how far the training is. */
export type Watch = (history: Omit<History, 'seconds'>, totalSteps: number) => void;

/** Steps after which the losses are looked at: a GPU has to be waited for, so it is not done for each. */
const GLANCE = 10;

/** Examples that are tested at a time. */
const TESTED = 500;

/** Trains with Adam, whose learning rate rises and falls once (a one-cycle schedule), and tests after every epoch. */
export async function train(
  model: np.nn.Sequential,
  data: Split,
  settings: Settings,
  watch: Watch = () => undefined,
): Promise<History> {
  const { epochs, batchSize, learningRate, device = 'cpu', maxSteps = Infinity } = settings;
  model.to({ device });
  const digits = new np.data.TensorDataset(data.train.images, data.train.labels);
  const loader = new np.data.DataLoader(digits, { batchSize, shuffle: true, dropLast: true });
  const optimizer = new np.optim.Adam(model.parameters(), { lr: learningRate });
  const totalSteps = Math.min(epochs * loader.length, maxSteps);
  const schedule = new np.optim.lrScheduler.OneCycleLR(optimizer, { maxLr: learningRate, totalSteps });
  const losses: number[] = [];
  const accuracies: number[] = [];
  let unread: np.Tensor[] = [];
  /** Waits for the losses, all at once. Meanwhile memory that nobody holds any more is collected. */
  const look = async (): Promise<void> => {
    losses.push(...(await valuesOf(unread)));
    unread = [];
    watch({ losses, accuracies }, totalSteps);
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const start = performance.now();
  for (let epoch = 0; epoch < epochs && losses.length < totalSteps; epoch++) {
    model.train();
    for (const batch of loader) {
      const [images, labels] = batch.map((part) => np.tensor(part, { device }));
      const loss = F.crossEntropy(model.call(images), labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      schedule.step();
      unread.push(loss.detach());
      const steps = losses.length + unread.length;
      if (steps % GLANCE === 0 || steps === totalSteps) await look();
      if (steps === totalSteps) break;
    }
    if (unread.length > 0) await look();
    accuracies.push(await accuracy(model, data.test, device));
    watch({ losses, accuracies }, totalSteps);
  }
  return { losses, accuracies, seconds: (performance.now() - start) / 1000 };
}

/** The values of tensors without axes, in one read. */
async function valuesOf(tensors: readonly np.Tensor[]): Promise<number[]> {
  const all = np.stack([...tensors]) as np.Tensor;
  return (await all.array()).tolist() as number[];
}

/** The share of digits that the model recognises. */
export async function accuracy(
  model: np.nn.Sequential,
  { images, labels }: Digits,
  device = 'cpu',
): Promise<number> {
  model.eval();
  const n = labels.size;
  const right: np.Tensor[] = [];
  for (let from = 0; from < n; from += TESTED) {
    const part = np.slice(from, from + TESTED);
    const predicted = predict(model, np.tensor(images.get(part), { device }));
    const isRight = np.equal(predicted, np.tensor(labels.get(part), { device }));
    right.push(np.sum(isRight) as unknown as np.Tensor);
  }
  return (await valuesOf(right)).reduce((a, b) => a + Number(b), 0) / n;
}

/** The digits that the model takes images for. */
export const predict = (model: np.nn.Sequential, images: np.Tensor): np.Tensor =>
  np.noGrad(() => np.argmax(model.call(images), 1)) as unknown as np.Tensor;

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
