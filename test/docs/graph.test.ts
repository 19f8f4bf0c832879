import { expect, test } from 'vitest';
import { graphPage, smallLoss } from '../../docs/examples/graph.ts';

test('the page shows every operation of the graph, drawn', async () => {
  const page = await graphPage(smallLoss(), 'a loss');
  expect(page).toMatch(/^<!doctype html>[^]*<svg[^]*<\/svg>[^]*<\/html>\n$/);
  const drawn = page.slice(page.indexOf('<svg'), page.indexOf('</svg>'));
  const shown = [
    '0.weight (16,2) float32',
    'Linear (32,16) float32',
    'SquaredError (32,1) float32',
    '2.bias (1,)',
  ];
  for (const text of shown) expect(drawn).toContain(text);
});
