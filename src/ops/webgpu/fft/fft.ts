/** The Fourier transform on the GPU, in single precision. */
import type { DType } from '../../../array/dtype.ts';
import { complex64, float32 } from '../../../array/dtype.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import type { FftInput, GridFft } from '../../../kernel/grid/fft/fft.ts';
import { FFT_PARAMS, FFT_POINTS, buildGridFft, columnsOfGroup } from '../../../kernel/grid/fft/fft.ts';
import { LARGEST_PRIME } from '../../../kernel/grid/fft/butterfly.ts';
import { cast, castInto } from '../../cast.ts';
import type { Transform } from '../../fft.ts';
import { lengthIn } from '../../fft.ts';
import { factorsOf } from '../../fftplan.ts';
import { lastAxis } from '../../views.ts';
import { withDense } from '../dense.ts';
import { chirpOn, rootsOn } from './tables.ts';
import { isWhole, requireDType } from '../webgpu.ts';
import type { WebGpu } from '../webgpu.ts';

/** `fourier` for arrays on the GPU. */
export function fourierOn(home: WebGpu, a: NDArray, axis: number, transform: Transform, out: NDArray): void {
  requireDType(a.dtype);
  if (out.size === 0) return;
  const output = lastAxis(out, axis);
  const dtype: DType = transform.kind === 'realInverse' ? float32 : complex64;
  const isDirect = out.dtype === dtype && isWhole(output) && out.storage !== a.storage;
  const result = isDirect ? output : home.empty(output.shape, dtype);
  const input = lastAxis(home.near(a), axis);
  const read = inputOf(transform, input);
  const numbers = cast(input, read === 'real' ? float32 : complex64);
  withDense(home, numbers, (bytes, offset) =>
    transformRows(home, transform, { read, bytes, offset, length: input.shape[input.ndim - 1] }, result),
  );
  if (numbers !== input) numbers.storage.dispose();
  if (isDirect) return;
  castInto(output, result);
  result.storage.dispose();
}

const inputOf = ({ kind }: Transform, { dtype }: NDArray): FftInput =>
  kind === 'realInverse' ? 'half' : dtype.kind === 'c' ? 'complex' : 'real';

/** Rows that a transform reads. */
interface Input {
  readonly read: FftInput;
  readonly bytes: GpuBytes;
  readonly offset: number;
  /** Elements of a row. */
  readonly length: number;
}

function transformRows(home: WebGpu, transform: Transform, input: Input, result: NDArray): void {
  const { n, inverse, scale, kind } = transform;
  const kept = result.shape[result.ndim - 1];
  const rows = result.size / kept;
  const direction = inverse ? 1 : -1;
  const job: Job = {
    n,
    rows,
    direction,
    input: { ...input, given: Math.min(input.length, lengthIn(transform)), points: n },
    output: { real: kind === 'realInverse', bytes: home.fresh(result.storage), kept, scale },
  };
  if (factorsOf(n).every((factor) => factor <= LARGEST_PRIME)) runPasses(home, job);
  else runChirp(home, job);
}

/** Factors of what is read or written: conjugated where `turn` is -1. */
interface Weights {
  readonly bytes: GpuBytes;
  readonly turn: number;
}

/** The transform of rows of n numbers. */
interface Job {
  readonly n: number;
  readonly rows: number;
  readonly direction: number;
  /** Of a row's `points` the first `given` ones are there. */
  readonly input: Input & { readonly given: number; readonly points: number; readonly weights?: Weights };
  /** Of a row's numbers the first are `kept`, times the scale. */
  readonly output: {
    readonly real: boolean;
    readonly bytes: GpuBytes;
    readonly kept: number;
    readonly scale: number;
    readonly weights?: Weights;
  };
}

