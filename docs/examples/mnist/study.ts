/** One study from the command line: data, training, figures, a plot, and weights to keep. */
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import * as np from 'numgrad';
import { plotLoss } from './plot.ts';
import { loadDigits } from './read.ts';
import type { History, Settings, Watch } from './training.ts';
import { percent, train } from './training.ts';

/**
 * Trains a model and prints what came of it.
 *
 *   --epochs N    how often every digit is seen
 *   --seed N      of the weights and of the order of the digits: the same seed gives the same losses
 *   --device D    cpu or webgpu
 *   --plot FILE   where the loss curve goes (SVG)
 *   --save FILE   where the weights go (safetensors)
 *
 * @param makeModel - called once the seed is set.
 */
export async function study(
  name: string,
  makeModel: () => np.nn.Sequential,
  defaults: Settings,
): Promise<History> {
  const { values: options } = parseArgs({
    options: {
      epochs: { type: 'string', default: String(defaults.epochs) },
      seed: { type: 'string', default: '0' },
      device: { type: 'string', default: 'cpu' },
      plot: { type: 'string', default: `${name}.svg` },
      save: { type: 'string' },
    },
  });
  const { device } = options;
  await np.device(device as 'cpu');
  np.manualSeed(Number(options.seed));
  const model = makeModel();
  console.log(String(model));
  const bar = new cliProgress.SingleBar(BAR, cliProgress.Presets.shades_classic);
  const settings = { ...defaults, epochs: Number(options.epochs), device };
  const history = await train(model, loadDigits(), settings, drawnOn(bar));
  bar.stop();
  const { losses, accuracies, seconds } = history;
  console.log(
    `loss ${losses[0].toFixed(4)} at the first step, ${losses[losses.length - 1].toFixed(4)} at the last`,
  );
  console.log(`${percent(accuracies[accuracies.length - 1])} of the held-out digits recognised`);
  console.log(
    `${losses.length} steps in ${seconds.toFixed(1)} s, ${((1000 * seconds) / losses.length).toFixed(1)} ms each`,
  );
  await plotLoss(options.plot, name, history);
  console.log(`loss curve: ${options.plot}`);
  if (options.save) np.safetensors.save(options.save, await weightsOf(model));
  return history;
}

/** The weights of a model, wherever it is, on the processor. */
async function weightsOf(model: np.nn.Sequential): Promise<Record<string, np.Tensor>> {
  const named = Object.entries(model.stateDict());
  return Object.fromEntries(
    await Promise.all(named.map(async ([name, t]) => [name, await t.cpu()] as const)),
  );
}

const BAR = { format: '{bar} {value}/{total}  loss {loss}  held-out {accuracy}', barsize: 30 };

/** Draws the progress of a training. */
function drawnOn(bar: cliProgress.SingleBar): Watch {
  return ({ losses, accuracies }, totalSteps) => {
    const loss = losses.at(-1)?.toFixed(3) ?? '-';
    const accuracy = accuracies.length > 0 ? percent(accuracies[accuracies.length - 1]) : '-';
    if (!bar.isActive) bar.start(totalSteps, 0, { loss, accuracy });
    bar.update(losses.length, { loss, accuracy });
  };
}
