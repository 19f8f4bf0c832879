/** The GPU as a device for arrays: loaded when it is opened. */
import type { Gpu } from '../../device/webgpu/gpu.ts';
import type { DeviceReport, ProfileRow } from '../../device/webgpu/gpu.ts';
import type { OpenOptions } from '../../device/webgpu/open.ts';
import { openGpu } from '../../device/webgpu/open.ts';
import type { Accelerator, Primitives } from '../accelerator.ts';
import { contractOn } from './product/contract.ts';
import { convolveOn, convolveToInputOn, convolveToKernelOn } from './window/conv.ts';
import { argReduceOn } from './lines/argreduce.ts';
import { fourierOn } from './fft/fft.ts';
import { gatherOn } from './index/gather.ts';
import { progressionOn } from './iota.ts';
import { runMapOn } from './map.ts';
import { putTrueOn, trueElementsOn } from './index/masks.ts';
import { clearBytesOn } from './move.ts';
import { drawBitsOn } from './random.ts';
import { choleskyOn } from './linalg/cholesky.ts';
import { exchangeRowsOn, factorLuOn } from './linalg/lu.ts';
import { factorQrOn, formQOn } from './linalg/qr.ts';
import { diagonaliseOn, rotateRowsOn } from './linalg/spectrum.ts';
import { solveTriangularOn } from './linalg/triangular.ts';
import { maxIndicesOn } from './window/pool.ts';
import { refuseWhereOn } from './refuse.ts';
import { resampleOn } from './window/resample.ts';
import { addAtOn, pickAtOn, putAtOn } from './window/places.ts';
import { reduceOn } from './lines/reduce.ts';
import { runRowsOn } from './lines/rows.ts';
import { scanOn } from './lines/scan.ts';
import { combineIntoOn, scatterOn } from './index/scatter.ts';
import { searchSortedOn } from './sort/search.ts';
import { reduceSlicesOn } from './lines/slices.ts';
import { argsortAxisOn, sortInPlaceOn } from './sort/sort.ts';
import { ValueError } from '../../array/errors.ts';
import { USAGE } from '../../device/webgpu/flags.ts';
import { WebGpu, deviceBytes, requireDType } from './webgpu.ts';
import { DeviceBytes } from './content.ts';
import { holdingLeaves } from './formula.ts';
import type { DType } from '../../array/dtype.ts';
import { remoteStorage } from '../../array/storage.ts';
import type { Storage } from '../../array/storage.ts';

export type { DeviceReport, OpenOptions, ProfileRow };

/** Every primitive as a function of the device and the primitive's own arguments. */
const PRIMITIVES: {
  readonly [Name in keyof Primitives]: (
    home: WebGpu,
    ...args: Parameters<Primitives[Name]>
  ) => ReturnType<Primitives[Name]>;
} = {
  addAt: addAtOn,
  argReduce: argReduceOn,
  argsortAxis: argsortAxisOn,
  cholesky: choleskyOn,
  clearBytes: clearBytesOn,
  combineInto: combineIntoOn,
  contract: contractOn,
  convolve: convolveOn,
  convolveToInput: convolveToInputOn,
  convolveToKernel: convolveToKernelOn,
  diagonalise: diagonaliseOn,
  drawBits: drawBitsOn,
  exchangeRows: exchangeRowsOn,
  factorLu: factorLuOn,
  factorQr: factorQrOn,
  formQ: formQOn,
  fourier: fourierOn,
  gather: gatherOn,
  maxIndices: maxIndicesOn,
  pickAt: pickAtOn,
  progression: progressionOn,
  putAt: putAtOn,
  putTrue: putTrueOn,
  reduce: reduceOn,
  reduceSlices: reduceSlicesOn,
  refuseWhere: refuseWhereOn,
  resample: resampleOn,
  rotateRows: rotateRowsOn,
  runMap: runMapOn,
  runRows: runRowsOn,
  scan: scanOn,
  scatter: scatterOn,
  searchSorted: searchSortedOn,
  solveTriangular: solveTriangularOn,
  sortInPlace: sortInPlaceOn,
  trueElements: trueElementsOn,
};

/** A GPUBuffer that elements of an array lie in. */
export interface SharedBuffer {
  readonly buffer: GPUBuffer;
  /** Bytes from the start of the buffer to the first element. */
  readonly offset?: number;
  readonly shape: readonly number[];
  /** Bytes from one element to the next along each axis; C order if left out. */
  readonly strides?: readonly number[];
  /** The name of the dtype. */
  readonly dtype: string;
}

/** An opened GPU. */
export class WebGpuDevice extends WebGpu implements Accelerator {
  readonly primitives: Primitives;

  constructor(gpu: Gpu) {
    super(gpu);
    const here =
      (run: (home: WebGpu, ...args: never[]) => unknown) =>
      (...args: never[]): unknown => {
        this.requireAlive();
        return holdingLeaves(() => run(this, ...args));
      };
    const bound = Object.entries(PRIMITIVES).map(([name, run]) => [name, here(run)]);
    this.primitives = Object.fromEntries(bound) as Primitives;
  }

  /**
   * A storage over a user's GPUBuffer.
   *
   * @throws TypeError for a dtype that a GPU lacks; ValueError for a buffer that can't be used, read and written.
   */
  wrap(buffer: GPUBuffer, dtype: DType): Storage {
    requireDType(dtype);
    requireShareable(buffer);
    const bytes = new DeviceBytes(this, buffer.size);
    bytes.content.bytes = this.gpu.wrap(buffer);
    bytes.isShared = true;
    return remoteStorage(bytes, buffer.size);
  }

  /** The GPUBuffer that a storage's bytes are in, and from where on; from now on all that is written goes there. */
  expose(storage: Storage): { readonly buffer: GPUBuffer; readonly offset: number } {
    const { buffer, offset } = this.writable(storage);
    deviceBytes(storage).isShared = true;
    this.gpu.flush();
    return { buffer, offset };
  }

  /** What it is and has done. */
  report(): DeviceReport {
    return this.gpu.report();
  }

  /** Runs a function and lists the kernels that ran for it. */
  profile(fn: () => unknown): Promise<ProfileRow[]> {
    return this.gpu.profile(fn);
  }
}

/** Opens a GPU. @throws RuntimeError where there is none. */
export async function openWebGpu(options: OpenOptions): Promise<WebGpuDevice> {
  return new WebGpuDevice(await openGpu(options));
}

/** What a shared buffer is used for: by kernels, and to be read and written from JavaScript. */
const SHARED = { STORAGE: USAGE.storage, COPY_SRC: USAGE.copyFrom, COPY_DST: USAGE.copyTo };

/** @throws ValueError naming the usages that a buffer lacks. */
function requireShareable({ usage }: GPUBuffer): void {
  const missing = Object.entries(SHARED).filter(([, bit]) => (usage & bit) === 0);
  if (missing.length > 0)
    throw new ValueError(
      `the GPUBuffer must be made with ${missing.map(([name]) => `GPUBufferUsage.${name}`).join(' | ')} too`,
    );
}
