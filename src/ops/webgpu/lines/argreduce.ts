/** Positions of extrema on the GPU. They are int32, which counts the elements of any array there. */
import { int32 } from '../../../array/dtype.ts';
import type { DType } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { argFold } from '../../../kernel/grid/lines/arg.ts';
import type { Extremum } from '../../../kernel/reduce/arg.ts';
import { partsOf } from '../../../kernel/value.ts';
import { Composer } from '../formula.ts';
import { linesOf } from './lines.ts';
import { addInput, runFold } from './reduce.ts';
import type { WebGpu } from '../webgpu.ts';

/** `argReduce` of an array on the GPU. */
export function argReduceOn(home: WebGpu, kind: Extremum, a: NDArray, axis: number): NDArray<'int64'> {
  const others = [...a.shape.keys()].filter((d) => d !== axis);
  const result = home.empty(
    others.map((d) => a.shape[d]),
    int32 as DType,
  ) as NDArray<'int64'>;
  if (result.size === 0) return result;
  const { element } = a.dtype;
  const composer = new Composer(a.shape);
  addInput(home, composer, a);
  const [own] = composer.inputs;
  runFold(home, {
    key: `arg${kind} ${element} [${composer.keys.join(' ')}]`,
    lines: linesOf(a.shape, others, [axis], composer.leaves),
    leaves: composer.leaves,
    scalars: composer.scalars,
    size: composer.size,
    fold: argFold(kind, element),
    first: (leaves, scalars, position) => [...partsOf(own(leaves, scalars)), position],
    results: ['i32'],
    finish: (state) => [state[state.length - 1]],
    targets: [home.fresh(result.storage)],
  });
  return result;
}
