/** The recorded cases of one chapter, as `scripts/record_numpy.py` and `scripts/record_torch.py` write them: JSON lines. */

/** A tagged value; `scripts/record/core.py` says what each tag means. */
export type Code = null | boolean | number | string | readonly Code[] | { readonly [tag: string]: Code };

export interface Base {
  readonly dtype: string;
  readonly data: string;
}

export interface Layout {
  readonly base: number;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly readonly?: boolean;
}

export interface Extras {
  /** The memory that the call changes, by number of its base. */
  readonly written?: Readonly<Record<string, string>>;
  readonly print?: Readonly<Record<string, Code>>;
  /** The dtype of the result is left open. */
  readonly loose?: boolean;
  /** The rule of this project by which the answer differs from NumPy's, which is `numpy`. */
  readonly deviation?: string;
  readonly numpy?: Code;
  /** NumPy leaves the values open; this property is verified instead. */
  readonly check?: string;
}

export interface Case {
  readonly name: string;
  readonly args: readonly Code[];
  readonly keywords: Readonly<Record<string, Code>>;
  readonly expected: Code;
  readonly extras: Extras;
  /** Its line in the chapter's file. */
  readonly line: number;
}

/** The first line of a chapter: its name, and the version of NumPy or of PyTorch that answered. */
export interface Header {
  readonly chapter: string;
  readonly numpy?: string;
  readonly torch?: string;
  readonly seed: number;
}

export interface Chapter extends Header {
  readonly bases: readonly Base[];
  readonly arrays: readonly Layout[];
  readonly cases: readonly Case[];
}

type CaseLine = [string, Code[], Record<string, Code>, Code, Extras?];

/**
 * Reads a chapter.
 *
 * @param text - the contents of a file of `conformance/numpy` or `conformance/torch`.
 * @param wanted - keeps the cases of these functions only.
 */
export function parseChapter(text: string, wanted: (name: string) => boolean = () => true): Chapter {
  const lines = text.trimEnd().split('\n');
  const header = JSON.parse(lines[0]) as Header;
  const bases: Base[] = [];
  const arrays: Layout[] = [];
  const cases: Case[] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i];
    if (line.startsWith('{"base"')) {
      const base = JSON.parse(line) as Base & { base: number };
      bases[base.base] = base;
    } else if (line.startsWith('{"array"')) {
      const array = JSON.parse(line) as Layout & { array: number };
      arrays[array.array] = array;
    } else if (wanted(line.slice(2, line.indexOf('"', 2)))) {
      const [name, args, keywords, expected, extras = {}] = JSON.parse(line) as CaseLine;
      cases.push({ name, args, keywords, expected, extras, line: i + 1 });
    }
  }
  return { ...header, bases, arrays, cases };
}

const DIGITS = new Uint8Array(128);
for (const [value, digit] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
}

/** The bytes of base64 text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, o = 0; i < text.length; i += 4) {
    const word =
      (DIGITS[text.charCodeAt(i)] << 18) |
      (DIGITS[text.charCodeAt(i + 1)] << 12) |
      (DIGITS[text.charCodeAt(i + 2) & 127] << 6) |
      DIGITS[text.charCodeAt(i + 3) & 127];
    bytes[o++] = word >> 16;
    bytes[o++] = word >> 8;
    bytes[o++] = word;
  }
  return bytes;
}
