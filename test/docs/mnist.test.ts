import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as np from 'numgrad';
import { describe, expect, it } from 'vitest';
import type { Digits } from '../../docs/examples/mnist/data.ts';
import { plotLoss } from '../../docs/examples/mnist/plot.ts';
import { loadDigits } from '../../docs/examples/mnist/read.ts';
import type { History } from '../../docs/examples/mnist/training.ts';
import { train } from '../../docs/examples/mnist/training.ts';

const SETTINGS = { epochs: 2, batchSize: 32, learningRate: 0.01 };

/** Every so many digits. */
const sparse = ({ images, labels }: Digits, step: number): Digits => ({
  images: images.get(np.slice(null, null, step)),
  labels: labels.get(np.slice(null, null, step)),
});

function learn(seed: number): Promise<History> {
  const { train: all, test } = loadDigits();
  np.manualSeed(seed);
  const { nn } = np;
  const model = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, 32),
    new nn.ReLU(),
    new nn.Linear(32, 10),
  );
  return train(model, { train: sparse(all, 8), test: sparse(test, 8) }, SETTINGS);
}

describe('the network that learns digits', () => {
  it('gives the same losses for the same seed, and learns', { timeout: 120_000 }, async () => {
    const [first, second, other] = [await learn(0), await learn(0), await learn(1)];
    expect(second.losses).toEqual(first.losses);
    expect(other.losses).not.toEqual(first.losses);
    expect(first.losses.length).toBe(2 * Math.floor(1000 / 32));
    expect(first.accuracies[1]).toBeGreaterThan(0.8);
  });

  it('draws the loss curve', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'numgrad-'));
    const file = join(folder, 'loss.svg');
    await plotLoss(file, 'a title', { losses: [2, 1, 0.5], accuracies: [0.75], seconds: 1 });
    const svg = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect(svg).toMatch(/^<svg[^]*<\/svg>$/);
    expect(svg).toContain('a title');
    expect(svg).toContain('held-out accuracy 75.00 %');
  });
});
