/**
 * A page on which a convolutional network learns handwritten digits on the GPU. Its address may say `?epochs=`, `batch=`, `steps=` (at
 * most so many), `tested=` (held-out digits), `seed=` and `device=cpu`.
 */
import * as np from 'numgrad';
import { lossCurve } from '../mnist/curve.ts';
import type { DigitFile, Digits } from '../mnist/data.ts';
import { splitDigits } from '../mnist/data.ts';
import { convolutional } from '../mnist/networks.ts';
import type { Watch } from '../mnist/training.ts';
import { percent, predict, train } from '../mnist/training.ts';

/** Digits that are shown. */
const SHOWN = 24;

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);

const element = (id: string): HTMLElement => document.getElementById(id)!;

function say(id: string, text: string): void {
  element(id).textContent = text;
}

/** Opens the GPU; where there is none, says why, and takes the processor. */
async function openDevice(): Promise<'webgpu' | 'cpu'> {
  if (query.get('device') === 'cpu') {
    say('device', 'Computes on the processor.');
    return 'cpu';
  }
  try {
    await np.device('webgpu');
    const { vendor, architecture, description } = np.device.report().adapter;
    say('device', `Computes on the GPU: ${description || [vendor, architecture].join(' ')}.`);
    return 'webgpu';
  } catch (error) {
    say('notice', `${(error as Error).message}. The network is trained on the processor instead.`);
    return 'cpu';
  }
}

async function fetchDigits(digit: number): Promise<DigitFile> {
  const response = await fetch(`digits/${digit}.json`);
  if (!response.ok) throw new Error(`digits/${digit}.json: ${response.status} ${response.statusText}`);
  return (await response.json()) as DigitFile;
}

/** Some of the digits, spread over all. */
function some({ images, labels }: Digits, count: number): Digits {
  const which = np.slice(null, null, Math.max(Math.floor(labels.size / count), 1));
  return { images: images.get(which), labels: labels.get(which) };
}

const showProgress: Watch = ({ losses, accuracies }, totalSteps) => {
  const accuracy = accuracies.at(-1);
  const recognised = accuracy === undefined ? '' : `, ${percent(accuracy)} of held-out digits recognised`;
  say('status', `Step ${losses.length} of ${totalSteps}, loss ${losses.at(-1)?.toFixed(3)}${recognised}`);
  Object.assign(element('progress'), { value: losses.length, max: totalSteps });
  void showCurve({ losses, accuracies });
};

async function showCurve(history: Parameters<Watch>[0]): Promise<void> {
  element('curve').innerHTML = await lossCurve('Cross entropy', history);
}

/** Draws images with what the model takes them for. */
async function showDigits(model: np.nn.Sequential, digits: Digits, device: string): Promise<void> {
  const { images, labels } = some(digits, SHOWN);
  const predicted = await predict(model, np.tensor(images, { device })).array();
  const figures = Array.from({ length: SHOWN }, (_, i) => {
    const guess = Number(predicted.get(i));
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = String(guess);
    caption.className = guess === Number(labels.get(i)) ? 'right' : 'wrong';
    figure.append(picture(images.get(i)), caption);
    return figure;
  });
  element('digits').replaceChildren(...figures);
}

/** An image of shades from 0 to 1 as a canvas. */
function picture(image: np.NDArray): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width: 28, height: 28 });
  const shades = np.repeat(np.multiply(image, 255).reshape(-1, 1), 4, 1);
  shades.set(':, 3', 255);
  const bytes = new Uint8ClampedArray(shades.ravel().tolist() as number[]);
  canvas.getContext('2d')!.putImageData(new ImageData(bytes, 28, 28), 0, 0);
  return canvas;
}

async function main(): Promise<void> {
  const device = await openDevice();
  const all = splitDigits(await Promise.all(Array.from({ length: 10 }, (_, digit) => fetchDigits(digit))));
  const data = { train: all.train, test: some(all.test, number('tested', 2000)) };
  np.manualSeed(number('seed', 0));
  const model = convolutional();
  const settings = {
    epochs: number('epochs', 3),
    batchSize: number('batch', 64),
    learningRate: 4e-3,
    maxSteps: number('steps', Infinity),
    device,
  };
  say('status', 'The first step: kernels are compiled…');
  const history = await train(model, data, settings, showProgress);
  await showCurve(history);
  await showDigits(model, all.test, device);
  const { losses, accuracies, seconds } = history;
  say(
    'status',
    `${losses.length} steps in ${seconds.toFixed(1)} s: loss ${losses.at(-1)!.toFixed(3)}, ` +
      `${percent(accuracies.at(-1)!)} of held-out digits recognised`,
  );
}

try {
  await main();
  document.body.dataset.state = 'done';
} catch (error) {
  say('notice', `It failed: ${(error as Error).message}`);
  document.body.dataset.state = 'failed';
}
