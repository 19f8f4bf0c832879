/** The loss curve as a picture. */
import { View, parse } from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import type { History } from './training.ts';

/** Steps over which the drawn mean of the loss runs. */
const WINDOW = 25;

/** An SVG: the loss of every step, its running mean, and the last held-out accuracy below the title. */
export async function lossCurve(
  title: string,
  { losses, accuracies }: Pick<History, 'losses' | 'accuracies'>,
): Promise<string> {
  const steps = losses.map((loss, step) => ({ step: step + 1, loss }));
  const accuracy = accuracies.at(-1);
  const subtitle = accuracy === undefined ? '' : `held-out accuracy ${(100 * accuracy).toFixed(2)} %`;
  const spec: TopLevelSpec = {
    title: { text: title, subtitle },
    width: 640,
    height: 320,
    data: { values: steps },
    transform: [
      { window: [{ op: 'mean', field: 'loss', as: 'mean' }], frame: [-WINDOW, 0], sort: [{ field: 'step' }] },
    ],
    encoding: { x: { field: 'step', type: 'quantitative' } },
    layer: [
      {
        mark: { type: 'line', opacity: 0.3, strokeWidth: 1 },
        encoding: {
          y: {
            field: 'loss',
            type: 'quantitative',
            scale: { type: 'log', nice: false },
            title: 'cross entropy',
          },
        },
      },
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { y: { field: 'mean', type: 'quantitative' } } },
    ],
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
