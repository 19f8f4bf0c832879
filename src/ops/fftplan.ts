/** Plans of Fourier transforms: how a length is taken apart, and the tables of roots that its passes need, in the heap. */
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { lazyKernel } from '../device/current.ts';
import { COMPLEX } from '../kernel/fft/complex.ts';
import { buildRoots } from '../kernel/fft/roots.ts';
import { PLAN, buildTransforms } from '../kernel/fft/transform.ts';

const rootKernels = /* @__PURE__ */ lazyKernel<'exact' | 'turns' | 'chirp'>(buildRoots);

/** The kernels that transform rows. */
export const transformKernels = /* @__PURE__ */ lazyKernel<'complex' | 'real' | 'real_inverse' | 'mirror'>(
  buildTransforms,
);

/** Tables in the heap that belong to a length. */
interface Block {
  readonly address: number;
  readonly bytes: number;
  free(): void;
}

const WITH_BUTTERFLY = [4, 2, 3, 5];

/** The factors of n in the order of the passes: fours, a two, threes, fives, and what primes remain. */
export function factorsOf(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  const takeOut = (factor: number): void => {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  };
  WITH_BUTTERFLY.forEach(takeOut);
  for (let factor = 7; factor * factor <= rest; factor += 2) takeOut(factor);
  if (rest > 1) factors.push(rest);
  return factors;
}

/** The smallest length from n on that passes with butterflies can do. */
export function smoothLength(n: number): number {
  let best = 2 ** Math.ceil(Math.log2(n));
  for (let fives = 1; fives < best; fives *= 5) {
    for (let threes = fives; threes < best; threes *= 3) {
      best = Math.min(best, threes * 2 ** Math.max(0, Math.ceil(Math.log2(n / threes))));
    }
  }
  return best;
}

/** About what the passes cost: for each point the sum of the factors, and a little more for those without a butterfly. */
function costOf(n: number): number {
  const perPoint = factorsOf(n).reduce((sum, factor) => sum + (factor <= 5 ? factor : 1.3 * factor), 0);
  return perPoint * n;
}

/** Shorter lengths are not worth a convolution. */
const SHORTEST_CHIRP = 50;

/** Whether Bluestein's way, which is two transforms of at least twice the length, is the faster one. */
export function needsChirp(n: number): boolean {
  return n >= SHORTEST_CHIRP && 2 * costOf(smoothLength(2 * n - 1)) < costOf(n);
}

function allocate(bytes: number): number {
  const address = heap.alloc(bytes);
  if (address === 0) throw new MemoryError(`Unable to allocate ${bytes} bytes in the heap`);
  return address;
}

/** The fine and the coarse table of the roots of n, for the time of a call. */
function withRoots<T>(n: number, use: (fine: number, coarse: number, bits: number) => T): T {
  const bits = Math.ceil(Math.log2(n) / 2);
  const size = 2 ** bits;
  const coarseSize = Math.ceil(n / size);
  const fine = allocate((size + coarseSize) * COMPLEX);
  const coarse = fine + size * COMPLEX;
  try {
    rootKernels().exact(fine, size, 1, n);
    rootKernels().exact(coarse, coarseSize, size, n);
    return use(fine, coarse, bits);
  } finally {
    heap.free(fine);
  }
}

const blockOf = (bytes: number, fill: (address: number) => void): Block => {
  const address = allocate(bytes);
  fill(address);
  return { address, bytes, free: () => heap.free(address) };
};

/** Room for words, so that tables behind them are aligned. */
const aligned = (bytes: number): number => Math.ceil(bytes / COMPLEX) * COMPLEX;

/** A plan that goes pass by pass. */
function planPasses(n: number): Block {
  const factors = factorsOf(n);
  const words = aligned(PLAN.first + factors.length * PLAN.passBytes);
  const odd = factors.filter((factor) => factor > 5);
  const room = Math.max(0, ...odd);
  const turns = factors.map((_, i) => n / factors.slice(0, i + 1).reduce((p, f) => p * f, 1));
  const tableSize = factors.reduce((sum, factor, i) => sum + (factor - 1) * turns[i], 0);
  const numbers = tableSize + odd.reduce((sum, factor) => sum + factor, 0) + room;
  return blockOf(words + numbers * COMPLEX, (address) =>
    withRoots(n, (fine, coarse, bits) => {
      const view = heap.views.int32;
      let table = address + words;
      const take = (count: number): number => {
        const at = table;
        table += count * COMPLEX;
        return at;
      };
      view[(address + PLAN.passes) / 4] = factors.length;
      view[(address + PLAN.room) / 4] = take(room);
      let groups = 1;
      factors.forEach((radix, i) => {
        const length = turns[i];
        const at = take((radix - 1) * length);
        const roots = radix > 5 ? take(radix) : 0;
        rootKernels().turns(at, length, radix, groups, fine, coarse, bits);
        if (roots) rootKernels().turns(roots, radix, 2, n / radix, fine, coarse, bits);
        view.set([radix, length, groups, at, roots], (address + PLAN.first + i * PLAN.passBytes) / 4);
        groups *= radix;
      });
    }),
  );
}

