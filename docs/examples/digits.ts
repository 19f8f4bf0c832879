/**
 * Handwritten digits with numgrad: principal components, nearest neighbours and softmax regression.
 *
 * This is `digits.py`, line by line. There is no random number in it, so that both give the same figures: `digits.json`
 * holds those of the Python program, and they are printed beside the ones that are computed here.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import cliProgress from 'cli-progress';
import * as np from 'numgrad';
import type { ArrayLike, NDArray } from 'numgrad';
import { report } from './report.ts';
import type { Recorded } from './report.ts';

const DIGITS = dirname(createRequire(import.meta.url).resolve('mnist/src/digits/0.json'));

/** The images as bytes (n, 784), and the digit that each one shows (n,). */
function loadDigits(folder: string): [NDArray, NDArray] {
  const classes: NDArray[] = [];
  for (const digit of range(0, 10)) {
    const shades = np.array(JSON.parse(readFileSync(join(folder, `${digit}.json`), 'utf8')).data as number[]);
    classes.push(np.round(shades.mul(255)).astype('uint8').reshape(-1, 784));
  }
  const images = np.concatenate(classes);
  const labels = np.concatenate(
    classes.map((images, digit) => np.full(images.shape[0], digit, { dtype: 'int64' })),
  );
  const order = np.arange(labels.size).mul(7919).mod(labels.size); // 7919 is prime: every image comes once, all digits mixed
  return [images.get(order), labels.get(order)];
}

/** Ten shades of characters, every other row, because a character is twice as high as it is wide. */
function draw(image: NDArray): string {
  const shades = image.reshape(28, 28).get('::2').floor_divide(26);
  return (shades.tolist() as number[][])
    .map((row) => row.map((shade) => ' .:-=+*#%@'[shade]).join(''))
    .join('\n');
}

/** The directions of largest variance by power iteration, each one removed from the covariance in turn. */
function principalComponents(centred: NDArray, count: number, rounds: number): [NDArray, NDArray] {
  const [samples, features] = centred.shape;
  const covariance = np.matmul(centred.T, centred).div(samples - 1);
  const total = np.trace(covariance);
  const [components, variances] = [np.empty([count, features]), np.empty(count)];
  for (const i of track('principal components', range(0, count))) {
    let v = np.cos(np.arange(features));
    for (let round = 0; round < rounds; round++) {
      v = np.matmul(covariance, v);
      v.div_(np.sqrt(np.dot(v, v)));
    }
    v.mul_(np.sign(v.get(np.argmax(np.abs(v)))));
    components.set(i, v);
    variances.set(i, np.dot(np.matmul(v, covariance), v));
    covariance.sub_(np.outer(v, v).mul(variances.get(i)));
  }
  return [components, variances.div(total)];
}

/** The labels of the k training images nearest to each test image, nearest first. All sums are exact integers. */
function nearestLabels(train: NDArray, labels: NDArray, test: NDArray, k: number): NDArray {
  [train, test] = [train.astype('float64'), test.astype('float64')];
  const nearest = np.empty([test.shape[0], k], { dtype: labels.dtype });
  const squares = np.sum(np.square(train), { axis: 1 });
  for (const start of track('nearest neighbours', range(0, test.shape[0], 100))) {
    const rows = np.slice(start, start + 100);
    const chunk = test.get(rows);
    const lengths = np.sum(np.square(chunk), { axis: 1 }).get(':', np.newaxis);
    const distances = lengths.add(squares).sub(np.matmul(chunk, train.T).mul(2));
    const ranks = np.argsort(distances, { axis: 1, kind: 'stable' });
    nearest.set(rows, labels.get(ranks.get(':', np.slice(k))));
  }
  return nearest;
}

/** The most frequent label in each row; of equally frequent ones the smallest. */
function vote(nearest: NDArray): NDArray {
  const counts = np.sum(np.equal(nearest.get(':', ':', np.newaxis), np.arange(10)), { axis: 1 });
  return np.argmax(counts, { axis: 1 });
}

/** Probabilities along the last axis. */
function softmax(scores: NDArray): NDArray {
  const exps = np.exp(scores.sub(np.max(scores, { axis: -1, keepdims: true })));
  return exps.div(np.sum(exps, { axis: -1, keepdims: true }));
}

/** The mean negative log-probability of the right labels. */
function crossEntropy(probabilities: NDArray, labels: NDArray): number {
  return -np.mean(np.log(probabilities.get(np.arange(labels.size), labels)));
}

