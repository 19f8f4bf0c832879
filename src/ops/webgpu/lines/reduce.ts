/** Reductions on the GPU. */
import type { DType } from '../../../array/dtype.ts';
import { bool_, float16, float32, int16, int32, int8, uint16, uint32, uint8 } from '../../../array/dtype.ts';
import type { Scalar } from '../../../array/element.ts';
import { sizeOf } from '../../../array/layout.ts';
import { NDArray, emptyArray, scalarAt } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { k } from '../../../kernel/build.ts';
import { castValue, layoutOf } from '../../../kernel/element.ts';
import type { ElementType } from '../../../kernel/element.ts';
import type { GridFold } from '../../../kernel/grid/lines/reduce.ts';
import { buildGridFold } from '../../../kernel/grid/lines/reduce.ts';
import type { Fold } from '../../../kernel/grid/lines/fold.ts';
import {
  foldOf,
  fromWord,
  keepingFirstNaN,
  maskedFold,
  placeOfNaN,
  wideElement,
  wordType,
} from '../../../kernel/grid/lines/fold.ts';
import { linesOfGroup } from '../../../kernel/grid/lines/lines.ts';
import { meetingWords } from '../../../kernel/grid/lines/parts.ts';
import type { Expr } from '../../../kernel/ir.ts';
import type { ReduceSpec } from '../../../kernel/reduce/spec.ts';
import type { Value } from '../../../kernel/value.ts';
import { partsOf, valueOf } from '../../../kernel/value.ts';
import { asArray } from '../../asarray.ts';
import { castInto, copyOf } from '../../cast.ts';
import { fill } from '../../index/set.ts';
import { strideOrder } from '../../order.ts';
import type { ReduceOptions } from '../../reduce.ts';
import { resultLie } from '../../reducer.ts';
import type { Lie } from '../../route.ts';
import { Content } from '../content.ts';
import type { Leaf, ScalarParam } from '../formula.ts';
import { Composer, formulaAt, stored } from '../formula.ts';
import type { Lines, Parts } from './lines.ts';
import {
  buffersOf,
  joinsAlone,
  lineArguments,
  lineOperands,
  linesOf,
  operandsKey,
  partsFor,
  ranksOf,
  teamFor,
} from './lines.ts';
import type { WebGpu } from '../webgpu.ts';
import { requireDType } from '../webgpu.ts';

/** A fold of lines into results. */
export interface FoldJob {
  /** Names `fold`, `first` and `finish`. */
  readonly key: string;
  readonly lines: Lines;
  readonly leaves: readonly Leaf[];
  readonly scalars: readonly ScalarParam[];
  readonly fold: Fold;
  readonly first: GridFold['first'];
  /** The types of the results, which are whole words. */
  readonly results: readonly ElementType[];
  readonly finish: GridFold['finish'];
  /** Where they go, one after the other. */
  readonly targets: readonly GpuBytes[];
  /** Whether elements may be combined only one after the other. */
  readonly ordered?: boolean;
  /** Operations in `first`. */
  readonly size?: number;
}

/** Elements that are loaded together while the code for one is short. */
const TOGETHER = 4;
const SHORT = 8;

/**
 * Folds lines, long ones in parts that the same kernel joins. Where there is no binding left for what they meet in, another kernel
 * combines them, in the same order.
 */
export function runFold(home: WebGpu, job: FoldJob): void {
  const { ordered = false, lines } = job;
  const team = ordered ? { ...teamFor(lines, home.gpu), lanes: 1 } : teamFor(lines, home.gpu);
  const parts = ordered ? wholeOf(lines) : partsFor(lines, team, home.gpu);
  if (parts.parts === 1) launchFold(home, job, team, parts, 'lines');
  else if (canJoin(home, job)) launchFold(home, job, team, parts, 'joined parts');
  else {
    const states = foldParts(home, job, team, parts);
    const ofParts = { ...job, ...states, key: `${job.key} of parts`, first: stateOfWords(job.fold) };
    const lanes = joinsAlone(home.gpu) ? 1 : team.lanes;
    launchFold(home, { ...ofParts, ordered: true }, { ...team, lanes }, wholeOf(states.lines), 'lines');
    states.content.drop();
  }
}

const wholeOf = ({ n }: Lines): Parts => ({ chunk: n, parts: 1 });

/** Whether one more buffer can be bound. */
function canJoin(home: WebGpu, { leaves, targets }: FoldJob): boolean {
  const contents = leaves.map(({ content }) => content);
  return home.canBind(
    contents,
    targets.reduce((sum, bytes) => sum + home.bindings(bytes), 1),
  );
}

/** The states of parts of lines, as leaves of a job on them. */
export interface PartStates extends Pick<FoldJob, 'lines' | 'leaves'> {
  /** To be dropped when they are not needed any more. */
  readonly content: Content;
}

