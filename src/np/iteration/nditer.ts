/** `nditer`: a loop over one or several arrays, broadcast, in an order that suits their memory. */
import type { Casting, DType, DTypeLike } from '../../array/dtype.ts';
import { dtype as toDType } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import { denseStrides, sizeOf } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray, viewArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { castInto } from '../../ops/cast.ts';
import { requireHere } from '../../ops/given.ts';
import type { Order } from '../../ops/order.ts';
import type { Args } from '../args.ts';
import { bind } from '../args.ts';
import type { IterAxis } from './nditer_axes.ts';
import { planAxes } from './nditer_axes.ts';
import type { IterFlag, OperandFlag } from './nditer_flags.ts';
import { operandFlags, parseFlags } from './nditer_flags.ts';
import type { Operand, OperandAxes } from './nditer_operands.ts';
import { prepareOperands } from './nditer_operands.ts';

export interface NDIterOptions {
  /** What the iterator does: 'multi_index', 'c_index', 'f_index', 'external_loop', 'buffered', 'zerosize_ok', ... */
  flags?: readonly IterFlag[] | null;
  /** How operands are used, for all of them or for each: 'readonly' (the default), 'readwrite', 'writeonly', 'allocate', ... */
  op_flags?: readonly OperandFlag[] | readonly (readonly OperandFlag[])[] | null;
  /** The dtypes to see the operands in, one or one for each; needs 'buffered' or the operand flag 'copy'. */
  op_dtypes?: DTypeLike | readonly (DTypeLike | null)[] | null;
  order?: Order;
  casting?: Casting;
  /** For each operand which of its axes each axis of the iteration is; -1 for none. */
  op_axes?: readonly (OperandAxes | null)[] | null;
  itershape?: readonly number[] | null;
  /** Elements that a buffered external loop takes at a time. */
  buffersize?: number;
}

const POSITIONAL = [
  'flags',
  'op_flags',
  'op_dtypes',
  'order',
  'casting',
  'op_axes',
  'itershape',
  'buffersize',
] as const;

/** What a step gives: an array without axes, or with one in an external loop; of several operands one for each. */
export type NDIterValue = NDArray | NDArray[];

const DEFAULT_BUFFER = 8192;

/** What `np.nditer` gives: an iterator whose steps give views of the operands. */
export class NDIter implements IterableIterator<NDIterValue> {
  /** The arrays iterated over; those that were left out have been made. */
  readonly operands: readonly NDArray[];
  /** The number of places. */
  readonly itersize: number;
  /** How many places have been passed. */
  iterindex = 0;
  readonly #operands: readonly Operand[];
  /** What the loop's views look at: the operands, or copies in another dtype or in the loop's order. */
  readonly #sources: NDArray[];
  readonly #flags: Set<IterFlag>;
  readonly #order: Order;
  readonly #buffer: number;
  readonly #indexStrides: readonly number[];
  #shape: readonly number[];
  #axes: readonly IterAxis[] = [];
  #starts: readonly number[] = [];
  #started = false;
  #closed = false;

  constructor(
    shape: readonly number[],
    operands: readonly Operand[],
    flags: ReadonlySet<IterFlag>,
    order: Order,
    buffer: number,
  ) {
    this.operands = operands.map((x) => x.array);
    this.itersize = sizeOf(shape);
    this.#shape = shape;
    this.#operands = operands;
    this.#flags = new Set(flags);
    this.#order = order;
    this.#buffer = buffer || DEFAULT_BUFFER;
    this.#indexStrides = denseStrides(shape, 1, flags.has('f_index') ? 'F' : 'C');
    this.#sources = operands.map((x) => x.view);
    this.#plan();
    this.#copyOperands();
  }

