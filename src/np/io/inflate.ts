/** Deflated bytes as a source: what is asked for is inflated, never more than was promised. */
import { Inflate, inflateSync } from 'fflate/browser';
import { ValueError } from '../../array/errors.ts';
import { crc32 } from './crc32.ts';
import type { Source } from './source.ts';

/** Deflate's best: two bits for a match of 258 bytes. */
export const MAX_DEFLATE_RATIO = 1032;

/** Reads that end before this are served from the beginning alone, so that a header can be checked first. */
const HEAD = 1 << 14;

/** So many compressed bytes at a time, for the beginning. */
const STEP = 512;

/** What is known of the bytes once inflated. */
export interface Promised {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
}

/** A source of the bytes that `compressed` inflates to. */
export function inflatedSource(compressed: Source, promised: Promised): Source {
  const read = (end: number): Uint8Array =>
    end <= HEAD ? inflateHead(compressed, promised, end) : inflateTo(compressed, promised, end);
  return {
    size: promised.size,
    bytes: (position, length) => read(position + length).subarray(position, position + length),
    copyTo: (position, target) => target.set(read(position + target.length).subarray(position)),
  };
}

/** The first `end` bytes, and some more. */
function inflateHead(compressed: Source, promised: Promised, end: number): Uint8Array {
  const head = new Uint8Array(end);
  let done = 0;
  const stream = new Inflate((chunk) => {
    head.set(chunk.subarray(0, end - done), done);
    done = Math.min(end, done + chunk.length);
  });
  for (let at = 0; done < end && at < compressed.size; at += STEP) {
    guard(promised, () => stream.push(compressed.bytes(at, Math.min(STEP, compressed.size - at))));
  }
  return complete(promised, head, done);
}

/** The first `end` bytes, checked if that is all. What would be beyond them is dropped by the inflater. */
function inflateTo(compressed: Source, promised: Promised, end: number): Uint8Array {
  const input = compressed.bytes(0, compressed.size);
  const out = guard(promised, () => inflateSync(input, { out: new Uint8Array(end) }));
  return complete(promised, out, out.length);
}

function complete(promised: Promised, bytes: Uint8Array, length: number): Uint8Array {
  const name = JSON.stringify(promised.name);
  if (length !== bytes.length) throw new ValueError(`bad zip archive: ${name} ends early`);
  if (length === promised.size && crc32(bytes) !== promised.crc) {
    throw new ValueError(`bad zip archive: Bad CRC-32 for file ${name}`);
  }
  return bytes;
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
