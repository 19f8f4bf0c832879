/** Elements of planes by their index in the plane on a grid: picked, put, and added up. */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import { CHECK_PARAM, fail } from '../failure.ts';
import { divided, integers, isOn } from './window.ts';
import type { Params } from './window.ts';

/** Invocations of a workgroup of the kernels made here. */
export const PLACES_GROUP = 256;

const VALUES = ['offset', 'plane', 'stride'] as const;
const INDICES = ['share', 'count', 'indexOffset', 'indexPlane', 'indexStride'] as const;

/** Visits every index, one an invocation: its plane, its number there, and what it is. */
function eachIndex(
  b: GridBody,
  indices: BufferArray,
  p: Params,
  visit: (plane: Expr, number: Expr, index: Expr) => void,
): void {
  b.if(k.lt(b.invocation, p['total']), () => {
    const [plane, number] = divided(b, b.invocation, p['count']);
    const [own] = divided(b, plane, p['share']);
    const from = k.add(p['indexOffset'], k.add(k.mul(own, p['indexPlane']), k.mul(number, p['indexStride'])));
    visit(plane, number, b.let(k.bitcast('i32', at(indices, from)), 'index'));
  });
}

/** The element of a plane of the values. */
function valueAt(
  b: GridBody,
  values: BufferArray,
  element: ElementType,
  p: Params,
  plane: Expr,
  i: Expr,
): Expr {
  const place = k.add(p['offset'], k.add(k.mul(plane, p['plane']), k.mul(i, p['stride'])));
  return loadElement(values, element, 'f32', b.let(place, 'place')) as Expr;
}

/** The kernel that picks the elements that indices name. Buffers: values, indices, the result in C order. */
export function buildGridPick(element: ElementType): GridKernel {
  const params = integers('total', ...VALUES, ...INDICES);
  const buffers = { values: 'read', indices: 'read', c: 'write' } as const;
  return gridKernel('pick at indices', PLACES_GROUP, buffers, params, (b, { values, indices, c }, p) =>
    eachIndex(b, indices, p, (plane, _, index) =>
      b.put(c, b.invocation, k.bitcast('u32', valueAt(b, values, element, p, plane, index))),
    ),
  );
}

/**
 * The kernel that finds, for each place of planes of `size` elements, the last of the values that is put there: one more than its number
 * in its plane, in words that are 0 before. Indices outside fail with a code, the index and the size. Buffers: indices, these words, the status.
 */
export function buildGridOwners(outside: number): GridKernel {
  const params = integers('total', 'size', CHECK_PARAM, ...INDICES);
  const buffers = { indices: 'read', owners: 'atomic', status: 'atomic' } as const;
  return gridKernel('owners of places', PLACES_GROUP, buffers, params, (b, { indices, owners, status }, p) =>
    eachIndex(b, indices, p, (plane, number, index) =>
      b.if(
        isOn(index, p['size']),
        () => {
          const place = k.add(k.mul(plane, p['size']), index);
          b.atomic('max', owners, place, k.bitcast('u32', k.add(number, 1)));
        },
        () => fail(b, status, p[CHECK_PARAM], outside, [index, p['size']]),
      ),
    ),
  );
}

/** The kernel that puts values where they own a place, and 0 elsewhere. Buffers: values, owners, the result. */
export function buildGridPut(element: ElementType): GridKernel {
  const params = integers('total', 'size', ...VALUES);
  const buffers = { values: 'read', owners: 'read', c: 'write' } as const;
  return gridKernel('put at indices', PLACES_GROUP, buffers, params, (b, { values, owners, c }, p) =>
    b.if(k.lt(b.invocation, p['total']), () => {
      const owner = b.let(k.bitcast('i32', at(owners, b.invocation)), 'owner');
      const [plane] = divided(b, b.invocation, p['size']);
      const number = b.let(k.max(k.sub(owner, 1), 0), 'number');
      const value = k.select(k.gt(owner, 0), valueAt(b, values, element, p, plane, number), lift(0, 'f32'));
      b.put(c, b.invocation, k.bitcast('u32', value));
    }),
  );
}

/**
 * The kernel that adds values to the places that indices name, in an order that is not fixed: there is no atomic addition of floats, so
 * each is tried until no other has come between. Buffers: values, indices, the sums, which are 0 before.
 */
export function buildGridAdd(element: ElementType): GridKernel {
  const params = integers('total', 'size', ...VALUES, ...INDICES);
  const buffers = { values: 'read', indices: 'read', sums: 'atomic' } as const;
  return gridKernel('add at indices', PLACES_GROUP, buffers, params, (b, { values, indices, sums }, p) =>
    eachIndex(b, indices, p, (plane, number, index) =>
      b.if(isOn(index, p['size']), () => {
        const place = b.let(k.add(k.mul(plane, p['size']), index), 'place');
        const value = b.let(valueAt(b, values, element, p, plane, number), 'value');
        const before = b.let(at(sums, place), 'before');
        const isDone = b.let(lift(false, 'bool'), 'isDone');
        b.while(k.not(isDone), () => {
          const sum = k.bitcast('u32', k.add(k.bitcast('f32', before), value));
          const found = b.compareExchange(sums, place, before, sum);
          b.set(isDone, k.eq(found, before));
          b.set(before, found);
        });
      }),
    ),
  );
}
