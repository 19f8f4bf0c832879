/** One study from the command line: data, training, figures, a plot, and weights to keep. */
import { parseArgs } from 'node:util';
import * as np from 'numgrad';
import { loadDigits } from './data.ts';
import { plotLoss } from './plot.ts';
import type { History, Settings } from './training.ts';
import { percent, train } from './training.ts';

/**
 * Trains a model and prints what came of it.
 *
 *   --epochs N    how often every digit is seen
 *   --seed N      of the weights and of the order of the digits: the same seed gives the same losses
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
      plot: { type: 'string', default: `${name}.svg` },
      save: { type: 'string' },
    },
  });
  np.manualSeed(Number(options.seed));
  const model = makeModel();
  console.log(String(model));
  const history = await train(model, loadDigits(), { ...defaults, epochs: Number(options.epochs) });
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
  if (options.save) np.safetensors.save(options.save, model.stateDict());
  return history;
}
