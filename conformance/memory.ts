/** The arrays of a chapter in memory, laid out as they were in NumPy. */
import { compareElements } from './compare.ts';
import type { Context } from './compare.ts';
import { elementsOf } from './elements.ts';
import { numpy } from './namespace.ts';
import type { ArrayLike, TypedArray } from './namespace.ts';
import { decodeBase64 } from './suite.ts';
import type { Chapter } from './suite.ts';

/** The arrays of one case. */
export interface Memory {
  /** An array by its number: the same one each time. */
  array: (id: number) => ArrayLike;
  /** Everything that the case could reach must hold what NumPy left there. */
  compareWritten: (written: Readonly<Record<string, string>>, context: Context) => void;
}

/** Memory shared by the arrays of one chapter; it is put back after each case that writes to it. */
interface Block {
  readonly array: ArrayLike;
  readonly bytes: Uint8Array;
  readonly recorded: Uint8Array<ArrayBuffer>;
  readonly dtype: string;
}

/** The memory of the processor, which all cases of a chapter use one after the other. */
export class HostMemory implements Memory {
  readonly #chapter: Chapter;
  readonly #blocks = new Map<number, Block>();
  /** What the current case uses. */
  #used = new Map<number, Block>();
  #arrays = new Map<number, ArrayLike>();

  constructor(chapter: Chapter) {
    this.#chapter = chapter;
  }

  array(id: number): ArrayLike {
    const known = this.#arrays.get(id);
    if (known) return known;
    const layout = this.#chapter.arrays[id];
    const block = this.#blockOf(layout.base);
    const array = new numpy.ndarray(layout.shape, {
      dtype: layout.dtype ?? block.dtype,
      buffer: block.array,
      ...(layout.offset ? { offset: layout.offset } : {}),
      ...(layout.strides ? { strides: layout.strides } : {}),
    });
    if (layout.readonly) (array.flags as { writeable: boolean }).writeable = false;
    this.#arrays.set(id, array);
    return array;
  }

  #blockOf(base: number): Block {
    let block = this.#blocks.get(base);
    if (!block) {
      const { dtype, data } = this.#chapter.bases[base];
      const recorded = decodeBase64(data);
      const length = elementsOf(recorded, dtype).length;
      const array = numpy.empty([dtype.startsWith('complex') ? length / 2 : length], dtype);
      block = { array, bytes: bytesOf(array.data), recorded, dtype };
      block.bytes.set(recorded);
      this.#blocks.set(base, block);
    }
    this.#used.set(base, block);
    return block;
  }

  compareWritten(written: Readonly<Record<string, string>>, context: Context): void {
    for (const [base, block] of this.#used) {
      const text = written[base];
      const expected = text === undefined ? block.recorded : decodeBase64(text);
      if (equalBytes(expected, block.bytes)) continue;
      const actual = elementsOf(block.bytes.slice() as Uint8Array<ArrayBuffer>, block.dtype);
      const where = writtenWhere(text);
      compareElements(block.dtype, elementsOf(expected, block.dtype), actual, context, where);
    }
  }

  /** Ends a case: what it wrote is undone. */
  restore(): void {
    for (const { recorded, bytes } of this.#used.values()) {
      if (!equalBytes(recorded, bytes)) bytes.set(recorded);
    }
    this.#used = new Map();
    this.#arrays = new Map();
  }
}

/** What the memory of arguments is called in a difference; `text` is what the case is to leave there. */
export const writtenWhere = (text: string | undefined): string =>
  text === undefined ? 'an argument that must not change' : 'the memory written to';

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
