/** Scans: every element combined with the result before it. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import { loadAs, storeAs } from '../element.ts';
import type { KernelFunction, KernelModule, Local } from '../ir.ts';
import { blockOffsets, nextOuter } from '../map.ts';
import type { RowOperand } from '../row.ts';
import { buildRow } from '../row.ts';
import type { Value } from '../value.ts';
import { valueOf } from '../value.ts';
import type { ReduceSpec, ReduceVariant } from './spec.ts';
import { WORTH, accumulate, assign, loadElement, rounded } from './values.ts';

/** The words of a scan's argument block and its operands, result and input. */
function argumentsOf(b: Body, block: Local) {
  const at = blockOffsets(1, 2);
  const word = (offset: number): Local<'i32'> => b.let(k.load('i32', block, offset)) as Local<'i32'>;
  const operands = [0, 1].map((i) => {
    const offset = at.operands + 12 * i;
    return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
  });
  return { at, first: word(0), second: word(4), n: word(at.lengths), count: word(at.lengths + 4), operands };
}

/**
 * A module that exports `nest(address of the argument block)`, laid out by `blockOffsets(1, 2)` for result and input; the
 * inner axis is scanned. In place of the scalar there are two i32: whether the scan goes on from a cell in memory, and the
 * cell's address, where the last result is left in any case.
 */
export function buildScanRuns(spec: ReduceSpec, variant: ReduceVariant): KernelModule {
  const { loop } = variant;
  const nest = func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const { at, first: continues, second: cell, n, count, operands } = argumentsOf(b, block);
    const [out, input] = operands;
    b.while(k.const('bool', true), () => {
      const [to, from] = operands.map((o) => b.let(o.pointer, 'p'));
      b.for(0, count, 1, () => {
        const [target, source] = [b.let(to, 'to'), b.let(from, 'from')];
        const acc = accumulate(b, loadAs(loop, loop, cell));
        const left = b.let(n, 'left');
        const step = (next: Value): void => {
          assign(b, acc, rounded(loop, next));
          b.stores(storeAs(loop, loop, valueOf(acc), target));
          b.bump(target, out.inner);
          b.bump(source, input.inner);
          b.bump(left, -1);
        };
        b.if(k.eq(continues, 0), () => step(loadElement(variant, source)));
        b.while(k.gt(left, 0), () => step(spec.combine(valueOf(acc), loadElement(variant, source))));
        b.stores(storeAs(loop, loop, valueOf(acc), cell));
        b.bump(to, out.second);
        b.bump(from, input.second);
      });
      nextOuter(b, block, at, operands);
    });
  });
  return { exports: [nest] };
}

/** The same for a scan along the second axis: rows combined with the rows of results before them. */
export function buildScanRows(spec: ReduceSpec, variant: ReduceVariant): KernelModule {
  const copy = rowFunction({ ...spec, combine: (_, x) => x }, variant);
  const combine = rowFunction(spec, variant);
  const nest = func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const { at, n, count, operands } = argumentsOf(b, block);
    const [out, input] = operands;
    b.while(k.const('bool', true), () => {
      const [to, from] = operands.map((o) => b.let(o.pointer, 'p'));
      b.call(copy, to, to, from, n, out.inner, input.inner);
      b.for(1, count, 1, () => {
        b.bump(from, input.second);
        b.call(combine, k.add(to, out.second), to, from, n, out.inner, input.inner);
        b.bump(to, out.second);
      });
      nextOuter(b, block, at, operands);
    });
  });
  return { exports: [nest] };
}

/** `row(result, row of results before, input, n, strides of result and input)` */
function rowFunction(spec: ReduceSpec, { element, loop, contiguous }: ReduceVariant): KernelFunction {
  const params = {
    to: 'i32',
    before: 'i32',
    from: 'i32',
    n: 'i32',
    toStride: 'i32',
    fromStride: 'i32',
  } as const;
  return func('row', params, undefined, (b, p) => {
    const operand = (type: RowOperand['element'], pointer: Local<'i32'>, step: Local<'i32'>): RowOperand => ({
      element: type,
      loop,
      stride: contiguous ? 'c' : 's',
      pointer,
      step: contiguous ? undefined : step,
    });
    buildRow(b, {
      expr: spec.combine,
      inputs: [operand(loop, p.before, p.toStride), operand(element, p.from, p.fromStride)],
      mask: undefined,
      outputs: [operand(loop, p.to, p.toStride)],
      n: p.n,
      vectorsBelow: WORTH,
    });
  });
}
