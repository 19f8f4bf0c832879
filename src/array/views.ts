/** Typed arrays of every element width over one whole buffer, made when first asked for. */
export class Views {
  readonly buffer: ArrayBufferLike;
  #int8?: Int8Array;
  #uint8?: Uint8Array;
  #int16?: Int16Array;
  #uint16?: Uint16Array;
  #int32?: Int32Array;
  #uint32?: Uint32Array;
  #int64?: BigInt64Array;
  #uint64?: BigUint64Array;
  #float32?: Float32Array;
  #float64?: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
  }

  get int8(): Int8Array {
    return (this.#int8 ??= new Int8Array(this.buffer));
  }

  get uint8(): Uint8Array {
    return (this.#uint8 ??= new Uint8Array(this.buffer));
  }

  get int16(): Int16Array {
    return (this.#int16 ??= new Int16Array(this.buffer, 0, this.#count(2)));
  }

  get uint16(): Uint16Array {
    return (this.#uint16 ??= new Uint16Array(this.buffer, 0, this.#count(2)));
  }

  get int32(): Int32Array {
    return (this.#int32 ??= new Int32Array(this.buffer, 0, this.#count(4)));
  }

  get uint32(): Uint32Array {
    return (this.#uint32 ??= new Uint32Array(this.buffer, 0, this.#count(4)));
  }

  get int64(): BigInt64Array {
    return (this.#int64 ??= new BigInt64Array(this.buffer, 0, this.#count(8)));
  }

  get uint64(): BigUint64Array {
    return (this.#uint64 ??= new BigUint64Array(this.buffer, 0, this.#count(8)));
  }

  get float32(): Float32Array {
    return (this.#float32 ??= new Float32Array(this.buffer, 0, this.#count(4)));
  }

  get float64(): Float64Array {
    return (this.#float64 ??= new Float64Array(this.buffer, 0, this.#count(8)));
  }

  #count(bytes: number): number {
    return Math.floor(this.buffer.byteLength / bytes);
  }
}
