/** Gives every primitive its rule. */
import { accumulation } from '../../np/ufunc/accumulate.ts';
import { primitiveOf } from '../../np/ufunc/call.ts';
import { rowOf } from '../../np/ufunc/make.ts';
import { reduction } from '../../np/ufunc/reduce.ts';
import { slicing } from '../../np/ufunc/reduceat.ts';
import * as ufuncs from '../../np/ufuncs.ts';
import { MEAN, STD, VAR_OF } from '../../np/statistics/moments.ts';
import { WHERE } from '../../np/indexing/choose.ts';
import { COPY } from '../../ops/cast.ts';
import { CONTRACT } from '../../ops/contract.ts';
import { GET } from '../../ops/index/get.ts';
import { alignOperands, behindExamples, firstOnly, shiftAxes, shiftAxis } from '../vmap.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { clip, clipAbove, clipBelow } from '../../ops/ufuncs/clip.ts';
import { define, rule } from '../rule.ts';
import { ELEMENTWISE, ELEMENTWISE_PAIRS } from './elementwise.ts';
import { defineFormulas } from './formulas.ts';
import { defineFourier } from './fourier.ts';
import { defineLinearAlgebra } from './linalg.ts';
import { defineMoves } from './moves.ts';
import { defineProducts } from './products.ts';
import { REDUCTIONS, SCANS, defineMoments } from './reductions.ts';
import { ofSlices } from './slices.ts';
import { defineWindows } from './window.ts';
import { defineRows } from './rows.ts';

const rows = (): UFuncRow[] => [
  ...Object.values(ufuncs).flatMap((u) => rowOf(u) ?? []),
  clip,
  clipAbove,
  clipBelow,
];

export function defineRules(): void {
  for (const row of rows()) {
    if (row.nin <= 3) primitiveOf(row).batching = alignOperands;
    if (row.nin === 2 && row.nout === 1) {
      reduction(row).batching = shiftAxes;
      accumulation(row).batching = shiftAxis;
    }
    const partials = ELEMENTWISE[row.name];
    if (partials) define(primitiveOf(row), { ...rule(...partials, null), elementwise: true });
    const pairs = ELEMENTWISE_PAIRS[row.name];
    if (pairs)
      define(primitiveOf(row), {
        derivatives: [],
        results: pairs.map((p) => ({ ...rule(...p, null), elementwise: true })),
      });
    if (REDUCTIONS[row.name]) {
      define(reduction(row), rule(REDUCTIONS[row.name], null));
      define(slicing(row), rule(ofSlices(row.name), null));
    }
    if (SCANS[row.name]) define(accumulation(row), rule(SCANS[row.name], null));
  }
  defineMoments();
  for (const moments of [MEAN, VAR_OF, STD]) moments.batching = shiftAxes;
  for (const pairs of [CONTRACT, WHERE]) pairs.batching = alignOperands;
  COPY.batching = firstOnly;
  GET.batching = behindExamples;
  defineFourier();
  defineLinearAlgebra();
  defineMoves();
  defineProducts();
  defineWindows();
  defineFormulas();
  defineRows();
}
