/** Elements of planes by their index: read, written or added to. */
import { func, k } from '../build.ts';
import type { Expr, KernelFunction, KernelModule, Local } from '../ir.ts';
import { repeat } from '../indexed.ts';
import type { ScalarType } from '../types.ts';
import { BYTES } from '../types.ts';

const PARAMS = {
  planes: 'i32',
  share: 'i32',
  count: 'i32',
  indices: 'i32',
  chosen: 'i32',
  chosenPlane: 'i32',
  plain: 'i32',
} as const;

const INDEX = BYTES.i64;

/**
 * `pick`, `put` and `add`, each `(planes, share, count, indices, chosen, chosenPlane, plain)`: in each plane, `count` elements of `plain`
 * and those of `chosen` that the i64 indices name; what no index names is 0 after `put` and `add`. `share` planes after each other have the
 * same indices.
 */
export function places(type: 'f32' | 'f64'): KernelModule {
  const load = (at: Expr): Expr => k.load(type, at);
  return {
    exports: [
      eachPlace('pick', type, (chosen, plain) => ({ to: plain, value: load(chosen) })),
      eachPlace('put', type, (chosen, plain) => ({ to: chosen, value: load(plain) })),
      eachPlace('add', type, (chosen, plain) => ({ to: chosen, value: k.add(load(chosen), load(plain)) })),
    ],
  };
}

type Move = (chosen: Local, plain: Local) => { to: Expr; value: Expr };

function eachPlace(name: string, type: ScalarType, move: Move): KernelFunction {
  return func(name, PARAMS, undefined, (b, p) => {
    const first = b.let(p.indices, 'first');
    const left = b.let(p.share, 'left');
    b.for(0, p.planes, 1, () => {
      if (name !== 'pick') b.fill(p.chosen, 0, p.chosenPlane);
      const index = b.let(first, 'index');
      const moving = [
        { pointer: index, step: INDEX },
        { pointer: p.plain, step: BYTES[type] },
      ];
      repeat(b, p.count, moving, () => {
        const at = k.mul(k.convert('i32', k.load('i64', index)), BYTES[type]);
        const { to, value } = move(b.let(k.add(p.chosen, at), 'chosen'), p.plain);
        b.store(to, value);
      });
      b.bump(p.chosen, p.chosenPlane);
      b.bump(left, -1);
      b.if(k.eq(left, 0), () => {
        b.set(left, p.share);
        b.set(first, index);
      });
    });
  });
}
