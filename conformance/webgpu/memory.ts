/** The arrays of one case as tensors, on the GPU or in the same dtypes on the processor. */
import { compareElements } from '../compare.ts';
import type { Context } from '../compare.ts';
import { elementsOf, gather } from '../elements.ts';
import { writtenWhere } from '../memory.ts';
import type { Memory } from '../memory.ts';
import { numpy } from '../namespace.ts';
import type { ArrayLike, OfMemory, TypedArray } from '../namespace.ts';
import { crashText, Inapplicable } from '../outcome.ts';
import { decodeBase64 } from '../suite.ts';
import type { Chapter } from '../suite.ts';
import { isWide, narrowBytes, narrowName, narrowSteps } from './narrow.ts';
import { fetchAll } from './read.ts';

/** The recorded memory as tensors of one axis, and the arrays of the case as views of them. */
export class TensorMemory implements Memory {
  readonly #chapter: Chapter;
  readonly #device: 'cpu' | 'webgpu';
  readonly #blocks = new Map<number, ArrayLike & OfMemory>();
  readonly #arrays = new Map<number, ArrayLike>();
  readonly #worthless = new Set<ArrayLike>();
  /** Whether an array had a dtype that a GPU lacks, and got its narrow form. */
  narrowed = false;

  constructor(chapter: Chapter, device: 'cpu' | 'webgpu') {
    this.#chapter = chapter;
    this.#device = device;
  }

  /** What the arrays are views of. */
  get blocks(): readonly ArrayLike[] {
    return [...this.#blocks.values()];
  }

  /** Whether a block was written to by a call that failed: on a GPU it is worth nothing then. */
  isWorthless(block: ArrayLike): boolean {
    return this.#worthless.has(block);
  }

  /**
   * Reads the blocks after a call that failed. Those that it has written to must say so.
   *
   * @throws any other error.
   */
  async fetchAfter(error: unknown): Promise<void> {
    for (const block of this.#blocks.values()) {
      try {
        await fetchAll(block);
      } catch (found) {
        if (crashText(found) !== crashText(error)) throw found;
        this.#worthless.add(block);
      }
    }
  }

  array(id: number): ArrayLike {
    const known = this.#arrays.get(id);
    if (known) return known;
    const { base, shape, dtype, strides, offset = 0, readonly } = this.#chapter.arrays[id];
    const recorded = this.#chapter.bases[base].dtype;
    const seen = dtype ?? recorded;
    const steps = narrowSteps(recorded, [offset, ...(strides ?? [])]);
    if (steps === null || (seen !== recorded && (isWide(seen) || isWide(recorded))))
      throw new Inapplicable('memory of 64-bit numbers is seen as something else');
    const block = this.#blockOf(base);
    // The constructor finds the strides, and refuses what leaves the memory.
    const view = new numpy.ndarray(shape, {
      dtype: narrowName(seen),
      buffer: block,
      offset: steps[0],
      ...(strides ? { strides: steps.slice(1) } : {}),
    }) as ArrayLike & OfMemory;
    const tensor = new numpy.Tensor(
      block.storage,
      view.dtype,
      shape,
      view.strides,
      view.offset,
      block,
      !readonly,
    );
    this.#arrays.set(id, tensor);
    return tensor;
  }

  #blockOf(base: number): ArrayLike & OfMemory {
    const known = this.#blocks.get(base);
    if (known) return known;
    const { dtype, data } = this.#chapter.bases[base];
    if (isWide(dtype)) this.narrowed = true;
    const block = tensorOf(narrowName(dtype), narrowBytes(dtype, decodeBase64(data)), this.#device);
    this.#blocks.set(base, block);
    return block;
  }

  compareWritten(written: Readonly<Record<string, string>>, context: Context): void {
    for (const [base, block] of this.#blocks) {
      if (this.isWorthless(block)) continue;
      const { dtype, data } = this.#chapter.bases[base];
      const text = written[base] as string | undefined;
      const expected = elementsOf(decodeBase64(text ?? data), dtype);
      compareElements(dtype, expected, gather(block), context, writtenWhere(text));
    }
  }
}

/** A new tensor of one axis with these elements. */
function tensorOf(dtype: string, elements: TypedArray, device: 'cpu' | 'webgpu'): ArrayLike & OfMemory {
  const length = dtype.startsWith('complex') ? elements.length / 2 : elements.length;
  const array = numpy.empty([length], dtype);
  (array.data as { set: (from: TypedArray) => void }).set(elements);
  return numpy.tensor(array, { dtype, device });
}
