import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ValueError } from '../../../src/array/errors.ts';
import { heap } from '../../../src/array/heap.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';
import { load } from '../../../src/np/io/load.ts';
import { NpzFile } from '../../../src/np/io/npz.ts';
import type { Npz } from '../../../src/np/io/npz.ts';
import { savez, savez_compressed } from '../../../src/np/io/save.ts';
import recorded from './numpy_files.json';

/** Counts the bytes of all Uint8Arrays that are made, also by fflate, which takes the constructor when it is loaded. */
const counter = vi.hoisted(() => {
  const counter = { bytes: 0 };
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args: ConstructorParameters<typeof Uint8Array>) {
      const made = new target(...args);
      if (made.buffer !== (args as unknown[])[0]) counter.bytes += made.byteLength;
      return made;
    },
  });
  return counter;
});

const LIMIT = 16 * 2 ** 20;

const files = [...recorded.npy, ...recorded.npz].map(({ file }) =>
  Uint8Array.from(Buffer.from(file, 'base64')),
);
files.push(
  savez_compressed(null, {
    x: new Float64Array(100_000),
    y: Float32Array.from({ length: 3000 }, Math.random),
  }),
  savez(null, { x: [1, 2, 3], y: Int8Array.of(1, 2) }),
);

const byte = fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255));
const changes = fc.array(
  fc.record({ place: fc.nat(), fromEnd: fc.boolean(), near: fc.boolean(), value: byte }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

/** Loads all that is in a file. Throws if that throws anything but ValueError, or takes much memory or time. */
function loadAll(bytes: Uint8Array): void {
  const started = performance.now();
  const before = heap.liveBytes;
  counter.bytes = 0;
  try {
    const found = load<NDArray | Npz>(bytes);
    if (found instanceof NpzFile) for (const name of found) found.get(name);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
  }
  expect(counter.bytes + heap.liveBytes - before).toBeLessThan(LIMIT);
  expect(performance.now() - started).toBeLessThan(2000);
}

describe('what is no valid file loads or throws ValueError, in little memory', () => {
  test('the counter counts', () => {
    counter.bytes = 0;
    loadAll(files.at(-2)!);
    expect(counter.bytes).toBeGreaterThan(800_000);
  });

  test('valid files with bytes changed', () => {
    fc.assert(
      fc.property(fc.nat(files.length - 1), changes, (which, edits) => {
        const bytes = files[which].slice();
        for (const { place, fromEnd, near, value } of edits) {
          // Half of the changes go where the structure is: to the beginning, or to an archive's directory at the end.
          const at = place % (near ? Math.min(200, bytes.length) : bytes.length);
          bytes[fromEnd ? bytes.length - 1 - at : at] = value;
        }
        loadAll(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test('valid files cut and joined', () => {
    const part = fc.tuple(fc.nat(files.length - 1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(part, part, ([first, cut], [second, skip]) => {
        const head = files[first].subarray(0, Math.round(cut * files[first].length));
        loadAll(
          Uint8Array.from(
            Buffer.concat([head, files[second].subarray(Math.round(skip * files[second].length))]),
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes behind a valid beginning', () => {
    const starts = [[], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        loadAll(Uint8Array.of(...start, ...rest));
      }),
      { numRuns: 1000 },
    );
  });
});
