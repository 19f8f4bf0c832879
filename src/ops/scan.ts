/** Scans along an axis: cumulative sums, products and their kind. */
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { buildScanRows, buildScanRuns } from '../kernel/reduce/scan.ts';
import type { ReduceSpec } from '../kernel/reduce/spec.ts';
import { acceleratorOf } from './accelerator.ts';
import { castInto } from './cast.ts';
import type { Axis, Walk } from './iterate.ts';
import { NO_AXIS, nestKernel, writeArguments } from './nestcall.ts';
import { orderedEmpty } from './order.ts';
import { PIECE, runStaged } from './stage.ts';
import type { Outside } from './stage.ts';

export interface ScanOptions {
  /** The dtype to compute in, and of the result. */
  readonly dtype: DType;
  /** Where to put the result, cast to its dtype: an array of the input's shape, which may be the input. */
  readonly out?: NDArray;
}

/**
 * Combines the elements along an axis, keeping every intermediate result. Nothing is checked here.
 *
 * @param spec - the operation on values of `dtype`
 * @param a - an array of any dtype; its elements are cast to `dtype` first
 * @returns an array of the same shape; `out` if it is given
 */
export function scan(spec: ReduceSpec, a: NDArray, axis: number, { dtype, out }: ScanOptions): NDArray {
  const on = acceleratorOf(a) ?? (out ? acceleratorOf(out) : null);
  if (on !== null) return on.scan(spec, a, axis, { dtype, out });
  const result = orderedEmpty(a.shape, dtype, 'K', [a]);
  if (a.size > 0) runScan({ spec, dtype, result, input: a }, axis);
  if (!out) return result;
  castInto(out, result);
  return out;
}

interface ScanJob {
  readonly spec: ReduceSpec;
  readonly dtype: DType;
  readonly result: NDArray;
  readonly input: NDArray;
}

const OUT = 0;
const IN = 1;

function runScan(job: ScanJob, axis: number): void {
  const { result, input } = job;
  const axisAt = (d: number): Axis => ({
    length: input.shape[d],
    strides: [result.strides[d], input.strides[d]],
  });
  const others = input.shape
    .map((_, d) => d)
    .filter((d) => d !== axis && input.shape[d] > 1)
    .map(axisAt)
    .sort((x, y) => Math.abs(x.strides[OUT]) - Math.abs(y.strides[OUT]));
  const walk = { axes: [axisAt(axis), ...others], addresses: [result.offset, input.offset] };
  if (result.storage.inHeap && input.storage.inHeap) launch(job, walk, false);
  else runOutside(job, walk);
}

/** Rows shorter than this are not worth combining as rows. */
const SHORT_ROW = 4;

function launch({ spec, dtype, input }: ScanJob, { axes, addresses }: Walk, continues: boolean): void {
  const [along, row, ...rest] = axes;
  const asRows =
    row !== undefined &&
    row.length >= SHORT_ROW &&
    Math.abs(row.strides[OUT]) + Math.abs(row.strides[IN]) <
      Math.abs(along.strides[OUT]) + Math.abs(along.strides[IN]);
  const inner = asRows ? row : along;
  const contiguous = inner.strides[IN] === input.itemsize && inner.strides[OUT] === dtype.itemsize;
  const variant = { element: input.dtype.element, loop: dtype.element, masked: false, contiguous };
  const nest = asRows ? [row, along, ...rest] : [along, row ?? NO_AXIS, ...rest];
  const { nest: run } = nestKernel(asRows ? buildScanRows : buildScanRuns, spec, variant)();
  run(writeArguments(nest, addresses, Number(continues)));
}

/** Arrays outside the heap are taken through it; of a long axis piece by piece, each going on from the one before. */
function runOutside(job: ScanJob, { axes, addresses }: Walk): void {
  const operands = [job.result, job.input];
  const outside = operands.flatMap(({ storage, dtype: { itemsize } }, at): Outside[] =>
    storage.inHeap ? [] : [{ at, views: storage.views, itemsize, read: at === IN, written: at === OUT }],
  );
  const [along, ...others] = axes;
  if (along.length <= PIECE) {
    runStaged({ axes, addresses }, outside, (piece) => launch(job, piece, false));
    return;
  }
  if (others.length > 0) {
    const outer = others[others.length - 1];
    for (let i = 0; i < outer.length; i++) {
      runOutside(job, {
        axes: axes.slice(0, -1),
        addresses: addresses.map((a, o) => a + i * outer.strides[o]),
      });
    }
    return;
  }
  let continues = false;
  runStaged({ axes, addresses }, outside, (piece) => {
    launch(job, piece, continues);
    continues = true;
  });
}
