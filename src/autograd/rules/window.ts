/** Derivatives of what works on windows. Each is linear in each operand, so its derivatives are primitives of the same family. */
import type { NDArray } from '../../array/ndarray.ts';
import { sum } from '../../np/statistics/reductions.ts';
import type { ConvOptions } from '../../ops/window/conv.ts';
import {
  CONVOLVE,
  CONVOLVE_TO_INPUT,
  CONVOLVE_TO_KERNEL,
  convolve,
  convolveToInput,
  convolveToKernel,
} from '../../ops/window/conv.ts';
import { EMBED, interior } from '../../ops/window/embed.ts';
import { ADD, PICK, PUT, addAt, pickAt } from '../../ops/window/places.ts';
import { RESAMPLE, resample, transposedMatrix } from '../../ops/window/resample.ts';
import type { SparseMatrix } from '../../ops/window/resample.ts';
import { MAX_INDICES } from '../../ops/window/pool.ts';
import { Batch } from '../batch.ts';
import type { Known } from '../rule.ts';
import { by, define, rule } from '../rule.ts';
import type { BatchRule } from '../vmap.ts';
import { firstOnly } from '../vmap.ts';

/** The spatial lengths of an operand. */
const spatial = ({ kinds }: Known, operand: number): readonly number[] => kinds[operand]!.shape.slice(2);

/** Of a number for each channel. */
const ofBias = by(
  '',
  (g) => sum(g, { axis: g.shape.map((_, axis) => axis).filter((axis) => axis !== 1) }) as NDArray,
);

const lastOf = ({ kinds }: Known): number => kinds[0]!.shape.at(-1)!;

/** The indices are no operand of the derivative: a plain array. */
const indicesOf = ({ args }: Known) => args[1] as NDArray<'int64'>;

/** The examples are one more axis in front. */
const shiftAxis: BatchRule = ([x, axis, matrix]) => [(x as Batch).inner, (axis as number) + 1, matrix];

const shiftShape: BatchRule = ([x, start, shape, value], { size }) => [
  (x as Batch).inner,
  [0, ...(start as number[])],
  [size, ...(shape as number[])],
  value,
];

/** Planes that have indices of their own in every example. */
const byPlanes: BatchRule = ([x, indices, ...rest], { level }) => {
  const all = [x, indices].map((a) => (a instanceof Batch && a.level === level ? a.inner : null));
  return all.includes(null) ? null : [...all, ...rest];
};

export function defineWindows(): void {
  const options = ({ args }: Known) => args.at(-1) as ConvOptions;
  define(
    CONVOLVE,
    rule(
      by('y', (g, known) => convolveToInput(g, known.y, null, spatial(known, 0), options(known))),
      by('x', (g, known) => convolveToKernel(g, known.x, spatial(known, 1), options(known))),
      ofBias,
      null,
    ),
  );
  define(
    CONVOLVE_TO_INPUT,
    rule(
      by('y', (g, known) => convolve(g, known.y, null, spatial(known, 0), options(known))),
      by('x', (g, known) => convolveToKernel(known.x, g, spatial(known, 1), options(known))),
      ofBias,
      null,
    ),
  );
  define(
    CONVOLVE_TO_KERNEL,
    rule(
      by('y', (g, known) => convolve(known.y, g, null, spatial(known, 0), options(known))),
      by('x', (g, known) => convolveToInput(known.x, g, null, spatial(known, 1), options(known))),
      null,
    ),
  );
  define(
    RESAMPLE,
    rule(
      by('', (g, { args }) => resample(g, args[1] as number, transposedMatrix(args[2] as SparseMatrix))),
      null,
    ),
  );
  define(
    PICK,
    rule(
      by('y', (g, known) => addAt(g, indicesOf(known), lastOf(known))),
      null,
    ),
  );
  const picked = by('y', (g: NDArray, known: Known) => pickAt(g, indicesOf(known)));
  define(
    EMBED,
    rule(
      by('', (g, { args, kinds }) => interior(g, args[1] as number[], kinds[0]!.shape)),
      null,
    ),
  );
  define(PUT, rule(picked, null));
  define(ADD, rule(picked, null));
  RESAMPLE.batching = shiftAxis;
  EMBED.batching = shiftShape;
  MAX_INDICES.batching = firstOnly;
  for (const primitive of [PICK, PUT, ADD]) primitive.batching = byPlanes;
}
