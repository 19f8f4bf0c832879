/** Where files are read from and written to: bytes in memory, or a file of Node by its path. */
import { ValueError } from '../../array/errors.ts';
import { nodeFs } from './node_fs.ts';

/** Bytes that can be read at any position. */
export interface Source {
  /** The number of bytes. What is read is checked against it before anything is allocated. */
  readonly size: number;
  /** Some bytes, which the caller must not change: they may be the source's own. */
  bytes(position: number, length: number): Uint8Array;
  /** Fills `target` with the bytes from `position` on. */
  copyTo(position: number, target: Uint8Array): void;
}

/** Bytes that are written one after the other, and may be corrected later. */
export interface Sink {
  /** The number of bytes written. */
  readonly size: number;
  write(bytes: Uint8Array): void;
  /** Replaces bytes: all of those of one earlier `write`. */
  patch(position: number, bytes: Uint8Array): void;
}

/** At most this much is handed to the operating system at once: beyond 2 GiB its calls fail. */
const CHUNK = 1 << 28;

/**
 * Throws if a source does not hold the bytes that are asked for.
 *
 * @throws ValueError In NumPy's words.
 */
export function checkRange(source: Source, position: number, length: number, what: string): void {
  const available = Math.max(0, source.size - position);
  if (length > available) {
    throw new ValueError(`EOF: reading ${what}, expected ${length} bytes got ${available}`);
  }
}

/** A source of the bytes of a buffer or view, which are not copied. */
export function bytesSource(data: ArrayBufferLike | ArrayBufferView): Source {
  const all = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return {
    size: all.length,
    bytes: (position, length) => all.subarray(position, position + length),
    copyTo: (position, target) => target.set(all.subarray(position, position + target.length)),
  };
}

/** A source of the file at a path. It is opened for each read, so that nothing stays open. */
export function fileSource(path: string | URL): Source {
  const fs = nodeFs();
  const copyTo = (position: number, target: Uint8Array): void => {
    const file = fs.openSync(path, 'r');
    try {
      for (let done = 0; done < target.length;) {
        const read = fs.readSync(file, target, done, Math.min(CHUNK, target.length - done), position + done);
        if (read === 0) throw new ValueError(`EOF: ${String(path)} has become shorter while it was read`);
        done += read;
      }
    } finally {
      fs.closeSync(file);
    }
  };
  return {
    size: fs.statSync(path).size,
    bytes(position, length) {
      const target = new Uint8Array(length);
      copyTo(position, target);
      return target;
    },
    copyTo,
  };
}

/** The part of a source from `start` on, as a source of its own. */
export function sliceSource(source: Source, start: number, size: number): Source {
  return {
    size,
    bytes: (position, length) => source.bytes(start + position, length),
    copyTo: (position, target) => source.copyTo(start + position, target),
  };
}

/**
 * Writes a file, or collects bytes.
 *
 * @param path - where the file is; `null` collects the bytes.
 * @param produce - writes everything to the sink it is given.
 * @returns The bytes if `path` is null.
 */
export function writeTo(
  path: string | URL | null,
  produce: (sink: Sink) => void,
): Uint8Array<ArrayBuffer> | undefined {
  if (path === null) return collect(produce);
  writeFile(path, produce);
  return undefined;
}

function collect(produce: (sink: Sink) => void): Uint8Array<ArrayBuffer> {
  const parts = new Map<number, Uint8Array>();
  let size = 0;
  produce({
    get size() {
      return size;
    },
    write(bytes) {
      parts.set(size, bytes);
      size += bytes.length;
    },
    patch: (position, bytes) => void parts.set(position, bytes),
  });
  const all = new Uint8Array(size);
  for (const [position, bytes] of parts) all.set(bytes, position);
  return all;
}

function writeFile(path: string | URL, produce: (sink: Sink) => void): void {
  const fs = nodeFs();
  const file = fs.openSync(path, 'w');
  let size = 0;
  const put = (bytes: Uint8Array, position: number): void => {
    for (let done = 0; done < bytes.length;) {
      done += fs.writeSync(file, bytes, done, Math.min(CHUNK, bytes.length - done), position + done);
    }
  };
  try {
    produce({
      get size() {
        return size;
      },
      write(bytes) {
        put(bytes, size);
        size += bytes.length;
      },
      patch: (position, bytes) => put(bytes, position),
    });
  } finally {
    fs.closeSync(file);
  }
}
