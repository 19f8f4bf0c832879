/**
 * Elementwise kernels for a grid: an invocation computes one element of each result, or all elements that share a word, or four words
 * that are read and written together, where so little is computed that memory is what takes the time.
 */
import { k, local } from '../build.ts';
import { computeType, layoutOf } from '../element.ts';
import type { ElementType } from '../element.ts';
import { at, gridKernel, vectorOf } from './build.ts';
import type { GridBody, GridKernel, ParamType } from './build.ts';
import { loadElement, packWord, perWord, storeElement, elementWord, wordElement } from './element.ts';
import type { BufferArray } from './ir.ts';
import type { Expr, Local } from '../ir.ts';
import { nodesOf } from '../traverse.ts';
import type { Value } from '../value.ts';
import { partsOf, valueOf } from '../value.ts';

/** How an operand lies along the elements in order: side by side, all in one place, or by strides. */
export type GridStride = 'dense' | 'one' | 'strided';

/** An operand of a grid kernel in memory. */
export interface GridOperand {
  /** Which of the kernel's buffers it is in: operands that share memory share one. */
  readonly buffer: number;
  readonly element: ElementType;
  readonly stride: GridStride;
  /** Whether it is dense, of one word an element, and begins and ends at a multiple of four words. */
  readonly aligned: boolean;
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

/** Invocations of a workgroup of the kernels made here. */
export const MAP_GROUP = 256;

/** The kernel of a map, and how many elements an invocation computes. */
export interface GridMapKernel extends GridKernel {
  readonly each: number;
}

/** Nodes of the expressions of an element up to which four are computed together: beyond, computing is what takes the time. */
const FEW_NODES = 64;

/**
 * The kernel of a map. Its parameters: the number of elements, the lengths of all axes but the outermost (inner axes first), for each
 * operand its offset and, of strided ones, its strides (inner axes first), all in elements; then the scalars.
 */
export function buildGridMap(map: GridMap): GridMapKernel {
  const { leaves, results, rank, scalars } = map;
  const params: Record<string, ParamType> = { n: 'i32' };
  for (let d = 0; d < rank - 1; d++) params[`length${d}`] = 'i32';
  [...leaves, ...results].forEach(({ stride }, i) => {
    params[`offset${i}`] = 'i32';
    if (stride === 'strided') for (let d = 0; d < rank; d++) params[`stride${i}_${d}`] = 'i32';
  });
  scalars.forEach((type, i) => (params[`x${i}`] = type));
  const { each, specs, write } = wayOf(map);
  const kernel = gridKernel(map.name, MAP_GROUP, namedBuffers(specs), params, (b, buffers, p) => {
    const arrays = Object.values(buffers);
    b.if(k.lt(b.invocation, each === 1 ? p['n'] : words(p['n'], each)), () => write(b, map, arrays, p));
  });
  return { ...kernel, each };
}

/** How a map is computed: how many elements by an invocation, which writes them with `write`, of buffers of which kinds. */
interface Way {
  readonly each: number;
  readonly specs: readonly BufferSpec[];
  readonly write: (b: GridBody, map: GridMap, arrays: readonly BufferArray[], p: Params) => void;
}

function wayOf(map: GridMap): Way {
  const { results, masked } = map;
  const each = perWord(results[0].element);
  if (masked || !results.every((r) => r.whole && perWord(r.element) === each)) {
    const shares = (element: ElementType): boolean => perWord(element) > 1;
    return { each: 1, specs: bufferSpecs(map, shares), write: writeElements };
  }
  const specs = bufferSpecs(map, () => false);
  if (each > 1) return { each, specs, write: (b, ...rest) => writeWords(b, ...rest, each) };
  const fours = buffersInFours(map);
  if (!results.every(({ buffer }) => fours[buffer]) || nodesIn(map) > FEW_NODES)
    return { each: 1, specs, write: writeElements };
  const wide = specs.map(({ access }, i): BufferSpec => ({ access, type: fours[i] ? 'u32x4' : 'u32' }));
  return { each: 4, specs: wide, write: writeFours };
}

/** Which buffers can be read and written four words at a time. */
function buffersInFours({ leaves, results, buffers }: GridMap): boolean[] {
  const fours = new Array<boolean>(buffers).fill(true);
  for (const { buffer, aligned } of [...leaves, ...results]) fours[buffer] &&= aligned;
  return fours;
}

/** The nodes of the expressions of an element. */
function nodesIn({ leaves, scalars, value }: GridMap): number {
  const loaded = leaves.map(({ element }) => unknown(element));
  const values = value(
    loaded,
    scalars.map((type) => local(type, 'x')),
  );
  return nodesOf(values.flatMap((x) => [...partsOf(x)])).length;
}

/** A value that is not known yet. */
function unknown(element: ElementType): Value {
  const parts = Array.from({ length: layoutOf(element).parts }, () => local(computeType(element), 'x'));
  return valueOf(parts);
}

type Params = Readonly<Record<string, Local<ParamType>>>;

const words = (n: Expr, each: number): Expr => k.shr(k.add(n, each - 1), Math.log2(each));

type BufferSpec = Pick<BufferArray, 'access' | 'type'>;

/** A buffer that elements sharing a word are written to one by one must be atomic. */
function bufferSpecs({ buffers, results }: GridMap, shares: (element: ElementType) => boolean): BufferSpec[] {
  const access = new Array<BufferArray['access']>(buffers).fill('read');
  for (const { buffer, element } of results) {
    if (shares(element)) access[buffer] = 'atomic';
    else if (access[buffer] === 'read') access[buffer] = 'write';
  }
  return access.map((a) => ({ access: a, type: 'u32' }));
}

const namedBuffers = (specs: readonly BufferSpec[]): Record<string, BufferSpec> =>
  Object.fromEntries(specs.map((spec, i) => [`b${i}`, spec]));

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
  return valuesOf(map, p, loaded);
}

const valuesOf = ({ value, scalars }: GridMap, p: Params, leaves: readonly Value[]): readonly Value[] =>
  value(
    leaves,
    scalars.map((_, i) => p[`x${i}`]),
  );

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

/** Writes four words of each result. */
function writeFours(b: GridBody, map: GridMap, arrays: readonly BufferArray[], p: Params): void {
  const { leaves, results } = map;
  const inFours = ({ buffer }: GridOperand): boolean => arrays[buffer].type === 'u32x4';
  const place = (i: number): Expr => k.add(k.shr(p[`offset${i}`], 2), b.invocation);
  const vectors = leaves.map((leaf, i) =>
    inFours(leaf) ? b.let(at(arrays[leaf.buffer], place(i)), 'four') : null,
  );
  const first = b.let(k.mul(b.invocation, 4), 'first');
  const all = [0, 1, 2, 3].map((lane) => {
    const places = placesAt(b, map, p, lane === 0 ? first : b.let(k.add(first, lane), 'element'));
    const loaded = leaves.map(({ buffer, element }, i) => {
      const vector = vectors[i];
      return vector === null
        ? loadElement(arrays[buffer], element, element, places[i])
        : wordElement(element, k.extract(vector, lane));
    });
    return valuesOf(map, p, loaded).map((value) => settled(b, value));
  });
  results.forEach(({ buffer, element, loop }, i) => {
    const words = all.map((values) => elementWord(element, loop, values[i]));
    b.put(arrays[buffer], place(leaves.length + i), vectorOf('u32x4', words));
  });
}
