/**
 * Fourier transforms on a grid, by Stockham's passes: a pass of radix R takes R numbers apart n / R places from each other, and leaves
 * their transform where later passes need no reordering. R may be composite: workgroups do such transforms in their own memory, again by
 * Stockham's passes, many side by side. A transform of up to `FFT_POINTS` points is one pass.
 */
import { k, lift } from '../../build.ts';
import { at, gridKernel } from '../build.ts';
import type { GridBody, GridKernel } from '../build.ts';
import type { BufferArray, LocalArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { ComplexValue } from '../../value.ts';
import { butterfly, mul, scaled, settled } from './butterfly.ts';

/** Invocations of a workgroup. */
export const FFT_GROUP = 256;
/** Complex numbers in the memory of a workgroup. */
export const FFT_POINTS = 1024;

/** How the input's rows are read: complex or real numbers, or the first half of what a transform of real numbers gives. */
export type FftInput = 'complex' | 'real' | 'half';

export interface GridFft {
  /** The factors of the pass's radix, each of which has a butterfly. */
  readonly factors: readonly number[];
  /** For the first pass of a transform, how it reads its input, and whether it multiplies it by weights. */
  readonly input: FftInput;
  readonly weighsInput: boolean;
  /** For the last pass, what it writes: `real` parts or both; and whether it multiplies them by weights. */
  readonly output: 'complex' | 'real';
  readonly weighsOutput: boolean;
  /** Whether another pass follows. */
  readonly goesOn: boolean;
  /** Whether neighbouring invocations read, and write, numbers of neighbouring columns instead of one column. */
  readonly readsAcross: boolean;
  readonly writesAcross: boolean;
}

const PARAMS = {
  /** Numbers of a row, and columns of all rows: there are n / radix of a row. */
  n: 'i32',
  columns: 'i32',
  /** n / radix, and the product of the radices of the passes before. */
  step: 'i32',
  before: 'i32',
  /** 1 or -1, as butterflies have it. */
  direction: 'f32',
  scale: 'f32',
  /** Elements in front of the input, from row to row of it, how many of a row there are, and points that the row stands for. */
  offset: 'i32',
  inputRow: 'i32',
  given: 'i32',
  points: 'i32',
  /** The sign of the imaginary parts of input weights, and of output weights. */
  inputTurn: 'f32',
  outputTurn: 'f32',
  /** Numbers of a row of the result. */
  outputRow: 'i32',
} as const;

type Params = Readonly<Record<keyof typeof PARAMS, Local>>;

/** The names of the parameters, in their order. */
export const FFT_PARAMS = Object.keys(PARAMS) as readonly (keyof typeof PARAMS)[];

const complexAt = (buffer: BufferArray, index: Expr): ComplexValue => {
  const place = k.mul(index, 2);
  return { re: k.bitcast('f32', at(buffer, place)), im: k.bitcast('f32', at(buffer, k.add(place, 1))) };
};

/** A root or a weight, or its conjugate if `turn` is -1. */
function factorAt(buffer: BufferArray, index: Expr, turn: Expr): ComplexValue {
  const { re, im } = complexAt(buffer, index);
  return { re, im: k.mul(im, turn) };
}

/** Complex numbers in the memory of a workgroup. */
class Points {
  readonly #re: LocalArray;
  readonly #im: LocalArray;

  constructor(b: GridBody) {
    this.#re = b.shared('f32', FFT_POINTS, 're');
    this.#im = b.shared('f32', FFT_POINTS, 'im');
  }

  get(index: Expr): ComplexValue {
    return { re: at(this.#re, index), im: at(this.#im, index) };
  }

  set(b: GridBody, index: Expr, { re, im }: ComplexValue): void {
    b.put(this.#re, index, re);
    b.put(this.#im, index, im);
  }
}

/** How many columns a workgroup takes. */
export const columnsOfGroup = (factors: readonly number[]): number =>
  Math.floor(FFT_POINTS / factors.reduce((product, factor) => product * factor, 1));

/**
 * The kernel of a pass. Buffers: the input; the roots exp(2 pi i k / n) of all k below n; the weights of the input and of the output, if
 * there are; the result, rows of `outputRow` numbers.
 */
export function buildGridFft(fft: GridFft): GridKernel {
  const { factors } = fft;
  const buffers = {
    input: 'read' as const,
    roots: 'read' as const,
    ...(fft.weighsInput ? { inputWeights: 'read' as const } : {}),
    ...(fft.weighsOutput ? { outputWeights: 'read' as const } : {}),
    result: 'write' as const,
  };
  return gridKernel(
    'fft',
    FFT_GROUP,
    buffers,
    PARAMS,
    (b, named: Readonly<Record<string, BufferArray>>, p) => {
      const points = new Points(b);
      const radix = factors.reduce((product, factor) => product * factor, 1);
      const columns = columnsOfGroup(factors);
      const first = b.let(k.mul(b.group, columns), 'first');
      const over = (across: boolean, body: (place: Seat) => void): void =>
        overPoints(b, radix, columns, across, first, p, body);
      over(fft.readsAcross, ({ place, row, column, number }) => {
        const source = b.let(k.add(column, k.mul(p.step, number)), 'source');
        points.set(b, place, readPoint(b, fft, named, p, row, source));
      });
      b.barrier();
      let groups = 1;
      for (const factor of factors) {
        smallPass(b, points, named['roots'], p, { radix, columns, factor, groups });
        groups *= factor;
      }
      over(fft.writesAcross, ({ place, row, column, number }) => {
        const value = settled(b, points.get(place));
        const turn = b.let(k.idiv(column, p.before), 'turn');
        const within = k.sub(column, k.mul(turn, p.before));
        const to = b.let(k.add(within, k.mul(p.before, k.add(k.mul(turn, radix), number))), 'to');
        if (fft.goesOn) {
          const root = factorAt(named['roots'], k.mul(k.mul(turn, number), p.before), p.direction);
          writeComplex(b, named['result'], k.add(k.mul(row, p.n), to), mul(value, root));
        } else b.if(k.lt(to, p.outputRow), () => writeResult(b, fft, named, p, row, to, value));
      });
    },
  );
}

/** A number of a column, and its place in the workgroup's memory. */
interface Seat {
  readonly place: Expr;
  readonly row: Expr;
  /** The column's number in its row. */
  readonly column: Expr;
  readonly number: Expr;
}

function overPoints(
  b: GridBody,
  radix: number,
  columns: number,
  across: boolean,
  first: Expr,
  p: Params,
  body: (seat: Seat) => void,
): void {
  const total = radix * columns;
  b.for(b.local, total, FFT_GROUP, (i) => {
    const size = across ? columns : radix;
    const outer = b.let(k.idiv(i, lift(size, 'i32')), 'outer');
    const inner = b.let(k.sub(i, k.mul(outer, size)), 'inner');
    const [own, number] = across ? [inner, outer] : [outer, inner];
    const all = b.let(k.add(first, own), 'all');
    b.if(k.lt(all, p.columns), () => {
      const row = b.let(k.idiv(all, p.step), 'row');
      const column = b.let(k.sub(all, k.mul(row, p.step)), 'column');
      body({ place: b.let(k.add(k.mul(own, radix), number), 'place'), row, column, number });
    });
  });
}

/** A number of the transform's input: zero beyond what is given. */
function readPoint(
  b: GridBody,
  fft: GridFft,
  named: Readonly<Record<string, BufferArray>>,
  p: Params,
  row: Expr,
  source: Expr,
): ComplexValue {
  const re = b.let(lift(0, 'f32'), 're');
  const im = b.let(lift(0, 'f32'), 'im');
  const isMirrored = k.gt(k.mul(source, 2), p.points);
  const index =
    fft.input === 'half' ? b.let(k.select(isMirrored, k.sub(p.points, source), source), 'index') : source;
  b.if(k.and(k.lt(source, p.points), k.lt(index, p.given)), () => {
    const place = k.add(k.add(p.offset, k.mul(row, p.inputRow)), index);
    if (fft.input === 'real') b.set(re, k.bitcast('f32', at(named['input'], place)));
    else {
      const x = complexAt(named['input'], b.let(place, 'from'));
      b.set(re, x.re);
      b.set(im, x.im);
    }
    if (fft.input === 'half') {
      const isReal = k.or(k.eq(index, 0), k.eq(k.mul(index, 2), p.points));
      b.set(im, k.select(isReal, lift(0, 'f32'), k.select(isMirrored, k.neg(im), im)));
    }
    if (fft.weighsInput) {
      const weighed = settled(b, mul({ re, im }, factorAt(named['inputWeights'], source, p.inputTurn)));
      b.set(re, weighed.re);
      b.set(im, weighed.im);
    }
  });
  return { re, im };
}

function writeComplex(b: GridBody, buffer: BufferArray, index: Expr, { re, im }: ComplexValue): void {
  const place = b.let(k.mul(index, 2), 'place');
  b.put(buffer, place, k.bitcast('u32', re));
  b.put(buffer, k.add(place, 1), k.bitcast('u32', im));
}

function writeResult(
  b: GridBody,
  fft: GridFft,
  named: Readonly<Record<string, BufferArray>>,
  p: Params,
  row: Expr,
  to: Expr,
  value: ComplexValue,
): void {
  const weighed = fft.weighsOutput
    ? settled(b, mul(value, factorAt(named['outputWeights'], to, p.outputTurn)))
    : value;
  const result = scaled(weighed, p.scale);
  const place = b.let(k.add(k.mul(row, p.outputRow), to), 'place');
  if (fft.output === 'real') b.put(named['result'], place, k.bitcast('u32', result.re));
  else writeComplex(b, named['result'], place, result);
}

interface SmallPass {
  readonly radix: number;
  readonly columns: number;
  readonly factor: number;
  /** The product of the factors before. */
  readonly groups: number;
}

/** One of Stockham's passes over all columns of the workgroup: everything is read before anything is written. */
function smallPass(
  b: GridBody,
  points: Points,
  roots: BufferArray,
  p: Params,
  { radix, columns, factor, groups }: SmallPass,
): void {
  const each = radix / factor;
  const total = columns * each;
  const results = Array.from({ length: Math.ceil(total / FFT_GROUP) }, (_, round) => {
    const number = b.let(k.add(b.local, round * FFT_GROUP), 'number');
    const mine = b.let(k.min(number, lift(total - 1, 'i32')), 'mine');
    const column = b.let(k.idiv(mine, lift(each, 'i32')), 'column');
    const place = b.let(k.sub(mine, k.mul(column, each)), 'place');
    const start = b.let(k.mul(column, radix), 'start');
    const from = b.let(k.add(start, place), 'from');
    const inputs = Array.from({ length: factor }, (_, j) => settled(b, points.get(k.add(from, j * each))));
    const turn = b.let(k.idiv(place, lift(groups, 'i32')), 'turn');
    const within = k.sub(place, k.mul(turn, groups));
    const step = b.let(k.mul(k.mul(turn, groups), p.step), 'step');
    const values = butterfly(b, inputs, p.direction).map((value, j) => {
      const isTurned = j > 0 && groups * factor < radix;
      const root = (): ComplexValue => factorAt(roots, k.mul(step, j), p.direction);
      return settled(b, isTurned ? mul(value, root()) : value);
    });
    const to = b.let(k.add(k.add(start, within), k.mul(turn, groups * factor)), 'to');
    return { number, to, values };
  });
  b.barrier();
  for (const { number, to, values } of results)
    b.if(k.lt(number, total), () =>
      values.forEach((value, j) => points.set(b, k.add(to, j * groups), value)),
    );
  b.barrier();
}
