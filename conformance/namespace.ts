/** The public namespace as the runner sees it: functions found by name, and the few classes that it needs itself. */
import * as np from '../src/index.ts';

/** What the runner reads of an array. It relies on these members only, so that a broken method cannot hide a wrong result. */
export interface ArrayLike {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly dtype: { readonly name: string };
  readonly base: ArrayLike | null;
  readonly data: TypedArray;
  readonly flags: { readonly writeable: boolean };
}

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export type AnyFunction = (...args: unknown[]) => unknown;

/** Where the elements of a tensor lie. */
export interface OfMemory {
  readonly storage: unknown;
  readonly offset: number;
  array: () => Promise<ArrayLike>;
}

/** What the runner uses of an open GPU. */
export interface WebGpu {
  report: () => { readonly adapter: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
}

/** The members of the namespace that cases and the runner need as such. */
interface Members {
  readonly ndarray: new (shape: readonly number[], keywords?: object) => ArrayLike;
  readonly Complex: new (re: number, im: number) => { readonly re: number; readonly im: number };
  readonly dtype: (name: string) => unknown;
  readonly slice: (start: unknown, stop: unknown, step: unknown) => unknown;
  readonly empty: (shape: readonly number[], dtype: string) => ArrayLike;
  readonly get_printoptions: () => Record<string, unknown>;
  readonly set_printoptions: (options: Record<string, unknown>) => void;
  /** Makes a tensor of memory of any device. */
  readonly Tensor: new (
    storage: unknown,
    dtype: unknown,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
    base: ArrayLike | null,
    writeable: boolean,
  ) => ArrayLike;
  readonly tensor: (data: unknown, options: object) => ArrayLike & OfMemory;
  readonly device: (name: 'webgpu') => Promise<WebGpu>;
  readonly kernels: { readonly use: (device: string) => void };
}

export const numpy = np as unknown as Members & Readonly<Record<string, unknown>>;

/** What runs the kernels of arrays in the processor's memory. */
export type Device = 'js' | 'wasm';
export const DEVICES: readonly Device[] = ['js', 'wasm'];

/** Chooses what runs the kernels from now on. */
export function useDevice(device: Device): void {
  numpy.kernels.use(device);
}

/** A member of the namespace by its dotted path, with the object that it is a member of. */
export function lookup(path: string): { owner: unknown; member: unknown } {
  let owner: unknown;
  let member: unknown = numpy;
  for (const name of path.split('.')) {
    owner = member;
    member = (owner as Record<string, unknown> | undefined)?.[name];
  }
  return { owner, member };
}

/** Whether `x` is an array of the library. */
export function isArray(x: unknown): x is ArrayLike {
  return x instanceof numpy.ndarray;
}

/** Whether `x` is an array that lies on a GPU. */
export function isRemote(x: unknown): x is ArrayLike & OfMemory {
  return isArray(x) && (x as { readonly device?: unknown }).device === 'webgpu';
}
