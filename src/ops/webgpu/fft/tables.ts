/** Tables for Fourier transforms on the GPU: computed in double precision on the processor, and uploaded once for a length. */
import type { GpuBytes } from '../../../device/webgpu/bytes.ts';
import { chirpTables, rootTable } from '../../fftplan.ts';
import type { WebGpu } from '../webgpu.ts';

/** Tables of complex64 numbers on a device. */
interface Tables {
  readonly bytes: readonly GpuBytes[];
  readonly byteLength: number;
}

/** What Bluestein's way needs of a length. */
export interface Chirp {
  readonly padded: number;
  readonly chirp: GpuBytes;
  readonly spectrum: GpuBytes;
}

/** The least recently used come first. */
const kept = /* @__PURE__ */ new WeakMap<WebGpu, Map<string, Tables>>();
const MOST_TABLES = 32;
const MOST_BYTES = 2 ** 26;

/** The roots of n. */
export function rootsOn(home: WebGpu, n: number): GpuBytes {
  return tablesOf(home, `roots ${n}`, () => [rootTable(n)])[0];
}

/** The chirp of n, and its spectrum at a padded length. */
export function chirpOn(home: WebGpu, n: number): Chirp {
  const [chirp, spectrum] = tablesOf(home, `chirp ${n}`, () => {
    const tables = chirpTables(n);
    return [tables.chirp, tables.spectrum];
  });
  return { padded: spectrum.byteLength / 8, chirp, spectrum };
}

function tablesOf(home: WebGpu, key: string, make: () => readonly Float32Array[]): readonly GpuBytes[] {
  let all = kept.get(home);
  if (!all) kept.set(home, (all = new Map()));
  const known = all.get(key);
  all.delete(key);
  const tables = known ?? uploaded(home, make());
  all.set(key, tables);
  forgetOld(all);
  return tables.bytes;
}

function uploaded({ gpu }: WebGpu, tables: readonly Float32Array[]): Tables {
  const bytes = tables.map((table) => {
    const own = gpu.allocate(table.byteLength);
    gpu.upload(own, 0, new Uint8Array(table.buffer, table.byteOffset, table.byteLength));
    return own;
  });
  return { bytes, byteLength: bytes.reduce((sum, { byteLength }) => sum + byteLength, 0) };
}

/** Forgets what was not used for the longest time, until what remains is few and small; the last ones stay. */
function forgetOld(all: Map<string, Tables>): void {
  let bytes = [...all.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  for (const [key, tables] of all) {
    if (all.size <= IN_USE || (all.size <= MOST_TABLES && bytes <= MOST_BYTES)) return;
    bytes -= tables.byteLength;
    all.delete(key);
    for (const table of tables.bytes) table.release();
  }
}

/** Tables that one transform uses: those of its length, and of the padded one. */
const IN_USE = 2;
