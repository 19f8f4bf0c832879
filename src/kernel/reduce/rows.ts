/** Reduction along an outer axis: rows of elements are combined, one after the other, into a row of results. */
import type { Body } from '../build.ts';
import { func, k } from '../build.ts';
import { layoutOf } from '../element.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { blockOffsets, nextOuter } from '../map.ts';
import type { RowOperand } from '../row.ts';
import { buildRow } from '../row.ts';
import type { ScalarType } from '../types.ts';
import type { Value } from '../value.ts';
import { v } from '../value.ts';
import type { ReduceSpec, ReduceVariant } from './spec.ts';
import { WORTH, rounded } from './values.ts';

/** Rows that are combined in one pass over the results. */
const TOGETHER = 8;
/** Bytes of results that stay in the nearest cache while all rows are combined into them. */
const COLUMNS = 32768;

/**
 * A module that exports `nest(address of the argument block)`, laid out as that of `buildRuns`. The second axis is the one
 * along which rows are combined: its stride in the result is not looked at.
 */
export function buildRows(spec: ReduceSpec, variant: ReduceVariant): KernelModule {
  const { loop, masked } = variant;
  const count = masked ? 3 : 2;
  const at = blockOffsets(1, count);
  const several = rowsFunction(spec, variant, TOGETHER);
  const single = rowsFunction(spec, variant, 1);
  const nest = func('nest', { block: 'i32' }, undefined, (b, { block }) => {
    const word = (offset: number): Local<'i32'> => b.let(k.load('i32', block, offset)) as Local<'i32'>;
    const [n, rows] = [word(at.lengths), word(at.lengths + 4)];
    const operands = Array.from({ length: count }, (_, i) => {
      const offset = at.operands + 12 * i;
      return { pointer: word(offset), inner: word(offset + 4), second: word(offset + 8) };
    });
    const sources = operands.slice(1);
    b.while(k.const('bool', true), () => {
      b.for(0, n, COLUMNS / layoutOf(loop).bytes, (column) => {
        const size = k.min(k.sub(n, column), COLUMNS / layoutOf(loop).bytes);
        const pointers = operands.map((o) => b.let(k.add(o.pointer, k.mul(column, o.inner)), 'p'));
        const left = b.let(rows, 'left');
        const pass = (fn: KernelFunction, taken: number): void =>
          b.while(k.ge(left, taken), () => {
            const steps = [...operands.map((o) => o.inner), ...sources.map((o) => o.second)];
            b.call(fn, ...pointers, size, ...steps);
            sources.forEach((o, i) => b.bump(pointers[i + 1], k.mul(o.second, taken)));
            b.bump(left, -taken);
          });
        pass(several, TOGETHER);
        pass(single, 1);
      });
      nextOuter(b, block, at, operands);
    });
  });
  return { exports: [nest] };
}

/** `rows(result, input, mask?, n, strides of these..., steps to the next row of input and mask...)` */
function rowsFunction(spec: ReduceSpec, variant: ReduceVariant, count: number): KernelFunction {
  const { element, loop, masked, contiguous } = variant;
  const names = masked ? ['result', 'input', 'mask'] : ['result', 'input'];
  const params: Record<string, ScalarType> = {};
  for (const name of names) params[name] = 'i32';
  params['n'] = 'i32';
  for (const name of names) params[`${name}Stride`] = 'i32';
  for (const name of names.slice(1)) params[`${name}Step`] = 'i32';
  return func('rows', params, undefined, (b, p) => {
    const operand = (
      name: string,
      type: RowOperand['element'],
      as: RowOperand['loop'],
      row: number,
    ): RowOperand => ({
      element: type,
      loop: as,
      stride: contiguous ? 'c' : 's',
      pointer: rowPointer(b, p[name], p[`${name}Step`], row),
      step: contiguous ? undefined : (p[`${name}Stride`] as Local<'i32'>),
    });
    const rows = (name: string, type: RowOperand['element'], as: RowOperand['loop']): RowOperand[] =>
      Array.from({ length: count }, (_, row) => operand(name, type, as, row));
    const inputs = [
      operand('result', loop, loop, 0),
      ...rows('input', element, loop),
      ...(masked ? rows('mask', 'bool', 'bool') : []),
    ];
    const step = (acc: Value, x: Value, taken: Value | undefined): Value => {
      const next = rounded(loop, spec.combine(acc, x));
      return taken ? v.select(taken as Expr, next, acc) : next;
    };
    buildRow(b, {
      expr: (acc, ...rest) =>
        rest.slice(0, count).reduce((sum, x, row) => step(sum, x, rest[count + row]), acc),
      inputs,
      mask: undefined,
      outputs: [operand('result', loop, loop, 0)],
      n: p['n'] as Local<'i32'>,
      vectorsBelow: WORTH,
    });
  });
}

/** The operand's pointer in a later row. Every operand moves a pointer of its own. */
function rowPointer(b: Body, pointer: Local, step: Local | undefined, row: number): Local<'i32'> {
  return b.let(row === 0 || !step ? pointer : k.add(pointer, k.mul(step, row)), 'p') as Local<'i32'>;
}
