/** Attributes of arrays that are views or facts: T, real, imag, flags. */
import type { DTypeName } from '../../array/dtype.ts';
import { ValueError } from '../../array/errors.ts';
import type { Flags } from '../../array/ndarray.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { castInto } from '../../ops/cast.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray } from '../../ops/asarray.ts';
import { broadcastTo } from '../../ops/views.ts';
import { imag, real } from '../complex.ts';
import { matrix_transpose, transpose } from '../shape/transpose.ts';
import { defineMethods } from './define.ts';

declare module '../../array/ndarray.ts' {
  interface NDArray<D extends DTypeName = DTypeName> {
    /** The transposed array: a view. */
    readonly T: NDArray<D>;
    /** The last two axes exchanged: a view. */
    readonly mT: NDArray<D>;
    /** The real parts: a view of a complex array, a real array itself. Assigning writes to it. */
    get real(): NDArray;
    set real(value: ArrayLike);
    /** The imaginary parts: a view of a complex array, read-only zeros of a real one. */
    get imag(): NDArray;
    set imag(value: ArrayLike);
    /** What is true of the array's memory; `writeable` may be set. */
    readonly flags: Flags;
    /**
     * Sets flags.
     *
     * @throws ValueError when a view of read-only memory is made writeable.
     */
    setflags(options: { write?: boolean }): void;
    /** Where the elements are. */
    readonly device: string;
  }
}

defineMethods({
  get T(): NDArray {
    return transpose(this);
  },
  get mT(): NDArray {
    return matrix_transpose(this);
  },
  get real(): NDArray {
    return real(this) as NDArray;
  },
  set real(value: ArrayLike) {
    assign(real(this) as NDArray, value);
  },
  get imag(): NDArray {
    return imag(this) as NDArray;
  },
  set imag(value: ArrayLike) {
    if (this.dtype.kind !== 'c') throw new TypeError('array does not have imaginary part to set');
    assign(imag(this) as NDArray, value);
  },
  get flags(): Flags {
    return flagsOf(this);
  },
  get device(): string {
    return this.storage.remote?.home.name ?? 'cpu';
  },
  setflags({ write }: { write?: boolean }): void {
    if (write !== undefined) setWriteable(this, write);
  },
});

function assign(to: NDArray, value: ArrayLike): void {
  if (!to.writeable) throw new ValueError('assignment destination is read-only');
  castInto(to, broadcastTo(asArray(value), to.shape));
}

function setWriteable(a: NDArray, write: boolean): void {
  if (write && a.base && !a.base.writeable)
    throw new ValueError('cannot set WRITEABLE flag to True of this array');
  a.writeable = write;
}

function flagsOf(a: NDArray): Flags {
  const c = a.cContiguous;
  const f = a.fContiguous;
  return {
    c_contiguous: c,
    f_contiguous: f,
    contiguous: c,
    fortran: f,
    forc: f || c,
    fnc: f && !c,
    owndata: a.base === null,
    aligned: true,
    behaved: a.writeable,
    carray: c && a.writeable,
    farray: f && !c && a.writeable,
    writebackifcopy: false,
    get writeable() {
      return a.writeable;
    },
    set writeable(write: boolean) {
      setWriteable(a, write);
    },
  };
}
