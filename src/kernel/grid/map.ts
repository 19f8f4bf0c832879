/** Elementwise kernels for a grid: an invocation computes one element of each result, or all elements that share a word. */
import { k } from '../build.ts';
import type { ElementType } from '../element.ts';
import { gridKernel } from './build.ts';
import type { GridBody, GridKernel, ParamType } from './build.ts';
import { loadElement, packWord, perWord, storeElement } from './element.ts';
import type { BufferArray } from './ir.ts';
import type { Expr, Local } from '../ir.ts';
import type { Value } from '../value.ts';

/** How an operand lies along the elements in order: side by side, all in one place, or by strides. */
export type GridStride = 'dense' | 'one' | 'strided';

/** An operand of a grid kernel in memory. */
export interface GridOperand {
  /** Which of the kernel's buffers it is in: operands that share memory share one. */
  readonly buffer: number;
  readonly element: ElementType;
  readonly stride: GridStride;
}

/** A result: elements that share a word are written together where they fill it, and one by one otherwise. */
export interface GridResult extends GridOperand {
  readonly whole: boolean;
  /** The type that its value is computed in. */
  readonly loop: ElementType;
}

export interface GridMap {
  readonly name: string;
  /** Axes after merging; 0 for one element. */
  readonly rank: number;
  readonly buffers: number;
  readonly leaves: readonly GridOperand[];
  readonly scalars: readonly ParamType[];
  readonly results: readonly GridResult[];
  /** Whether the last leaf, a bool, says which elements are written. */
  readonly masked: boolean;
  /** The results' values in their loop types, of leaves in their own types. */
  readonly value: (leaves: readonly Value[], scalars: readonly Expr[]) => readonly Value[];
}

const GROUP = 256;

/** How many elements an invocation computes. */
export function elementsEach({ results, masked }: Pick<GridMap, 'results' | 'masked'>): number {
  const [{ element }] = results;
  const each = perWord(element);
  return !masked && results.every((r) => r.whole && perWord(r.element) === each) ? each : 1;
}

/** Invocations of a workgroup of the kernels made here. */
export const MAP_GROUP = GROUP;

/**
 * The kernel of a map. Its parameters: the number of elements, the lengths of all axes but the outermost (inner axes first), for each
 * operand its offset and, of strided ones, its strides (inner axes first), all in elements; then the scalars.
 */
export function buildGridMap(map: GridMap): GridKernel {
  const { leaves, results, rank, scalars } = map;
  const params: Record<string, ParamType> = { n: 'i32' };
  for (let d = 0; d < rank - 1; d++) params[`length${d}`] = 'i32';
  [...leaves, ...results].forEach(({ stride }, i) => {
    params[`offset${i}`] = 'i32';
    if (stride === 'strided') for (let d = 0; d < rank; d++) params[`stride${i}_${d}`] = 'i32';
  });
  scalars.forEach((type, i) => (params[`x${i}`] = type));
  return gridKernel(map.name, GROUP, bufferSpecs(map), params, (b, buffers, p) => {
    const arrays = Object.values(buffers);
    const each = elementsEach(map);
    b.if(k.lt(b.invocation, each === 1 ? p['n'] : words(p['n'], each)), () => {
      if (each === 1) writeElements(b, map, arrays, p);
      else writeWords(b, map, arrays, p, each);
    });
  });
}

type Params = Readonly<Record<string, Local<ParamType>>>;

const words = (n: Expr, each: number): Expr => k.shr(k.add(n, each - 1), Math.log2(each));

/** A buffer that elements sharing a word are written to one by one must be atomic. */
function bufferSpecs({ buffers, results, masked }: GridMap): Record<string, BufferArray['access']> {
  const each = elementsEach({ results, masked });
  const access = new Array<BufferArray['access']>(buffers).fill('read');
  for (const { buffer, element } of results) {
    const shares = perWord(element) > 1 && each === 1;
    if (shares) access[buffer] = 'atomic';
    else if (access[buffer] === 'read') access[buffer] = 'write';
  }
  return Object.fromEntries(access.map((a, i) => [`b${i}`, a]));
}

/** The places of the operands at an element. */
function placesAt(b: GridBody, { leaves, results, rank }: GridMap, p: Params, element: Expr): Expr[] {
  const operands = [...leaves, ...results];
  const coordinates: Expr[] = [];
  if (operands.some(({ stride }) => stride === 'strided')) {
    let rest = element;
    for (let d = 0; d < rank - 1; d++) {
      const outer = b.let(k.idiv(rest, p[`length${d}`]), 'rest');
      coordinates.push(b.let(k.sub(rest, k.mul(outer, p[`length${d}`])), 'at'));
      rest = outer;
    }
    if (rank > 0) coordinates.push(rest);
  }
  return operands.map(({ stride }, i) => {
    const offset = p[`offset${i}`];
    if (stride === 'one') return offset;
    if (stride === 'dense') return k.add(offset, element);
    return coordinates.reduce((sum: Expr, at, d) => k.add(sum, k.mul(at, p[`stride${i}_${d}`])), offset);
  });
}

function valuesAt(
  map: GridMap,
  arrays: readonly BufferArray[],
  p: Params,
  places: readonly Expr[],
): readonly Value[] {
  const loaded = map.leaves.map(({ buffer, element }, i) =>
    loadElement(arrays[buffer], element, element, places[i]),
  );
  return map.value(
    loaded,
    map.scalars.map((_, i) => p[`x${i}`]),
  );
}

function writeElements(b: GridBody, map: GridMap, arrays: readonly BufferArray[], p: Params): void {
  const { leaves, results, masked } = map;
  const places = placesAt(b, map, p, b.invocation).map((place) => b.let(place, 'place'));
  const write = (): void => {
    // All values are computed before one is written, which may be in an operand's place.
    const values = valuesAt(map, arrays, p, places).map((value) => settled(b, value));
    results.forEach(({ buffer, element, loop }, i) =>
      storeElement(b, arrays[buffer], element, loop, places[leaves.length + i], values[i]),
    );
  };
  if (!masked) return write();
  const last = leaves.length - 1;
  const mask = loadElement(arrays[leaves[last].buffer], 'bool', 'bool', places[last]) as Expr;
  b.if(mask, write);
}

/** A value whose parts are computed now. */
function settled(b: GridBody, value: Value): Value {
  return 'op' in value ? b.let(value, 'value') : { re: b.let(value.re, 're'), im: b.let(value.im, 'im') };
}

function writeWords(
  b: GridBody,
  map: GridMap,
  arrays: readonly BufferArray[],
  p: Params,
  each: number,
): void {
  const first = b.let(k.mul(b.invocation, each), 'first');
  const last = b.let(k.sub(p['n'], 1), 'last');
  const all = Array.from({ length: each }, (_, j) => {
    const element = j === 0 ? first : b.let(k.min(k.add(first, j), last), 'element');
    return valuesAt(map, arrays, p, placesAt(b, map, p, element)).map((value) => settled(b, value));
  });
  map.results.forEach(({ buffer, element, loop }, i) => {
    const offset = k.shr(p[`offset${map.leaves.length + i}`], Math.log2(each));
    const word = packWord(
      element,
      loop,
      all.map((values) => values[i]),
    );
    b.put(arrays[buffer], k.add(offset, b.invocation), word);
  });
}
