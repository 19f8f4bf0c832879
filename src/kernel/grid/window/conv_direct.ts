/**
 * Convolutions of groups with few filters, depthwise ones above all: there is no matrix to multiply by, so an invocation sums up one
 * element of the result. For the gradient of the kernels a workgroup sums up a few neighbouring elements.
 */
import { k, lift } from '../../build.ts';
import type { ElementType } from '../../element.ts';
import { at, gridKernel } from '../build.ts';
import type { GridKernel, ParamType } from '../build.ts';
import { loadElement } from '../element.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr } from '../../ir.ts';
import type { ProductEnd } from '../product/results.ts';
import { endBuffers, endParams, writeEnd } from '../product/results.ts';
import { coordinates, divided, integers, isOn, nested, ofAxes, sumOf } from './window.ts';

/** Invocations of a workgroup of the kernels made here. */
export const DIRECT_GROUP = 256;

/** What a kernel is made for; all lengths and strides are parameters. */
export interface GridDirect {
  /** Spatial axes, 1 to 3. */
  readonly axes: number;
  readonly left: ElementType;
  readonly image: ElementType;
  /** What becomes of the elements: channels are its columns. */
  readonly end: ProductEnd;
  /** Whether places are those of the image only where they are multiples of a stride: the adjoint. */
  readonly strided: boolean;
}

/**
 * The kernel of a convolution or its adjoint to the images: c[n, filter, ...] = sum over channels of the group and taps of
 * a[filter, channel, tap] image[n, channel, place]. Along an axis the place is `column * columnStep + tap * tapStep + origin`, if
 * `strided` divided by `divisor`.
 */
export function buildGridDirect({ axes, left, image, end, strided }: GridDirect): GridKernel {
  const own = integers(
    ...['total', 'rows', 'filters', 'channels', 'imageOffset', 'imageOuter', 'imageChannel'],
    ...['aOffset', 'aRow', 'aOuter', 'aGroup'],
    ...ofAxes(axes, [
      'columns',
      'taps',
      'columnStep',
      'tapStep',
      'origin',
      'divisor',
      'length',
      'image',
      'a',
    ]),
  );
  const params: Record<string, ParamType> = { ...own, ...endParams(end) };
  const buffers: Record<string, BufferArray['access']> = { a: 'read', image: 'read', ...endBuffers(end) };
  const name = `convolution direct${end.key && ` ${end.key}`}`;
  const range = Array.from({ length: axes }, (_, d) => d);
  return gridKernel(name, DIRECT_GROUP, buffers, params, (b, arrays, p) => {
    const element = b.invocation;
    b.if(k.lt(element, p['total']), () => {
      const lengths = [p['filters'], ...range.map((d) => p[`columns${d}`])];
      const [outer, filter, ...columns] = coordinates(b, element, lengths);
      const [group, row] = divided(b, filter, p['rows']);
      const places = columns.map((x, d) =>
        b.let(k.add(k.mul(x, p[`columnStep${d}`]), p[`origin${d}`]), 'place'),
      );
      const leftStart = [p['aOffset'], k.mul(group, p['aGroup']), k.mul(row, p['aRow'])];
      const leftAt = b.let(sumOf(leftStart), 'leftAt');
      const channel = k.mul(group, p['channels']);
      const imageStart = [p['imageOffset'], k.mul(outer, p['imageOuter']), k.mul(channel, p['imageChannel'])];
      const imageAt = b.let(sumOf(imageStart), 'imageAt');
      const sum = b.let(lift(0, 'f32'), 'sum');
      const taps = range.map((d) => p[`taps${d}`]);
      nested(b, taps, (tap) => {
        const found = tap.map((t, d) => {
          const place = b.let(k.add(places[d], k.mul(t, p[`tapStep${d}`])), 'place');
          if (!strided) return { place, valid: isOn(place, p[`length${d}`]) };
          const [quotient, rest] = divided(b, place, p[`divisor${d}`]);
          return { place: quotient, valid: k.and(k.eq(rest, 0), isOn(quotient, p[`length${d}`])) };
        });
        b.if(
          found.map(({ valid }) => valid).reduce((x, y) => k.and(x, y)),
          () => {
            const l = b.let(sumOf([leftAt, ...tap.map((t, d) => k.mul(t, p[`a${d}`]))]), 'l');
            const i = b.let(sumOf([imageAt, ...found.map((x, d) => k.mul(x.place, p[`image${d}`]))]), 'i');
            b.for(0, p['channels'], 1, () => {
              const factors = [
                loadElement(arrays['a'], left, 'f32', l),
                loadElement(arrays['image'], image, 'f32', i),
              ];
              b.set(sum, k.add(sum, k.mul(factors[0] as Expr, factors[1] as Expr)));
              b.bump(l, p['aOuter']);
              b.bump(i, p['imageChannel']);
            });
          },
        );
      });
      writeEnd(b, end, arrays, p, element, filter, [sum]);
    });
  });
}

/** What a kernel for the gradient of kernels is made for. */
export interface GridTaps {
  readonly axes: number;
  readonly left: ElementType;
  readonly image: ElementType;
  /** Taps of the last axis that a workgroup sums up together, so that places are computed once for them. */
  readonly each: number;
}

