/**
 * Devices with memory of their own. A primitive whose operands lie on one hands the call to the primitive of its name there, which has
 * the same signature and meaning.
 */
import type { NDArray } from '../array/ndarray.ts';
import type { Home } from '../array/remote.ts';
import { placement } from '../array/remote.ts';
import type { contract } from './contract.ts';
import type { argReduce } from './argreduce.ts';
import type { fourier } from './fft.ts';
import type { gather } from './gather.ts';
import type { drawBits } from './generator.ts';
import type { trueElements } from './index/masks.ts';
import type { putTrue } from './index/set.ts';
import type { cholesky } from './linalg/cholesky.ts';
import type { exchangeRows, factorLu } from './linalg/lu.ts';
import type { factorQr, formQ } from './linalg/qr.ts';
import type { Eigen, Rotated, rotateRows } from './linalg/svd.ts';
import type { solveTriangular } from './linalg/triangular.ts';
import type { runMap } from './map.ts';
import type { clearBytes } from './move.ts';
import type { reduce } from './reduce.ts';
import type { refuseWhere } from './refuse.ts';
import type { runRows } from './rows/run.ts';
import type { scan } from './scan.ts';
import type { combineInto, scatter } from './scatter.ts';
import type { searchSorted } from './search.ts';
import type { reduceSlices } from './slices.ts';
import type { argsortAxis, sortInPlace } from './sort.ts';
import type { convolve, convolveToInput, convolveToKernel } from './window/conv.ts';
import type { addAt, pickAt, putAt } from './window/places.ts';
import type { maxIndices } from './window/pool.ts';
import type { resample } from './window/resample.ts';

/** The primitives that a device with its own memory has. */
export interface Primitives {
  readonly addAt: typeof addAt;
  readonly argReduce: typeof argReduce;
  readonly argsortAxis: typeof argsortAxis;
  readonly cholesky: typeof cholesky;
  readonly clearBytes: typeof clearBytes;
  readonly combineInto: typeof combineInto;
  readonly contract: typeof contract;
  readonly convolve: typeof convolve;
  readonly convolveToInput: typeof convolveToInput;
  readonly convolveToKernel: typeof convolveToKernel;
  /** The eigenvalues and eigenvectors of Hermitian matrices; what reads say of those that are not finite. */
  readonly diagonalise: (a: NDArray, failure: string) => Eigen;
  readonly drawBits: typeof drawBits;
  readonly exchangeRows: typeof exchangeRows;
  readonly factorLu: typeof factorLu;
  readonly factorQr: typeof factorQr;
  readonly formQ: typeof formQ;
  readonly fourier: typeof fourier;
  readonly gather: (...args: Parameters<typeof gather>) => NDArray;
  readonly maxIndices: typeof maxIndices;
  readonly pickAt: typeof pickAt;
  /** `length` numbers from `start` on, `step` apart, as float32 or int32. */
  readonly progression: (length: number, start: number, step: number, type: 'f32' | 'i32') => NDArray;
  readonly putAt: typeof putAt;
  readonly putTrue: typeof putTrue;
  readonly reduce: typeof reduce;
  readonly reduceSlices: typeof reduceSlices;
  readonly refuseWhere: typeof refuseWhere;
  readonly resample: typeof resample;
  readonly rotateRows: (...args: Required<Parameters<typeof rotateRows>>) => Rotated;
  readonly runMap: typeof runMap;
  readonly runRows: typeof runRows;
  readonly scan: typeof scan;
  readonly scatter: typeof scatter;
  readonly searchSorted: typeof searchSorted;
  readonly solveTriangular: typeof solveTriangular;
  readonly sortInPlace: typeof sortInPlace;
  readonly trueElements: typeof trueElements;
}

/** A device as arrays' home, with its primitives. */
export interface Accelerator extends Home {
  readonly primitives: Primitives;
}

/** The primitives of the device that new arrays are made on, `null` if that is the processor. */
export function acceleratorOfNew(): Primitives | null {
  return placement.home === null ? null : (placement.home as Accelerator).primitives;
}

/** The primitives of the device that an array's bytes lie on, `null` if that is the processor. */
export function acceleratorOf({ storage: { remote } }: Pick<NDArray, 'storage'>): Primitives | null {
  return remote === null ? null : (remote.home as Accelerator).primitives;
}
