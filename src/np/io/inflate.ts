/** Deflated bytes as a source: what is asked for is inflated, never more than was promised. */
import { Inflate, inflateSync } from 'fflate';
import { ValueError } from '../../array/errors.ts';
import type { Source } from './source.ts';

/** Deflate's best: two bits for a match of 258 bytes. */
export const MAX_DEFLATE_RATIO = 1032;

/** So much of the beginning is inflated by itself, so that a header can be checked first: NumPy's are shorter. */
const HEAD = 256;

/** So many compressed bytes at a time, for the beginning. */
const STEP = 128;

/** What is known of the bytes once inflated. */
export interface Promised {
  readonly name: string;
  readonly size: number;
}

/** A source of the bytes that `compressed` inflates to. */
export function inflatedSource(compressed: Source, promised: Promised): Source {
  let head = new Uint8Array(0);
  const read = (end: number): Uint8Array => {
    if (end <= head.length) return head;
    if (end > HEAD) return inflateTo(compressed, promised, end);
    head = inflateHead(compressed, promised, Math.min(promised.size, HEAD));
    return head;
  };
  return {
    size: promised.size,
    bytes: (position, length) => read(position + length).subarray(position, position + length),
    copyTo: (position, target) =>
      target.set(read(position + target.length).subarray(position, position + target.length)),
  };
}

/** The first `end` bytes, for which no more than their own compressed bytes are read. */
function inflateHead(compressed: Source, promised: Promised, end: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(end);
  let done = 0;
  const stream = new Inflate((chunk) => {
    head.set(chunk.subarray(0, end - done), done);
    done = Math.min(end, done + chunk.length);
  });
  for (let at = 0; done < end && at < compressed.size; at += STEP) {
    guard(promised, () => stream.push(compressed.bytes(at, Math.min(STEP, compressed.size - at))));
  }
  return complete(promised, head.subarray(0, done), end);
}

/** The first `end` bytes. What would be beyond them is dropped by the inflater. */
function inflateTo(compressed: Source, promised: Promised, end: number): Uint8Array {
  const input = compressed.bytes(0, compressed.size);
  const out = guard(promised, () => inflateSync(input, { out: new Uint8Array(end) }));
  return complete(promised, out, end);
}

function complete<T extends Uint8Array>(promised: Promised, bytes: T, end: number): T {
  if (bytes.length === end) return bytes;
  throw new ValueError(`bad zip archive: ${JSON.stringify(promised.name)} ends early`);
}

/** Runs the inflater, whose errors are all about the data. */
function guard<T>(promised: Promised, inflate: () => T): T {
  try {
    return inflate();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ValueError(`bad zip archive: ${JSON.stringify(promised.name)} cannot be inflated: ${reason}`);
  }
}