  #plan(): void {
    const merge = !this.has_multi_index;
    const plan = planAxes(
      this.#shape,
      this.#operands.map((x) => x.view),
      this.#order,
      this.has_index ? this.#indexStrides : this.#shape.map(() => 0),
      merge,
    );
    this.#axes = plan.axes;
    this.#starts = plan.starts;
  }

  /** Copies operands that are seen in another dtype, or whose memory a buffered loop does not find in one piece. */
  #copyOperands(): void {
    const pieces = this.#flags.has('external_loop') && this.#flags.has('buffered') && this.#axes.length > 1;
    this.#operands.forEach(({ view, dtype }, i) => {
      if (!pieces && view.dtype === dtype) return;
      requireHere(view);
      const copy = emptyArray([this.itersize], dtype);
      castInto(this.#inLoopOrder(copy), this.#ordered(i));
      this.#sources[i] = copy;
    });
  }

  /** An operand with its axes as the loop takes them, the slowest first. */
  #ordered(i: number): NDArray {
    const { view } = this.#operands[i];
    const axes = [...this.#axes].reverse();
    return viewArray(
      view,
      axes.map((axis) => axis.length),
      axes.map((axis) => axis.strides[i]),
      view.offset + this.#starts[i],
    );
  }

  #inLoopOrder(flat: NDArray): NDArray {
    const shape = [...this.#axes].reverse().map((axis) => axis.length);
    return viewArray(flat, shape, denseStrides(shape, flat.itemsize));
  }

  /** The number of operands. */
  get nop(): number {
    return this.#operands.length;
  }

  /** The number of axes of the loop, after neighbouring ones were merged. */
  get ndim(): number {
    return this.#axes.length;
  }

  /** The loop's shape: the operands' common one if a multi-index is tracked. */
  get shape(): number[] {
    if (this.has_multi_index) return [...this.#shape];
    return [...this.#axes].reverse().map((axis) => axis.length);
  }

  /** The dtypes that the operands are seen in. */
  get dtypes(): DType[] {
    return this.#operands.map((x) => x.dtype);
  }

  /** The operands in the loop's shape. */
  get itviews(): NDArray[] {
    return this.#operands.map((_, i) => this.#ordered(i));
  }

  get has_multi_index(): boolean {
    return this.#flags.has('multi_index');
  }

  get has_index(): boolean {
    return this.#flags.has('c_index') || this.#flags.has('f_index');
  }

  get has_delayed_bufalloc(): boolean {
    return false;
  }

  get iterrange(): [number, number] {
    return [0, this.itersize];
  }

  /** Whether every place has been passed. */
  get finished(): boolean {
    return this.iterindex >= this.itersize;
  }

  /** The loop's counters, the fastest axis first. */
  #counters(): number[] {
    let rest = this.iterindex;
    return this.#axes.map(({ length }) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return at;
    });
  }

  /** The position along each axis. */
  get multi_index(): number[] {
    if (!this.has_multi_index) throw new ValueError('Iterator is not tracking a multi-index');
    this.#requirePlace();
    const position = this.#shape.map(() => 0);
    const counters = this.#counters();
    this.#axes.forEach(({ axis, turned, length }, d) => {
      position[axis] = turned ? length - 1 - counters[d] : counters[d];
    });
    return position;
  }

  /** The position in the flattened shape, in C or F order as the flag says. */
  get index(): number {
    if (!this.has_index) throw new ValueError('Iterator does not have an index');
    this.#requirePlace();
    const last = this.#operands.length;
    return this.#counters().reduce(
      (index, at, d) => index + at * this.#axes[d].strides[last],
      this.#starts[last],
    );
  }

  #requirePlace(): void {
    if (this.#closed) throw new ValueError('Iterator is closed');
    if (this.finished) throw new ValueError('Iterator is past the end');
  }

  /** How many places a step takes. */
  get #step(): number {
    if (!this.#flags.has('external_loop')) return 1;
    const left = this.itersize - this.iterindex;
    if (this.#flags.has('buffered')) return Math.min(this.#buffer, left);
    return this.#axes.length === 0 ? 1 : Math.min(this.#axes[0].length, left);
  }

  /** The operands at the current place. */
  get value(): NDIterValue {
    this.#requirePlace();
    const counters = this.#counters();
    const step = this.#flags.has('external_loop') ? this.#step : null;
    const values = this.#operands.map((operand, i) => this.#valueOf(operand, i, counters, step));
    return values.length === 1 ? values[0] : values;
  }

  #valueOf({ writes, view }: Operand, i: number, counters: readonly number[], step: number | null): NDArray {
    const source = this.#sources[i];
    const copied = source !== view;
    const own = (d: number): number => this.#axes[d].strides[i];
    const address = copied
      ? source.offset + this.iterindex * source.itemsize
      : counters.reduce((at, counter, d) => at + counter * own(d), source.offset + this.#starts[i]);
    if (step === null) return viewArray(source, [], [], address, source.dtype, writes);
    const stride = copied || this.#axes.length === 0 ? source.itemsize : own(0);
    return viewArray(source, [step], [stride], address, source.dtype, writes);
  }

  /** Goes to the next place; false if there is none. */
  iternext(): boolean {
    if (this.#closed) throw new ValueError('Iterator is closed');
    if (this.finished) return false;
    this.iterindex += this.#step;
    if (this.finished) this.#writeBack();
    return !this.finished;
  }

  next(): IteratorResult<NDIterValue> {
    if (this.#started && !this.#closed) this.iternext();
    this.#started = true;
    if (this.#closed || this.finished) return { done: true, value: undefined };
    return { done: false, value: this.value };
  }

  /** Leaving a loop early closes the iterator. */
  return(): IteratorResult<NDIterValue> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** Starts anew. */
  reset(): void {
    if (this.#closed) throw new ValueError('Iterator is closed');
    this.#writeBack();
    this.iterindex = 0;
    this.#started = false;
  }

  /** Writes what was changed in copies back to the operands. */
  #writeBack(): void {
    this.#operands.forEach(({ writes, view }, i) => {
      if (writes && this.#sources[i] !== view)
        castInto(this.#ordered(i), this.#inLoopOrder(this.#sources[i]));
    });
  }

  /** Ends the iteration; what was written to buffers is then in the operands. */
  close(): void {
    if (this.#closed) return;
    this.#writeBack();
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** An iterator of its own at the same place. */
  copy(): NDIter {
    const other = new NDIter(this.#shape, this.#operands, this.#flags, this.#order, this.#buffer);
    other.iterindex = this.iterindex;
    return other;
  }

  /** Stops tracking a multi-index, so that axes can be merged. Starts anew. */
  remove_multi_index(): void {
    if (!this.has_multi_index) throw new ValueError('Iterator is not tracking a multi-index');
    this.#flags.delete('multi_index');
    this.reset();
    this.#plan();
  }

  /** From now on steps give arrays with one axis. Starts anew. */
  enable_external_loop(): void {
    if (this.has_multi_index || this.has_index) {
      throw new ValueError(
        'Iterator flag EXTERNAL_LOOP cannot be used if an index or multi-index is being tracked',
      );
    }
    this.#flags.add('external_loop');
    this.reset();
    this.#copyOperands();
  }
}

/**
 * A loop over arrays in their common shape. By default the order is that of memory; each step gives arrays without axes, which are
 * views: `x.item()` reads and, for an operand with the flag 'readwrite', `x.set('...', value)` writes.
 *
 * @param op - an array or several; `null` for a result that is to be made
 * @throws ValueError for unknown flags, shapes that do not broadcast, or empty operands without the flag 'zerosize_ok'; TypeError for
 *   a dtype that needs a copy where none is allowed.
 * @example
 * const a = np.arange(6).reshape(2, 3);
 * for (const x of np.nditer(a, { op_flags: ['readwrite'] })) x.set('...', 2 * x.item());
 */
export function nditer(
  op: ArrayLike | readonly (ArrayLike | null)[] | null,
  ...args: Args<NDIterOptions, typeof POSITIONAL>
): NDIter {
  const options = bind<NDIterOptions>('nditer', args, POSITIONAL);
  const arrays = operandsOf(op);
  const flags = parseFlags(options.flags ?? []);
  const order = options.order ?? 'K';
  const { shape, operands } = prepareOperands({
    arrays,
    flags,
    operandFlags: operandFlags(
      options.op_flags ?? null,
      arrays.map((a) => a === null),
    ),
    dtypes: dtypesOf(options.op_dtypes ?? null, arrays.length),
    casting: options.casting ?? 'safe',
    order,
    axes: options.op_axes ?? null,
    itershape: options.itershape ?? null,
  });
  if (sizeOf(shape) === 0 && !flags.has('zerosize_ok')) {
    throw new ValueError('Iteration of zero-sized operands is not enabled');
  }
  return new NDIter(shape, operands, flags, order, options.buffersize ?? 0);
}

/** One array-like, or an array of array-likes: as in NumPy an array of operands, each of which may be `null`. */
function operandsOf(op: unknown): (NDArray | null)[] {
  const list = Array.isArray(op) ? (op as unknown[]) : [op];
  if (list.length === 0) throw new ValueError('Must provide at least one operand');
  return list.map((x) => (x === null ? null : asArray(x as ArrayLike)));
}

function dtypesOf(dtypes: NDIterOptions['op_dtypes'], count: number): (DType | null)[] {
  if (dtypes === null || dtypes === undefined) return new Array<null>(count).fill(null);
  const each = Array.isArray(dtypes)
    ? (dtypes as readonly (DTypeLike | null)[])
    : new Array<DTypeLike>(count).fill(dtypes as DTypeLike);
  if (each.length !== count)
    throw new ValueError('op_dtypes must be a tuple or array of dtypes, one for each operand');
  return each.map((x) => (x === null ? null : toDType(x)));
}
