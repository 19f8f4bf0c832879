/** Reads the digits from the installed package. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DigitFile, Split } from './data.ts';
import { splitDigits } from './data.ts';

const DIGITS = dirname(createRequire(import.meta.url).resolve('mnist/src/digits/0.json'));

/** All ten thousand images. */
export function loadDigits(): Split {
  const read = (digit: number): DigitFile =>
    JSON.parse(readFileSync(join(DIGITS, `${digit}.json`), 'utf8')) as DigitFile;
  return splitDigits(Array.from({ length: 10 }, (_, digit) => read(digit)));
}
