/** The tape of a small network, drawn: what `np.graph` gives, as a page to look at. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { instance } from '@viz-js/viz';
import * as np from 'numgrad';

const { nn } = np;

/** A tensor, and names for the leaves behind it. */
export interface Named {
  readonly result: np.Tensor;
  readonly names: Readonly<Record<string, np.Tensor>>;
}

/** A page with the graph behind a result and the text that it was drawn from. */
export async function graphPage({ result, names }: Named, title: string): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(np.graph(result, { format: 'dot', names }), { format: 'svg' });
  const mermaid = np.graph(result, { names }).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }
  svg { max-width: 100%; height: auto; }
  pre { background: #f4f4f4; padding: 1rem; overflow: auto; }
</style>
<h1>${title}</h1>
${svg.slice(svg.indexOf('<svg'))}
<h2>As Mermaid</h2>
<pre>${mermaid}</pre>
</html>
`;
}

/** The loss of a perceptron on a few random points. */
export function smallLoss(): Named {
  np.manualSeed(0);
  const model = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 1));
  const loss = nn.functional.mseLoss(model.call(np.randn(32, 2)), np.randn(32, 1));
  return { result: loss as unknown as np.Tensor, names: Object.fromEntries(model.namedParameters()) };
}

if (process.argv[1]?.endsWith('graph.js')) {
  const { values } = parseArgs({ options: { page: { type: 'string', default: 'graph.html' } } });
  writeFileSync(values.page, await graphPage(smallLoss(), 'The loss of a perceptron'));
  console.log(`graph: ${values.page}`);
}
