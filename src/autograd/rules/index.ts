/** Gives every primitive its rule. */
import { accumulation } from '../../np/ufunc/accumulate.ts';
import { primitiveOf } from '../../np/ufunc/call.ts';
import { rowOf } from '../../np/ufunc/make.ts';
import { reduction } from '../../np/ufunc/reduce.ts';
import * as ufuncs from '../../np/ufuncs.ts';
import type { UFuncRow } from '../../ops/ufunc.ts';
import { clip } from '../../ops/ufuncs/clip.ts';
import { define, rule } from '../rule.ts';
import { ELEMENTWISE, ELEMENTWISE_PAIRS } from './elementwise.ts';
import { defineMoves } from './moves.ts';
import { defineProducts } from './products.ts';
import { REDUCTIONS, SCANS, defineMoments } from './reductions.ts';

const rows = (): UFuncRow[] => [...Object.values(ufuncs).flatMap((u) => rowOf(u) ?? []), clip];

export function defineRules(): void {
  for (const row of rows()) {
    const partials = ELEMENTWISE[row.name];
    if (partials) define(primitiveOf(row), { ...rule(...partials, null), elementwise: true });
    const pairs = ELEMENTWISE_PAIRS[row.name];
    if (pairs) define(primitiveOf(row), { derivatives: [], results: pairs.map((p) => rule(...p, null)) });
    if (REDUCTIONS[row.name]) define(reduction(row), rule(REDUCTIONS[row.name], null));
    if (SCANS[row.name]) define(accumulation(row), rule(SCANS[row.name], null));
  }
  defineMoments();
  defineMoves();
  defineProducts();
}