/** Weights and biases by gradient descent with momentum, and the loss after each epoch. */
function trainSoftmax(
  x: NDArray,
  labels: NDArray,
  { epochs, batch, rate, decay }: { epochs: number; batch: number; rate: number; decay: number },
): [NDArray, NDArray, NDArray] {
  const targets = np.eye(10).get(labels);
  const [w, b] = [np.multiply(0.01, np.cos(np.arange(x.shape[1] * 10)).reshape(-1, 10)), np.zeros(10)];
  let [velocityW, velocityB] = [np.zeros_like(w), np.zeros_like(b)];
  const losses: number[] = [];
  for (const _ of track('softmax regression', range(0, epochs))) {
    for (const start of range(0, x.shape[0], batch)) {
      const part = np.slice(start, start + batch);
      const [rows, wanted] = [x.get(part), targets.get(part)];
      const error = softmax(np.matmul(rows, w).add(b)).sub(wanted).div(rows.shape[0]);
      velocityW = velocityW.mul(0.9).sub(np.matmul(rows.T, error).add(w.mul(decay)).mul(rate));
      velocityB = velocityB.mul(0.9).sub(np.sum(error, { axis: 0 }).mul(rate));
      w.add_(velocityW);
      b.add_(velocityB);
    }
    losses.push(crossEntropy(softmax(np.matmul(x, w).add(b)), labels));
  }
  return [w, b, np.array(losses)];
}

/** How often each digit (row) was taken for each digit (column). */
function confusion(truth: NDArray, predicted: NDArray): NDArray {
  return np.bincount(truth.mul(10).add(predicted), { minlength: 100 }).reshape(10, 10);
}

/** Every figure of the study, by name. */
export function run(): Record<string, ArrayLike> {
  const figures: Record<string, ArrayLike> = {};
  const [images, labels] = loadDigits(DIGITS);
  const heldOut = np.equal(np.arange(labels.size).mod(5), 0);
  const [train, trainLabels] = [images.get(heldOut.invert()), labels.get(heldOut.invert())];
  const [test, testLabels] = [images.get(heldOut), labels.get(heldOut)];
  console.log(draw(images.get(0)));
  [figures['training images'], figures['test images']] = [train.shape[0], test.shape[0]];
  figures['images of each digit'] = np.bincount(labels, { minlength: 10 });

  const pixels = train.div(255);
  const mean = np.mean(pixels, { axis: 0 });
  const inked = np.greater(np.std(pixels, { axis: 0 }), 0);
  [figures['mean pixel'], figures['pixels never inked']] = [np.mean(pixels), np.sum(inked.invert())];
  figures['median ink of an image'] = np.median(np.sum(pixels, { axis: 1 }));

  const [components, explained] = principalComponents(pixels.sub(mean), 20, 100);
  figures['variance explained by each'] = explained.get(':5');
  figures['variance explained by 20'] = np.sum(explained);
  const projected = np.matmul(test.div(255).sub(mean), components.T);
  const restored = np.matmul(projected, components).add(mean);
  figures['restored from 20, mean error'] = np.mean(np.abs(restored.sub(test.div(255))));
  const centroids = np.stack(
    range(0, 10).map((digit) => np.mean(projected.get(np.equal(testLabels, digit)), { axis: 0 })),
  );
  const gaps = np.sqrt(np.sum(np.square(centroids.get(':', np.newaxis).sub(centroids)), { axis: -1 }));
  const [rows, columns] = np.triu_indices(10, 1);
  const closest = np.argmin(gaps.get(rows, columns));
  figures['most alike digits'] = [rows.get(closest), columns.get(closest)];
  figures['their distance'] = gaps.get(rows, columns).get(closest);

  const nearest = nearestLabels(train, trainLabels, test, 5);
  for (const k of [1, 3, 5]) {
    const predicted = vote(nearest.get(':', np.slice(k)));
    figures[`accuracy of ${k} neighbours`] = np.mean(np.equal(predicted, testLabels));
  }
  const mixedUp = confusion(testLabels, vote(nearest.get(':', ':3')));
  np.fill_diagonal(mixedUp, 0);
  figures['most mixed up (3 neighbours)'] = np.unravel_index(np.argmax(mixedUp), mixedUp.shape);

  const settings = { epochs: 30, batch: 200, rate: 0.05, decay: 1e-4 };
  const [w, b, losses] = trainSoftmax(pixels.sub(mean), trainLabels, settings);
  const probabilities = softmax(np.matmul(test.div(255).sub(mean), w).add(b));
  const predicted = np.argmax(probabilities, { axis: 1 });
  figures['training loss'] = losses.get([0, 9, 19, 29]);
  figures['test loss'] = crossEntropy(probabilities, testLabels);
  figures['accuracy of softmax'] = np.mean(np.equal(predicted, testLabels));
  const table = confusion(testLabels, predicted);
  figures['recall of each digit'] = np.divide(np.diagonal(table), np.sum(table, { axis: 1 }));
  figures['surest mistake'] = np.max(probabilities.get(np.not_equal(predicted, testLabels)));
  figures['weights, root mean square'] = np.sqrt(np.mean(np.square(w)));
  return figures;
}

/** The steps, with a bar on the terminal that grows as they are taken. */
function* track(title: string, steps: readonly number[]): Generator<number> {
  const format = `${title.padEnd(22)}{bar} {value}/{total}`;
  const bar = new cliProgress.SingleBar({ format, barsize: 30 }, cliProgress.Presets.shades_classic);
  bar.start(steps.length, 0);
  for (const step of steps) {
    yield step;
    bar.increment();
  }
  bar.stop();
}

function range(start: number, stop: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * step);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const recorded = JSON.parse(readFileSync(new URL('digits.json', import.meta.url), 'utf8')) as Recorded;
  process.exitCode = report(run(), recorded) ? 0 : 1;
}
