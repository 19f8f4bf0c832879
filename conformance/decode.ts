/** The arguments of a case made from their codes. */
import { callable } from './callables.ts';
import { lookup, numpy } from './namespace.ts';
import type { ArrayLike } from './namespace.ts';
import { decodeBase64 } from './suite.ts';
import type { Code } from './suite.ts';

export type Tagged = Readonly<Record<string, Code>>;

export function isTagged(code: Code): code is Tagged {
  return typeof code === 'object' && code !== null && !Array.isArray(code);
}

/** Makes arguments; where arrays come from, and which dtypes are meant, is given. */
export class Decoder {
  readonly #array: (id: number) => ArrayLike;
  readonly #dtype: (name: string) => string;

  constructor(array: (id: number) => ArrayLike, dtype: (name: string) => string = (name) => name) {
    this.#array = array;
    this.#dtype = dtype;
  }

  decode(code: Code): unknown {
    if (code === null || typeof code !== 'object') return code;
    if (Array.isArray(code)) return code.map((item: Code) => this.decode(item));
    const [tag] = Object.keys(code);
    const value = (code as Tagged)[tag];
    switch (tag) {
      case 'a':
        return this.#array(value as number);
      case 'i':
        return BigInt(value as string);
      case 'f':
        return number(value);
      case 'c':
        return new numpy.Complex(...((value as Code[]).map(number) as [number, number]));
      case 's':
        return numpy.slice(
          ...((value as Code[]).map((part) => this.decode(part)) as [unknown, unknown, unknown]),
        );
      case 'e':
        return '...';
      case 'd':
        return numpy.dtype(this.#dtype(value as string));
      case 'b':
        return decodeBase64(value as string);
      case 'fn':
        return callable(value as string);
      case 'ref':
        return lookup(value as string).member;
      case 'o':
        return this.entries(value as Tagged);
      default:
        return this.entries(code as Tagged);
    }
  }

  entries(entries: Tagged): Record<string, unknown> {
    return Object.fromEntries(Object.entries(entries).map(([name, item]) => [name, this.decode(item)]));
  }
}

function number(value: Code): number {
  return value === 'nan' ? NaN : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value);
}
