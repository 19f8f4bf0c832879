/** Kernels that find where a mask is true: how often, and at which offsets. */
import type { Body } from './build.ts';
import { func, k } from './build.ts';
import { nestOver, repeat } from './indexed.ts';
import type { Expr, KernelFunction, KernelModule, Local } from './ir.ts';

/** Mask bytes that are tested at a time. */
const BLOCK = 16;

/**
 * The kernel that counts and finds true elements. Exports, each with a nest `..._nest(argument block, end)`:
 * - `count(mask, n, step, end)` adds the number of true elements to the word at `end`;
 * - `find32(mask, place, n, steps..., end)` and `find64` write, for each true element, `place` as an i32 or i64 at the address
 *   that the word at `end` holds, and move that address on. `place` moves on with the mask.
 */
export function buildMask(): KernelModule {
  const rows: [KernelFunction, number][] = [
    [countRow(), 1],
    [findRow('i32'), 2],
    [findRow('i64'), 2],
  ];
  return {
    exports: rows.flatMap(([row, operands]) => [
      row,
      nestOver(`${row.name}_nest`, row, operands, { end: 'i32' }),
    ]),
  };
}

/** One bit for each of 16 mask bytes. */
const bitsAt = (mask: Expr): Expr => k.bitmask(k.ne(k.load('u8x16', mask), 0));

function countRow(): KernelFunction {
  return func(
    'count',
    { mask: 'i32', n: 'i32', step: 'i32', end: 'i32' },
    undefined,
    (b, { mask, n, step, end }) => {
      const total = b.let(k.load('i32', end), 'total');
      blocks(b, n, step, () => {
        b.bump(total, k.popcnt(bitsAt(mask)));
        b.bump(mask, BLOCK);
      });
      repeat(b, n, [{ pointer: mask, step }], () => b.bump(total, k.convert('i32', k.load('bool', mask))));
      b.store(end, total);
    },
  );
}

function findRow(type: 'i32' | 'i64'): KernelFunction {
  const bytes = type === 'i32' ? 4 : 8;
  const name = type === 'i32' ? 'find32' : 'find64';
  const params = {
    mask: 'i32',
    place: 'i32',
    n: 'i32',
    maskStep: 'i32',
    placeStep: 'i32',
    end: 'i32',
  } as const;
  return func(name, params, undefined, (b, { mask, place, n, maskStep, placeStep, end }) => {
    const out = b.let(k.load('i32', end), 'out');
    const write = (x: Expr): void => b.store(out, k.convert(type, x));
    blocks(b, n, maskStep, () => {
      const bits = b.let(bitsAt(mask), 'bits');
      b.while(k.ne(bits, 0), () => {
        write(k.add(place, k.mul(k.ctz(bits), placeStep)));
        b.bump(out, bytes);
        b.set(bits, k.and(bits, k.sub(bits, 1)));
      });
      b.bump(mask, BLOCK);
      b.bump(place, k.mul(placeStep, BLOCK));
    });
    const moving = [
      { pointer: mask, step: maskStep },
      { pointer: place, step: placeStep },
    ];
    repeat(b, n, moving, () => b.if(k.load('bool', mask), () => (write(place), b.bump(out, bytes))));
    b.store(end, out);
  });
}

/** Takes whole blocks of a dense mask off the n elements. */
function blocks(b: Body, n: Local, step: Expr, block: () => void): void {
  b.if(k.eq(step, 1), () => {
    b.while(k.ge(n, BLOCK), () => {
      block();
      b.bump(n, -BLOCK);
    });
  });
}