/**
 * The kernel of the adjoint to the kernels: c[filter, channel, taps] = sum over images and columns of a[n, filter, column]
 * image[n, channel, column * columnStep + tap * tapStep + origin]. The elements of the sum are cut into `splits` parts, of which each
 * makes a result of its own.
 */
export function buildGridTaps({ axes, left, image, each }: GridTaps): GridKernel {
  const params = integers(
    ...['total', 'splits', 'splitDepth', 'depth', 'size', 'filters', 'rows', 'channels', 'chunks'],
    ...['aOffset', 'aOuter', 'aRow', 'imageOffset', 'imageOuter', 'imageChannel'],
    ...ofAxes(axes, ['columns', 'taps', 'columnStep', 'tapStep', 'origin', 'length', 'image', 'a']),
  );
  const last = axes - 1;
  const range = Array.from({ length: axes }, (_, d) => d);
  const buffers = { a: 'read', image: 'read', c: 'write' } as const;
  return gridKernel('convolution taps', DIRECT_GROUP, buffers, params, (b, arrays, p) => {
    const partial = b.shared('f32', DIRECT_GROUP * each, 'partial');
    b.if(k.lt(b.group, p['total']), () => {
      const outerTaps = range.slice(0, last).map((d) => p[`taps${d}`]);
      const [split, filter, channel, ...taps] = coordinates(b, b.group, [
        p['filters'],
        p['channels'],
        ...outerTaps,
        p['chunks'],
      ]);
      const firstTap = b.let(k.mul(taps[last], each), 'firstTap');
      const group = k.idiv(filter, p['rows']);
      const ownChannel = k.add(k.mul(group, p['channels']), channel);
      const leftAt = b.let(k.add(p['aOffset'], k.mul(filter, p['aRow'])), 'leftAt');
      const imageAt = b.let(k.add(p['imageOffset'], k.mul(ownChannel, p['imageChannel'])), 'imageAt');
      const origins = range.map((d) => {
        const tap = d === last ? firstTap : taps[d];
        return b.let(k.add(p[`origin${d}`], k.mul(tap, p[`tapStep${d}`])), 'origin');
      });
      const sums = Array.from({ length: each }, () => b.let(lift(0, 'f32'), 'sum'));
      const start = b.let(k.mul(split, p['splitDepth']), 'start');
      const end = b.let(k.min(p['depth'], k.add(start, p['splitDepth'])), 'end');
      b.for(k.add(start, b.local), end, DIRECT_GROUP, (l) => {
        const [n, ...columns] = coordinates(
          b,
          l,
          range.map((d) => p[`columns${d}`]),
        );
        const places = columns.map((x, d) =>
          b.let(k.add(k.mul(x, p[`columnStep${d}`]), origins[d]), 'place'),
        );
        const inside = range.slice(0, last).map((d) => isOn(places[d], p[`length${d}`]));
        b.if(
          inside.reduce((x, y) => k.and(x, y), lift(true, 'bool')),
          () => {
            const from = [leftAt, k.mul(n, p['aOuter']), ...columns.map((x, d) => k.mul(x, p[`a${d}`]))];
            const g = b.let(loadElement(arrays['a'], left, 'f32', b.let(sumOf(from), 'from')) as Expr, 'g');
            const row = [imageAt, k.mul(n, p['imageOuter'])];
            range.slice(0, last).forEach((d) => row.push(k.mul(places[d], p[`image${d}`])));
            const rowAt = b.let(sumOf(row), 'rowAt');
            sums.forEach((sum, e) => {
              const place = b.let(k.add(places[last], k.mul(p[`tapStep${last}`], e)), 'place');
              b.if(isOn(place, p[`length${last}`]), () => {
                const index = k.add(rowAt, k.mul(place, p[`image${last}`]));
                b.set(sum, k.add(sum, k.mul(g, loadElement(arrays['image'], image, 'f32', index) as Expr)));
              });
            });
          },
        );
      });
      sums.forEach((sum, e) => b.put(partial, k.add(b.local, e * DIRECT_GROUP), sum));
      b.barrier();
      for (let half = DIRECT_GROUP / 2; half >= 1; half /= 2) {
        b.if(k.lt(b.local, half), () => {
          for (let e = 0; e < each; e++) {
            const own = b.let(k.add(b.local, e * DIRECT_GROUP), 'own');
            b.put(partial, own, k.add(at(partial, own), at(partial, k.add(own, half))));
          }
        });
        b.barrier();
      }
      const tap = b.let(k.add(firstTap, b.local), 'tap');
      b.if(k.and(k.lt(b.local, each), k.lt(tap, p[`taps${last}`])), () => {
        const dense = [
          ...range.slice(0, last).map((d) => [taps[d], p[`taps${d}`]]),
          [tap, p[`taps${last}`]],
        ].reduce(
          (index: Expr, [x, length]) => k.add(k.mul(index, length), x),
          k.add(k.mul(filter, p['channels']), channel),
        );
        const place = k.add(k.mul(split, p['size']), dense);
        b.put(arrays['c'], place, k.bitcast('u32', at(partial, k.mul(b.local, DIRECT_GROUP))));
      });
    });
  });
}