/** Folds each part of each line. */
export function foldParts(home: WebGpu, job: FoldJob, team: GridFold['team'], parts: Parts): PartStates {
  const { count } = job.lines;
  const { types } = job.fold;
  const content = new Content(4 * types.length * count * parts.parts);
  content.bytes = home.gpu.allocate(content.byteLength);
  launchFold(home, { ...job, targets: [content.bytes] }, team, parts, 'parts');
  const strides = team.across ? [1, count] : [parts.parts, 1];
  const leaves = types.map((type, i): Leaf => ({
    content,
    element: wordType(type),
    offset: i * count * parts.parts,
    strides,
  }));
  return { content, leaves, lines: linesOf([count, parts.parts], [0], [1], leaves) };
}

/** States that were written as words. */
export const stateOfWords =
  ({ types }: Fold) =>
  (words: readonly Value[]): Expr[] =>
    words.map((word, i) => fromWord(types[i], word as Expr));

function launchFold(
  home: WebGpu,
  job: FoldJob,
  team: GridFold['team'],
  { chunk, parts }: Parts,
  of: GridFold['of'],
): void {
  const { lines, leaves, scalars, targets, ordered = false, size = 0 } = job;
  const { buffers, places } = buffersOf(home, leaves);
  const operands = lineOperands(lines, leaves, places);
  const fold: GridFold = {
    ...job,
    name: job.key,
    ranks: ranksOf(lines),
    buffers: buffers.length,
    operands,
    scalars: scalars.map(({ type }) => type),
    team,
    of,
    isAlone: joinsAlone(home.gpu),
    together: ordered || size > SHORT ? 1 : TOGETHER,
  };
  const tiles = Math.ceil(lines.count / linesOfGroup(team));
  const meeting =
    of === 'joined parts' ? [home.gpu.meeting(4 * meetingWords(job.fold, lines.count, parts))] : [];
  const key = [
    ...['fold', job.key, operandsKey(fold.ranks, operands), fold.scalars.join('')],
    ...[team.lanes, team.across, fold.together, of, fold.isAlone],
  ].join(' ');
  home.gpu.launch(
    home.kernel(key, () => buildGridFold(fold)),
    [...buffers, ...targets, ...meeting],
    [...lineArguments(lines, operands, leaves), chunk, parts, ...scalars.map(({ value }) => value)],
    tiles * parts,
  );
}

/**
 * An operation's input for kernels other than maps: what computes it, if that is still to be done, or the array. There may be a mask
 * besides, and a result of as many words.
 */
export function addInput(home: WebGpu, composer: Composer, a: NDArray): void {
  const leaf = home.leaf(a, composer.shape);
  const formula = formulaAt(leaf, composer.shape);
  const others = 1 + home.bindings({ byteLength: a.size * Math.max(4, a.itemsize) });
  const contents = [...composer.leaves, ...(formula?.leaves ?? [])].map(({ content }) => content);
  if (formula !== null && home.canBind(contents, others)) composer.formula(formula);
  else composer.array(leaf);
}

const WIDE: ReadonlyMap<DType, DType> = /* @__PURE__ */ new Map<DType, DType>([
  [bool_, uint32],
  [uint8, uint32],
  [uint16, uint32],
  [int8, int32],
  [int16, int32],
  [float16, float32],
]);

/** The dtype of whole words that has a dtype's values as kernels compute them. */
export const wideDType = (dtype: DType): DType => WIDE.get(dtype) ?? dtype;

/**
 * A new array that `write` fills. It is given one of a dtype of whole words; elements that share a word are put there by the map that
 * converts them.
 *
 * @param make - makes the array, of a dtype
 */
export function widened(
  dtype: DType,
  make: (dtype: DType) => NDArray,
  write: (wide: NDArray) => void,
): NDArray {
  const wide = make(wideDType(dtype));
  write(wide);
  if (wide.dtype === dtype) return wide;
  const result = make(dtype);
  castInto(result, wide);
  return result;
}

/** `reduce` of an array on the GPU. */
export function reduceOn(
  home: WebGpu,
  spec: ReduceSpec,
  a: NDArray,
  axes: readonly number[],
  options: ReduceOptions,
): NDArray {
  const { dtype, where, out } = options;
  requireDType(dtype);
  const input = home.near(a);
  const mask = where && home.near(where);
  const order = strideOrder(a.ndim, mask ? [input, mask] : [input]);
  const result = placedOn(home, () =>
    widened(
      dtype,
      (type) => laid(resultLie(input.shape, axes, type, order), type),
      (wide) => reduceInto(home, wide, spec, { input, mask, axes, order, options }),
    ),
  );
  if (!out) return result;
  castInto(out, result);
  return out;
}

/** A new array that lies so. */
function laid({ shape, strides }: Lie, dtype: DType): NDArray {
  const { storage } = emptyArray([sizeOf(shape)], dtype);
  return new NDArray(storage, dtype, shape.slice(), strides, 0, null);
}

interface Operands {
  readonly input: NDArray;
  readonly mask?: NDArray | undefined;
  readonly axes: readonly number[];
  /** The axes as the result lies, the fastest first. */
  readonly order: readonly number[];
  readonly options: ReduceOptions;
}

