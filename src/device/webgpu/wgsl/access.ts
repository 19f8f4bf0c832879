/**
 * How WGSL reads and changes elements of arrays. A buffer that is larger than a binding may be is bound in several sections, each a
 * variable of its own; functions find the section that an element is in.
 */
import type { AtomicOp, BufferArray, GridArray } from '../../../kernel/grid/ir.ts';
import type { Names } from './names.ts';
import { wgslType } from './types.ts';

/** Into how many sections each buffer of a kernel is cut, and the bytes of a section but the last. */
export interface Sections {
  readonly counts: readonly number[];
  readonly bytes: number;
}

/** What may be done to an element. */
export type Access = 'load' | 'store' | AtomicOp;

const ATOMIC = {
  add: 'atomicAdd',
  and: 'atomicAnd',
  or: 'atomicOr',
  xor: 'atomicXor',
  min: 'atomicMin',
  max: 'atomicMax',
  exchange: 'atomicExchange',
} as const;

export const isAtomic = (array: GridArray): boolean =>
  array.kind === 'buffer' ? array.access === 'atomic' : array.atomic;

/** An access to the element at a place: an expression, or the statement of a `store`. */
export function accessTo(
  how: Exclude<Access, 'compareExchange'>,
  array: GridArray,
  place: string,
  value: string,
): string {
  if (how === 'load') return isAtomic(array) ? `atomicLoad(&${place})` : place;
  if (how === 'store') return isAtomic(array) ? `atomicStore(&${place}, ${value})` : `${place} = ${value}`;
  return `${ATOMIC[how]}(&${place}, ${value})`;
}

/**
 * The lines that write `value` where the word equals `wanted`, and leave in the variable `old` what it was. WGSL's exchange may fail
 * though the word is as expected: then it is tried again.
 */
export function compareExchange(
  place: string,
  names: { readonly wanted: string; readonly old: string; readonly tried: string },
  value: string,
): string[] {
  const { wanted, old, tried } = names;
  return [
    `var ${old} = ${wanted};`,
    'loop {',
    `  let ${tried} = atomicCompareExchangeWeak(&${place}, ${wanted}, ${value});`,
    `  ${old} = ${tried}.old_value;`,
    `  if (${tried}.exchanged || ${old} != ${wanted}) {`,
    '    break;',
    '  }',
    '}',
  ];
}

/** The accesses that a buffer's kind has. */
const READ: readonly Access[] = ['load'];
const WRITE: readonly Access[] = ['load', 'store'];
const CHANGE: readonly Access[] = [...WRITE, ...(Object.keys(ATOMIC) as AtomicOp[]), 'compareExchange'];
const ACCESSES = { read: READ, write: WRITE, atomic: CHANGE };

const BYTES = { u32: 4, u32x4: 16 };

/** A buffer in several sections. */
export class SectionedBuffer {
  /** The variables. */
  readonly names: readonly string[];
  readonly #array: BufferArray;
  readonly #functions: ReadonlyMap<Access, string>;
  readonly #used = new Set<Access>();
  /** Elements of a section. */
  readonly #length: number;

  constructor(array: BufferArray, count: number, bytes: number, names: Names) {
    this.#array = array;
    this.names = Array.from({ length: count }, () => names.fresh(array.name));
    const ways = ACCESSES[array.access];
    this.#functions = new Map(ways.map((how) => [how, names.fresh(`${array.name}_${how}`)]));
    this.#length = bytes / BYTES[array.type];
  }

  /** The call of the function for an access. */
  call(how: Access, index: string, values: readonly string[]): string {
    this.#used.add(how);
    return `${this.#functions.get(how)!}(${[index, ...values].join(', ')})`;
  }

  /** The functions that were called. */
  print(): string[] {
    return [...this.#used].map((how) => {
      const type = wgslType(this.#array.type);
      const values = { load: [], compareExchange: ['wanted', 'value'] }[how as string] ?? ['value'];
      const params = ['i: i32', ...values.map((name) => `${name}: ${type}`)].join(', ');
      const result = how === 'store' ? '' : ` -> ${type}`;
      return `fn ${this.#functions.get(how)!}(${params})${result} {\n${this.#body(how).join('\n')}\n}`;
    });
  }

  #body(how: Access): string[] {
    const last = this.names.length - 1;
    return this.names.flatMap((name, s) => {
      const place = `${name}[${s === 0 ? 'i' : `i - ${s * this.#length}i`}]`;
      const lines = this.#lines(how, place);
      if (s === last) return lines.map((line) => `  ${line}`);
      const end = how === 'store' ? ['    return;'] : [];
      return [
        `  if (i < ${(s + 1) * this.#length}i) {`,
        ...lines.map((line) => `    ${line}`),
        ...end,
        '  }',
      ];
    });
  }

  #lines(how: Access, place: string): string[] {
    if (how === 'compareExchange') {
      const names = { wanted: 'wanted', old: 'old', tried: 'tried' };
      return [...compareExchange(place, names, 'value'), 'return old;'];
    }
    const text = accessTo(how, this.#array, place, 'value');
    return [how === 'store' ? `${text};` : `return ${text};`];
  }
}
