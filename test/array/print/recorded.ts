/** Reads what NumPy printed, as scripts/record_print.py recorded it. */
import { readFileSync } from 'node:fs';
import { dtype } from '../../../src/array/dtype.ts';
import { emptyArray } from '../../../src/array/ndarray.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';

const FOLDER = new URL('../../../conformance/printing/', import.meta.url);

/** The lines of a recorded file after its header. */
export function recorded<T>(name: string): T[] {
  const [, ...lines] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

/** A one-dimensional array of the recorded memory, or with no dimensions if `scalar`. */
export function decode(name: string, base64: string, scalar = false): NDArray {
  const bytes = Buffer.from(base64, 'base64');
  const type = dtype(name);
  const a = emptyArray(scalar ? [] : [bytes.length / type.itemsize], type);
  a.storage.views.uint8.set(bytes, a.offset);
  return a;
}
