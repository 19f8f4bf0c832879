/** Properties that a result must have where NumPy leaves its exact values open. */
import { gather, half, isComplex } from './elements.ts';
import { isArray } from './namespace.ts';
import type { ArrayLike, TypedArray } from './namespace.ts';
import { Difference } from './compare.ts';

type Property = (
  result: unknown,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
) => void;

export const PROPERTIES: Readonly<Record<string, Property>> = {
  'shape and dtype': () => undefined,
  /** The distinct values in any order, of equal ones (-0 and +0) any; each NaN may be a value. */
  'set of values': (result, args) => {
    const found = namesOf(result as ArrayLike);
    const distinct = new Set(namesOf(args[0] as ArrayLike));
    const missing = [...distinct].find((name) => !found.includes(name));
    if (missing !== undefined) throw new Difference(`the value ${missing} is missing`);
    const strange = found.find(
      (name, i) => !distinct.has(name) || (name !== 'NaN' && found.indexOf(name) < i),
    );
    if (strange !== undefined)
      throw new Difference(`the value ${strange} is not in the input, or comes twice`);
  },
  partition: (result, args, keywords) => {
    const { kth, axis } = partitionArguments(args, keywords);
    const input = linesOf(args[0] as ArrayLike, axis);
    const output = linesOf(result as ArrayLike, axis === null ? -1 : axis);
    output.forEach((line, i) => checkPartition(line, input[i], kth));
  },
  argpartition: (result, args, keywords) => {
    const { kth, axis } = partitionArguments(args, keywords);
    const input = linesOf(args[0] as ArrayLike, axis);
    linesOf(result as ArrayLike, axis === null ? -1 : axis).forEach((line, i) => {
      const places = line.map(([place]) => place);
      checkPartition(
        places.map((place) => input[i][place]),
        input[i],
        kth,
      );
    });
  },
};

/** The elements as text, equal for equal elements and for every NaN. */
function namesOf(a: ArrayLike): string[] {
  const data = gather(a);
  const parts = isComplex(a.dtype.name) ? 2 : 1;
  return Array.from({ length: data.length / parts }, (_, i) => {
    const names = Array.from(data.slice(parts * i, parts * (i + 1)) as Iterable<number | bigint>, (x) =>
      String(a.dtype.name === 'float16' ? half(Number(x)) : x),
    );
    return names.includes('NaN') ? 'NaN' : names.join(' ');
  });
}

/** Dtype and shape, which every property includes. */
export function checkForm(
  dtype: string,
  shape: readonly number[],
  result: unknown,
): asserts result is ArrayLike {
  if (!isArray(result)) throw new Difference(`expected an array, got ${typeof result}`);
  if (result.dtype.name !== dtype || String(result.shape) !== String(shape)) {
    throw new Difference(
      `expected array of ${dtype} (${shape.join(',')}), got array of ${result.dtype.name} (${result.shape.join(',')})`,
    );
  }
}

function partitionArguments(args: readonly unknown[], keywords: Readonly<Record<string, unknown>>) {
  const axis = 'axis' in keywords ? (keywords.axis as number | null) : ((args[2] ?? -1) as number);
  return { kth: [args[1]].flat() as number[], axis };
}

/** An element as numbers that order it: its value, or real and imaginary part. */
type Key = readonly number[];

function before(a: Key, b: Key): boolean {
  if (a.length === 1) return a[0] < b[0] || (Number.isNaN(b[0]) && !Number.isNaN(a[0]));
  const rank = (k: Key): number => (Number.isNaN(k[0]) ? 2 : 0) + (Number.isNaN(k[1]) ? 1 : 0);
  if (rank(a) !== rank(b)) return rank(a) < rank(b);
  const real = Number.isNaN(a[0]) ? 0 : a[0] - b[0];
  return real === 0 ? a[1] < b[1] : real < 0;
}

const order = (a: Key, b: Key): number => (before(a, b) ? -1 : before(b, a) ? 1 : 0);

function checkPartition(line: readonly Key[], input: readonly Key[], kth: readonly number[]): void {
  const sorted = [...input].sort(order);
  const again = [...line].sort(order);
  if (again.some((key, i) => order(key, sorted[i]) !== 0))
    throw new Difference('the elements are not those of the input');
  for (const place of kth) {
    const k = place < 0 ? place + line.length : place;
    const wrong = line.findIndex((key, i) => (i < k ? before(line[k], key) : before(key, line[k])));
    if (wrong >= 0) throw new Difference(`element ${wrong} is on the wrong side of element ${k}`);
  }
}

/** The lines of an array along an axis; all of it as one line for null. */
function linesOf(a: ArrayLike, axis: number | null): Key[][] {
  const data = gather(a);
  const dtype = a.dtype.name;
  const size = a.shape.reduce((product, n) => product * n, 1);
  const keys = Array.from({ length: size }, (_, i) => keyOf(dtype, data, i));
  if (axis === null) return [keys];
  const at = axis < 0 ? axis + a.shape.length : axis;
  const length = a.shape[at];
  const inner = a.shape.slice(at + 1).reduce((product, n) => product * n, 1);
  return Array.from({ length: size / length }, (_, line) => {
    const start = Math.floor(line / inner) * inner * length + (line % inner);
    return Array.from({ length }, (__, i) => keys[start + i * inner]);
  });
}

function keyOf(dtype: string, data: TypedArray, i: number): Key {
  if (isComplex(dtype)) return [Number(data[2 * i]), Number(data[2 * i + 1])];
  return [dtype === 'float16' ? half(Number(data[i])) : Number(data[i])];
}