/** A length with other primes, as a convolution with a chirp: two transforms of a padded length (see kernel/fft/transform.ts). */
function runChirp(home: WebGpu, { n, rows, direction, input, output }: Job): void {
  const { padded, chirp, spectrum } = chirpOn(home, n);
  const between = home.gpu.allocate(8 * rows * padded);
  const whole = { read: 'complex', bytes: between, offset: 0, length: padded } as const;
  const turned: Weights = { bytes: chirp, turn: direction };
  runPasses(home, {
    n: padded,
    rows,
    direction: -1,
    input: { ...input, weights: turned },
    output: { real: false, bytes: between, kept: padded, scale: 1 },
  });
  runPasses(home, {
    n: padded,
    rows,
    direction: 1,
    input: { ...whole, given: padded, points: padded, weights: { bytes: spectrum, turn: -direction } },
    output: { ...output, weights: turned },
  });
  between.release();
}

/** The largest radix of several passes: so many columns fit beside each other that memory is read in whole segments. */
const LARGEST_RADIX = 128;

/** The factors of the passes of a length, in as few passes as will do. */
function passesOf(n: number): number[][] {
  const factors = factorsOf(n);
  if (n <= FFT_POINTS) return [factors];
  const count = Math.ceil(Math.log2(n) / Math.log2(LARGEST_RADIX));
  const passes = Array.from({ length: count }, () => ({ radix: 1, factors: [] as number[] }));
  for (const factor of factors.toSorted((x, y) => y - x)) {
    let smallest = passes.reduce((a, b) => (b.radix < a.radix ? b : a));
    if (smallest.radix * factor > LARGEST_RADIX) passes.push((smallest = { radix: 1, factors: [] }));
    smallest.radix *= factor;
    smallest.factors.push(factor);
  }
  return passes.map((pass) => pass.factors);
}

function runPasses(home: WebGpu, job: Job): void {
  const { n, rows } = job;
  const passes = passesOf(n);
  let before = 1;
  let from: GpuBytes | null = null;
  passes.forEach((factors, i) => {
    const goesOn = i + 1 < passes.length;
    const to = goesOn ? home.gpu.allocate(8 * rows * n) : job.output.bytes;
    launchPass(home, job, factors, before, from, goesOn ? to : null);
    from?.release();
    from = to;
    before *= product(factors);
  });
}

const product = (factors: readonly number[]): number => factors.reduce((p, factor) => p * factor, 1);

/**
 * Launches a pass.
 *
 * @param before - the product of the radices of the passes before
 * @param from - what the pass before has left, `null` for the first
 * @param to - where to leave it for the next one, `null` for the last
 */
function launchPass(
  home: WebGpu,
  { n, rows, direction, input, output }: Job,
  factors: readonly number[],
  before: number,
  from: GpuBytes | null,
  to: GpuBytes | null,
): void {
  const given = from === null ? input : { bytes: from, offset: 0, length: n, given: n, points: n };
  const weights = [from === null ? input.weights : undefined, to === null ? output.weights : undefined];
  const step = n / product(factors);
  const fft: GridFft = {
    factors,
    input: from === null ? input.read : 'complex',
    weighsInput: weights[0] !== undefined,
    output: to === null && output.real ? 'real' : 'complex',
    weighsOutput: weights[1] !== undefined,
    goesOn: to !== null,
    readsAcross: step > 1,
    writesAcross: before > 1,
  };
  const values: Readonly<Record<(typeof FFT_PARAMS)[number], number>> = {
    n,
    columns: rows * step,
    step,
    before,
    direction,
    scale: output.scale,
    offset: given.offset,
    inputRow: given.length,
    given: given.given,
    points: given.points,
    inputTurn: weights[0]?.turn ?? 1,
    outputTurn: weights[1]?.turn ?? 1,
    outputRow: output.kept,
  };
  const tables = [rootsOn(home, n), ...weights.flatMap((w) => (w ? [w.bytes] : []))];
  home.gpu.launch(
    home.kernel(`fft ${JSON.stringify(fft)}`, () => buildGridFft(fft)),
    [given.bytes, ...tables, to ?? output.bytes],
    FFT_PARAMS.map((name) => values[name]),
    Math.ceil(values.columns / columnsOfGroup(factors)),
  );
}
