/**
 * A reader of Python literals, as the header of an .npy file holds one: strings, integers, booleans, None, tuples,
 * lists and dictionaries. It is the part of Python's `ast.literal_eval` that such headers use.
 */
import { ValueError } from '../../array/errors.ts';

/** A Python value. Integers are bigints, so that they differ from everything else and lose nothing. */
export type Literal = string | bigint | boolean | null | Tuple | Literal[] | ReadonlyMap<string, Literal>;

/** A Python tuple; a plain array is a Python list. */
export interface Tuple {
  readonly tuple: readonly Literal[];
}

/** Nesting beyond this is refused: no header needs it, and a hostile one would exhaust the stack. */
const MAX_DEPTH = 64;

/** Longer digit strings than any 64-bit size has are refused before they are converted. */
const MAX_DIGITS = 40;

/** Whether a value is a tuple. */
export function isTuple(value: Literal): value is Tuple {
  return typeof value === 'object' && value !== null && 'tuple' in value;
}

/**
 * Reads one Python literal that fills the whole text.
 *
 * @param text - the literal; blanks and line ends around it are ignored.
 * @param python2 - whether integers may end in `L`, as Python 2 wrote long ones.
 * @returns The value.
 * @throws ValueError if the text is anything else.
 */
export function parseLiteral(text: string, python2 = false): Literal {
  const reader = new LiteralReader(text, python2);
  const value = reader.value(0);
  reader.end();
  return value;
}

class LiteralReader {
  private readonly text: string;
  private readonly python2: boolean;
  private position = 0;

  constructor(text: string, python2: boolean) {
    this.text = text;
    this.python2 = python2;
  }

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) this.fail();
    const next = this.peek();
    if (next === '{') return this.dictionary(depth);
    if (next === '(') return this.tuple(depth);
    if (next === '[') return this.items('[', ']', depth).values;
    if (next === "'" || next === '"') return this.string();
    return this.number() ?? this.word();
  }

  end(): void {
    if (this.peek() !== '') this.fail();
  }

  private dictionary(depth: number): ReadonlyMap<string, Literal> {
    const entries = new Map<string, Literal>();
    this.take('{');
    while (this.peek() !== '}') {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') return this.fail();
      this.take(':');
      entries.set(key, this.value(depth + 1));
      if (this.peek() !== '}') this.take(',');
    }
    this.take('}');
    return entries;
  }

  /** A tuple, or a single value in parentheses. */
  private tuple(depth: number): Literal {
    const { values, commas } = this.items('(', ')', depth);
    return values.length === 1 && commas === 0 ? values[0] : { tuple: values };
  }

  private items(open: string, close: string, depth: number): { values: Literal[]; commas: number } {
    const values: Literal[] = [];
    let commas = 0;
    this.take(open);
    while (this.peek() !== close) {
      values.push(this.value(depth + 1));
      if (this.peek() === close) break;
      this.take(',');
      commas++;
    }
    this.take(close);
    return { values, commas };
  }

  private string(): string {
    const [whole, , body] = this.match(/(['"])((?:(?!\1)[^\\\n]|\\[\\'"])*)\1/y) ?? this.fail();
    this.position += whole.length;
    return body!.replace(/\\(.)/g, '$1');
  }

  private number(): bigint | undefined {
    const found = this.match(/([+-]?\d+)(L?)(?![\w.])/y);
    if (!found) return undefined;
    const [whole, digits, suffix] = found;
    if (digits!.length > MAX_DIGITS || (suffix && !this.python2)) return this.fail();
    this.position += whole.length;
    return BigInt(digits!);
  }

  private word(): boolean | null {
    const [whole] = this.match(/(?:True|False|None)(?!\w)/y) ?? this.fail();
    this.position += whole.length;
    return whole === 'None' ? null : whole === 'True';
  }

  /** The next character that is not blank; '' at the end. */
  private peek(): string {
    this.position += this.match(/\s*/y)![0].length;
    return this.text.charAt(this.position);
  }

  private take(character: string): void {
    if (this.peek() !== character) this.fail();
    this.position++;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    return pattern.exec(this.text);
  }

  private fail(): never {
    const shown = this.text.length > 200 ? `${this.text.slice(0, 200)}...` : this.text;
    throw new ValueError(`Cannot parse header: ${JSON.stringify(shown)}`);
  }
}
