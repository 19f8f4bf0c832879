/** Indexing by its definition: for each place of the result, which element it is. Slow and plain, to test against. */

/** An index array, or a mask, of any shape, as a flat list. */
export interface Listed<T> {
  readonly shape: readonly number[];
  readonly list: readonly T[];
}

export type Item =
  | { readonly kind: 'integer'; readonly value: number }
  | {
      readonly kind: 'slice';
      readonly start: number | null;
      readonly stop: number | null;
      readonly step: number | null;
    }
  | { readonly kind: 'newaxis' }
  | { readonly kind: 'ellipsis' }
  | ({ readonly kind: 'array' } & Listed<number>)
  | ({ readonly kind: 'mask' } & Listed<boolean>);

/** The shape of a result, and for each place the position of its element in the flattened array. */
export interface Chosen {
  readonly shape: readonly number[];
  readonly positions: readonly number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** The position along each axis of a position in the flattened array. */
export function unravel(position: number, shape: readonly number[]): number[] {
  const at = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

const ravel = (at: readonly number[], shape: readonly number[]): number =>
  shape.reduce((position, n, axis) => position * n + at[axis], 0);

/** Python's `range(*slice(start, stop, step).indices(n))`. */
function range(n: number, start: number | null, stop: number | null, step: number): number[] {
  const bound = (x: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, x < 0 ? x + n : x));
  const found: number[] = [];
  if (step > 0) {
    const end = stop === null ? n : bound(stop, 0, n);
    for (let i = start === null ? 0 : bound(start, 0, n); i < end; i += step) found.push(i);
  } else {
    const end = stop === null ? -1 : bound(stop, -1, n - 1);
    for (let i = start === null ? n - 1 : bound(start, -1, n - 1); i > end; i += step) found.push(i);
  }
  return found;
}

/** One item for one axis of the array, or for a new axis. */
type Part =
  | { readonly kind: 'basic'; readonly positions: readonly number[] | null; readonly length: number }
  | ({ readonly kind: 'array'; readonly outside: boolean } & Listed<number>);

function consumed(item: Item): number {
  if (item.kind === 'mask') return item.shape.length;
  return item.kind === 'newaxis' || item.kind === 'ellipsis' ? 0 : 1;
}

/** Items as parts, or `null` for an index that is refused. */
function partsOf(shape: readonly number[], items: readonly Item[]): Part[] | null {
  const used = items.reduce((n, item) => n + consumed(item), 0);
  if (used > shape.length || items.filter((item) => item.kind === 'ellipsis').length > 1) return null;
  const all = items.some((item) => item.kind === 'ellipsis')
    ? items
    : [...items, { kind: 'ellipsis' } as const];
  const advanced = items.some((item) => item.kind === 'array' || item.kind === 'mask');
  const parts: Part[] = [];
  let axis = 0;
  for (const item of all) {
    const n = shape[axis];
    switch (item.kind) {
      case 'newaxis':
        parts.push({ kind: 'basic', positions: null, length: 1 });
        break;
      case 'ellipsis':
        for (let i = 0; i < shape.length - used; i++) parts.push(whole(shape[axis++]));
        if (shape.length === used) parts.push({ kind: 'basic', positions: null, length: -1 });
        break;
      case 'slice': {
        const positions = range(n, item.start, item.stop, item.step ?? 1);
        parts.push({ kind: 'basic', positions, length: positions.length });
        axis++;
        break;
      }
      case 'integer':
      case 'array': {
        const { list, shape: own } = item.kind === 'array' ? item : { list: [item.value], shape: [] };
        const outside = list.some((i) => i < -n || i >= n);
        if (outside && item.kind === 'integer') return null;
        const positive = list.map((i) => (i < 0 ? i + n : i));
        parts.push(
          advanced || item.kind === 'array'
            ? { kind: 'array', shape: own, list: positive, outside }
            : { kind: 'basic', positions: positive, length: -2 },
        );
        axis++;
        break;
      }
      case 'mask': {
        if (item.shape.some((m, i) => m !== shape[axis + i])) return null;
        const found = item.list.flatMap((x, i) => (x ? [unravel(i, item.shape)] : []));
        item.shape.forEach((_, i) => {
          parts.push({
            kind: 'array',
            shape: [found.length],
            list: found.map((at) => at[i]),
            outside: false,
          });
        });
        axis += item.shape.length;
      }
    }
  }
  return parts;
}

const whole = (n: number): Part => ({ kind: 'basic', positions: range(n, null, null, 1), length: n });

function broadcast(shapes: readonly (readonly number[])[]): number[] | null {
  const ndim = Math.max(0, ...shapes.map((s) => s.length));
  const result = new Array<number>(ndim).fill(1);
  for (const shape of shapes) {
    for (let i = 1; i <= shape.length; i++) {
      const n = shape[shape.length - i];
      if (n === 1) continue;
      if (result[ndim - i] !== 1 && result[ndim - i] !== n) return null;
      result[ndim - i] = n;
    }
  }
  return result;
}

/** What `items` choose of an array of `shape`; `null` if NumPy refuses the index. */
export function choose(shape: readonly number[], items: readonly Item[]): Chosen | null {
  const parts = partsOf(shape, items);
  if (!parts) return null;
  const arrays = parts.filter((part) => part.kind === 'array');
  const common = broadcast(arrays.map((part) => part.shape));
  if (!common) return null;
  // Indices that are broadcast to nothing are not looked at.
  if (sizeOf(common) > 0 && arrays.some((part) => part.outside)) return null;
  const basic = parts.filter((part) => part.kind === 'basic' && part.length >= 0) as { length: number }[];
  const place = arrays.length ? placeOf(parts) : 0;
  const lengths = basic.map((part) => part.length);
  const result = [...lengths.slice(0, place), ...(arrays.length ? common : []), ...lengths.slice(place)];
  const positions = Array.from({ length: sizeOf(result) }, (_, i) => {
    const at = unravel(i, result);
    const outer = arrays.length ? at.slice(place, place + common.length) : [];
    const inner = arrays.length ? [...at.slice(0, place), ...at.slice(place + common.length)] : at;
    return ravel(sourceOf(parts, outer, inner), shape);
  });
  return { shape: result, positions };
}

/** Where the index arrays' axes go: at the first array if all stand side by side, else in front. */
function placeOf(parts: readonly Part[]): number {
  const kinds = parts.map((part) => part.kind);
  const [first, last] = [kinds.indexOf('array'), kinds.lastIndexOf('array')];
  if (kinds.slice(first, last + 1).includes('basic')) return 0;
  return parts.slice(0, first).filter((part) => part.kind === 'basic' && part.length >= 0).length;
}

/** The position along each axis of the array, at one place of the result. */
function sourceOf(parts: readonly Part[], outer: readonly number[], inner: readonly number[]): number[] {
  let next = 0;
  return parts.flatMap((part) => {
    if (part.kind === 'array') {
      const own = part.shape.map((n, i) => (n === 1 ? 0 : outer[outer.length - part.shape.length + i]));
      return [part.list[ravel(own, part.shape)]];
    }
    const at = part.length >= 0 ? inner[next++] : 0;
    return part.positions ? [part.positions[at]] : [];
  });
}
