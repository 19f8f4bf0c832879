/** Walks that are planned once: the same shapes and strides come again and again, in loops above all. */
import { broadcastStrides, sameShape } from '../array/layout.ts';
import type { Walk } from './iterate.ts';
import { planWalk, tiled } from './iterate.ts';

/** What a route depends on of an operand. */
export interface Lie {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A walk whose addresses count from each operand's first element, and what its user made for it. */
export interface Leg<T> {
  readonly walk: Walk;
  readonly made: T;
}

interface Route<T> {
  readonly shape: readonly number[];
  readonly lies: readonly Lie[];
  readonly legs: readonly Leg<T>[];
}

/** So many routes are kept. */
const KEPT = 8;

/** The routes that a kernel took last. */
export class Routes<T> {
  readonly #make: (walk: Walk) => T;
  readonly #routes: Route<T>[] = [];
  #next = 0;

  /** @param make - what is made for each walk once */
  constructor(make: (walk: Walk) => T) {
    this.#make = make;
  }

  /**
   * The walks over operands that broadcast to `shape`.
   *
   * @param shape - the common shape, of at least one element
   * @param operands - the operands, outputs last
   * @param outputs - how many of them are outputs
   */
  over(shape: readonly number[], operands: readonly Lie[], outputs: number): readonly Leg<T>[] {
    for (const route of this.#routes) {
      if (sameShape(route.shape, shape) && sameLies(route.lies, operands)) return route.legs;
    }
    const layouts = operands.map((lie) => ({
      address: 0,
      strides: broadcastStrides(lie.shape, lie.strides, shape),
    }));
    const walks = tiled(planWalk(shape, layouts, outputs));
    const legs = walks.map((walk) => ({ walk, made: this.#make(walk) }));
    const lies = operands.map(({ shape, strides }) => ({ shape, strides }));
    this.#routes[this.#next++ % KEPT] = { shape, lies, legs };
    return legs;
  }
}

function sameLies(a: readonly Lie[], b: readonly Lie[]): boolean {
  for (let i = 0; i < a.length; i++) {
    if (!sameShape(a[i].shape, b[i].shape) || !sameShape(a[i].strides, b[i].strides)) return false;
  }
  return true;
}
