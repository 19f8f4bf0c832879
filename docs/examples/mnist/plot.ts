/** The loss curve as a picture. */
import { writeFileSync } from 'node:fs';
import { View, parse } from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import type { History } from './training.ts';

/** Steps over which the drawn mean of the loss runs. */
const WINDOW = 25;

/** Writes an SVG: the loss of every step, its running mean, and the held-out accuracy after every epoch in the title. */
export async function plotLoss(file: string, title: string, { losses, accuracies }: History): Promise<void> {
  const steps = losses.map((loss, step) => ({ step: step + 1, loss }));
  const spec: TopLevelSpec = {
    title: { text: title, subtitle: `held-out accuracy ${(100 * (accuracies.at(-1) ?? 0)).toFixed(2)} %` },
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
          y: { field: 'loss', type: 'quantitative', scale: { type: 'log' }, title: 'cross entropy' },
        },
      },
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { y: { field: 'mean', type: 'quantitative' } } },
    ],
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  writeFileSync(file, await view.toSVG());
}