function reduceInto(home: WebGpu, target: NDArray, spec: ReduceSpec, operands: Operands): void {
  const { input, axes, order, options } = operands;
  if (target.size === 0) return;
  if (input.size === 0) {
    fill(target, options.initial!);
    return;
  }
  const slowestFirst = order.toReversed();
  const source = sourceOf(home, spec, operands);
  runFold(home, {
    ...source,
    lines: linesOf(
      input.shape,
      slowestFirst.filter((d) => !axes.includes(d)),
      slowestFirst.filter((d) => axes.includes(d)),
      source.leaves,
    ),
    targets: [home.fresh(target.storage)],
    ordered: !spec.reorderable,
  });
}

/** The elements that take part, and how they are combined. */
export function sourceOf(
  home: WebGpu,
  spec: ReduceSpec,
  { input, mask, options }: Pick<Operands, 'input' | 'mask' | 'options'>,
): Omit<FoldJob, 'lines' | 'targets'> {
  const { element } = input.dtype;
  const loop = options.dtype.element;
  const composer = new Composer(input.shape);
  addInput(home, composer, input);
  if (mask) composer.array(home.leaf(mask, input.shape));
  const kept = keptElement(options);
  const initial = kept === null ? options.initial : throughOut(options);
  if (initial !== undefined) composer.scalar(initial, loop);
  const [own, takesPart] = composer.inputs;
  const start = initial === undefined ? undefined : composer.inputs[mask ? 2 : 1];
  const { plain, stateOf } = foldFor(spec, loop);
  const parts = layoutOf(loop).parts;
  // In any order the value to start from is combined at the end, otherwise with the first element.
  const startsFirst = start !== undefined && !spec.reorderable;
  return {
    key: `${spec.name} ${element}>${loop} ${mask ? 'masked' : ''} ${kept ?? ''} [${composer.keys.join(' ')}]`,
    leaves: composer.leaves,
    scalars: composer.scalars,
    size: composer.size,
    fold: mask ? maskedFold(plain) : plain,
    first: (leaves, scalars, position) => {
      const isFirst = k.eq(position, 0);
      const value = castValue(loop, element, own(leaves, scalars));
      const takes = mask ? (takesPart(leaves, scalars) as Expr) : null;
      if (startsFirst) {
        const from = start([], scalars);
        const both = spec.combine(from, value);
        const state = stateOf(chosen(isFirst, takes ? chosen(takes, both, from) : both, value), position);
        return takes ? [...state, k.or(isFirst, takes)] : state;
      }
      const isKept = kept !== null && !start;
      const asKept = isKept
        ? chosen(isFirst, castValue(loop, kept, stored(kept, loop, value)), value)
        : value;
      const state = stateOf(asKept, position);
      return takes ? [...state, takes] : state;
    },
    results: [wideElement(loop)],
    finish: (state, scalars) => {
      const value = valueOf(state.slice(0, parts));
      if (!start || startsFirst) return [wide(loop, value)];
      const from = start([], scalars);
      const all = spec.combine(from, value);
      return [wide(loop, mask ? chosen(state[plain.types.length], all, from) : all)];
    },
  };
}

/** How values are combined, and the state of one at a position of its line. */
function foldFor(
  spec: ReduceSpec,
  loop: ElementType,
): { plain: Fold; stateOf: (value: Value, position: Expr) => readonly Expr[] } {
  const plain = foldOf(spec, loop);
  if (loop !== 'c64' || !EXTREMA.test(spec.operation)) return { plain, stateOf: partsOf };
  return {
    plain: keepingFirstNaN(plain),
    stateOf: (value, position) => [...partsOf(value), placeOfNaN(value, position)],
  };
}

const EXTREMA = /^(maximum|minimum|fmax|fmin)$/;

/** The type of elements of an `out` that what a reduction starts from is kept in, as NumPy does; `null` if that changes nothing. */
function keptElement({ out, dtype }: ReduceOptions): ElementType | null {
  if (!out || out.dtype === dtype || out.dtype.itemsize / layoutOf(out.dtype.element).parts > 4) return null;
  return out.dtype.element;
}

/** The value to start from as `out` keeps it. */
function throughOut({ initial, out, dtype }: ReduceOptions): Scalar | undefined {
  if (initial === undefined) return undefined;
  return placedOn(null, () => {
    const kept = copyOf(copyOf(asArray(initial, dtype), out!.dtype), dtype);
    return scalarAt(kept, kept.offset);
  });
}

const chosen = (cond: Expr, a: Value, b: Value): Value => {
  const others = partsOf(b);
  return valueOf(partsOf(a).map((x, i) => ({ op: 'select', type: x.type, cond, a: x, b: others[i] })));
};

/** A value in the type that it is kept in. */
const wide = (loop: ElementType, value: Value): Value => castValue(wideElement(loop), loop, value);