/** Bluestein's plan: the chirp, and its spectrum divided by the padded length. */
function planChirp(n: number): Block {
  const padded = smoothLength(2 * n - 1);
  const inner = planPasses(padded);
  const words = aligned(PLAN.bluesteinBytes);
  const block = blockOf(words + (n + 3 * padded) * COMPLEX, (address) => {
    const chirp = address + words;
    const spectrum = chirp + n * COMPLEX;
    const rows = spectrum + padded * COMPLEX;
    withRoots(2 * n, (fine, coarse, bits) =>
      rootKernels().chirp(chirp, n, spectrum, padded, fine, coarse, bits),
    );
    transformKernels().complex(inner.address, padded, 1, spectrum, rows, 1, 1 / padded);
    const view = heap.views.int32;
    view[(address + PLAN.passes) / 4] = 0;
    view.set([padded, inner.address, chirp, spectrum, rows], (address + PLAN.bluestein.padded) / 4);
  });
  return {
    ...block,
    bytes: block.bytes + inner.bytes,
    free: () => {
      inner.free();
      block.free();
    },
  };
}

/** The roots number 0 ... n / 4 of an even n. */
function planReal(n: number): Block {
  const count = (n >> 2) + 1;
  return blockOf(count * COMPLEX, (address) =>
    withRoots(n, (fine, coarse, bits) => rootKernels().turns(address, count, 2, 1, fine, coarse, bits)),
  );
}

/** Plans that are kept, the least recently used first. */
const kept = /* @__PURE__ */ new Map<string, Block>();
const MOST_PLANS = 32;
const MOST_BYTES = 2 ** 26;

/** The block of a length, made when it is first asked for. */
function blockFor(kind: 'plan' | 'real', n: number): Block {
  const key = `${kind} ${n}`;
  const known = kept.get(key);
  kept.delete(key);
  const block = known ?? (kind === 'real' ? planReal : needsChirp(n) ? planChirp : planPasses)(n);
  kept.set(key, block);
  return block;
}

/** Frees what was not used for the longest time, until what remains is few and small. */
function forgetOld(): void {
  let bytes = [...kept.values()].reduce((sum, block) => sum + block.bytes, 0);
  for (const [key, block] of kept) {
    if (kept.size <= MOST_PLANS && bytes <= MOST_BYTES) return;
    bytes -= block.bytes;
    kept.delete(key);
    block.free();
  }
}

/**
 * Runs `use` with the plan for n complex numbers.
 *
 * @param real - also gives the roots that a transform of 2n real numbers needs.
 */
export function withPlan(n: number, real: boolean, use: (plan: number, roots: number) => void): void {
  const plan = blockFor('plan', n).address;
  const roots = real ? blockFor('real', 2 * n).address : 0;
  try {
    use(plan, roots);
  } finally {
    forgetOld();
  }
}

/** `count` complex numbers at an address, as float32 side by side. */
const singles = (address: number, count: number): Float32Array =>
  Float32Array.from(heap.views.float64.subarray(address / 8, address / 8 + 2 * count));

/** The roots of n, from number 0 on, for transforms that are done elsewhere. */
export function rootTable(n: number): Float32Array {
  const address = allocate(n * COMPLEX);
  try {
    rootKernels().exact(address, n, 1, n);
    return singles(address, n);
  } finally {
    heap.free(address);
  }
}

/** What Bluestein's way needs, for transforms that are done elsewhere. */
export interface ChirpTables {
  readonly padded: number;
  readonly chirp: Float32Array;
  /** The chirp's spectrum, divided by the padded length. */
  readonly spectrum: Float32Array;
}

export function chirpTables(n: number): ChirpTables {
  const block = planChirp(n);
  const [padded, , chirp, spectrum] = Object.values(PLAN.bluestein).map(
    (at) => heap.views.int32[(block.address + at) / 4],
  );
  const tables = { padded, chirp: singles(chirp, n), spectrum: singles(spectrum, padded) };
  block.free();
  return tables;
}
