/**
 * What kernels say of bad input. They cannot throw, so each operation that may fail has words of its own on the device, where it writes
 * down its first failure. The bytes that it wrote remember to look there when they are read, and so do those that are computed of them.
 */
import { RuntimeError } from '../../array/errors.ts';
import { k } from '../../kernel/build.ts';
import { at, gridKernel } from '../../kernel/grid/build.ts';
import { Block, GpuBytes } from './bytes.ts';
import { BYTES_USAGE } from './flags.ts';

/** Words of a check: a code, 0 as long as nothing failed, and details. */
const WORDS = 16;
export const CHECK_BYTES = 4 * WORDS;
/** Checks that share a buffer. */
const OF_A_PAGE = 256;
const PAGE_BYTES = OF_A_PAGE * CHECK_BYTES;

/**
 * Checks that bytes may have before they are made one: a long loop without a read would collect one for each of its steps, and a read
 * looks at each.
 */
const MOST_CHECKS = 8;

/**
 * Makes the error for a kernel's code.
 *
 * @param code    what the kernel wrote to the first word, not 0
 * @param details the words behind it, as signed integers
 */
export type CheckError = (code: number, details: Int32Array) => Error;

/** Where the kernels of one operation write that it failed. A launch takes it for the buffer `status`. */
export class Check {
  /** The buffer, */
  readonly page: GpuBytes;
  /** and the first of the words in it, which the kernels have to be told. */
  readonly first: number;
  /** Smaller for operations that came earlier. */
  readonly order: number;
  /** The error, or null if all went well; undefined until a read has looked. */
  result: Error | null | undefined = undefined;

  constructor(page: GpuBytes, first: number, order: number) {
    this.page = page;
    this.first = first;
    this.order = order;
  }
}

/** The operations without which bytes are worth nothing, in their order; null where nothing can have failed. */
export type Checked = readonly Check[] | null;

/** A list of checks, and what was made of it. */
interface Made {
  readonly from: readonly (readonly Check[])[];
  readonly to: readonly Check[];
}

/** The checks of one device. */
export class Checks {
  readonly #device: GPUDevice;
  #page: GpuBytes | null = null;
  #ofPage = OF_A_PAGE;
  #count = 0;
  /** Arrays that are computed side by side have the same checks, so what was made for one is asked for again. */
  #lastUnion: Made | null = null;
  #lastMerge: Made | null = null;
  toError: CheckError = (code) => new RuntimeError(`a kernel failed with code ${code}`);

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** A new check. It stands for an operation that came as early as the one of `order`, by default for one that comes now. */
  create(order = ++this.#count): Check {
    if (this.#ofPage === OF_A_PAGE) {
      const buffer = this.#device.createBuffer({ size: PAGE_BYTES, usage: BYTES_USAGE, label: 'checks' });
      const lease = { block: new Block(buffer, PAGE_BYTES, BYTES_USAGE), release: () => undefined };
      this.#page = new GpuBytes(lease, 0, PAGE_BYTES, PAGE_BYTES);
      this.#ofPage = 0;
    }
    return new Check(this.#page!, WORDS * this.#ofPage++, order);
  }

  /** The checks of what is computed of bytes with the checks `a` and `b`. */
  union(a: Checked, b: Checked): Checked {
    if (a === b || b === null) return a;
    if (a === null) return b;
    const known = this.#lastUnion;
    if (known !== null && known.from[0] === a && known.from[1] === b) return known.to;
    const more = b.filter((check) => !a.includes(check));
    const to = more.length === 0 ? a : [...a, ...more].sort((x, y) => x.order - y.order);
    this.#lastUnion = { from: [a, b], to };
    return to;
  }

  /**
   * The same checks, or one for all if they are many.
   *
   * @param merge - has the first failure of checks written to a new one
   */
  few(checks: readonly Check[], merge: (from: readonly Check[], to: Check) => void): readonly Check[] {
    if (checks.length <= MOST_CHECKS) return checks;
    const known = this.#lastMerge;
    if (known !== null && areSame(known.from[0]!, checks)) return known.to;
    const to = [this.create(checks[0]!.order)];
    merge(checks, to[0]!);
    this.#lastMerge = { from: [checks], to };
    return to;
  }

  /** The error of the first check that failed. `words` are those of the checks, one after the other. */
  errorIn(checks: readonly Check[], words: Int32Array): Error | null {
    checks.forEach((check, i) => {
      if (check.result !== undefined) return;
      const [code, ...details] = words.subarray(i * WORDS, (i + 1) * WORDS);
      check.result = code === 0 ? null : this.toError(code!, Int32Array.from(details));
    });
    return failureIn(checks);
  }
}

const areSame = (a: readonly Check[], b: readonly Check[]): boolean =>
  a.length === b.length && a.every((check, i) => check === b[i]);

/** The error of the first check that is known to have failed. */
export const failureIn = (checks: Checked): Error | null =>
  checks?.find(({ result }) => result instanceof Error)?.result ?? null;

/** The checks without those that are known to be good. */
export function openIn(checks: Checked): Checked {
  if (checks === null || checks.every(({ result }) => result !== null)) return checks;
  const left = checks.filter(({ result }) => result !== null);
  return left.length === 0 ? null : left;
}

/** Writes the first failure among `count` checks to the one that begins at the word `first` of a page. */
export const MERGE_CHECKS = /* @__PURE__ */ gridKernel(
  'merge_checks',
  1,
  { found: 'read', page: 'write' },
  { count: 'i32', first: 'i32' },
  (b, { found, page }, { count, first }) =>
    b.if(k.eq(b.group, 0), () =>
      b.for(0, count, 1, (i) => {
        const from = b.let(k.mul(i, WORDS), 'from');
        const isFirst = k.and(k.eq(at(page, first), 0), k.not(k.eq(at(found, from), 0)));
        b.if(isFirst, () =>
          b.for(0, WORDS, 1, (w) => b.put(page, k.add(first, w), at(found, k.add(from, w)))),
        );
      }),
    ),
);
