/** Einstein's subscripts: both ways of writing them, read into a label for every axis. */
import { operandDTypes } from '../../ops/ufunc.ts';
import { ValueError, shapeText } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asArray, isScalar, weakKind } from '../../ops/asarray.ts';

/** A subscripts list: label numbers below 52, and `'...'`. */
export type Sublist = readonly (number | '...')[];

/** An array whose axes have labels. */
export interface Labelled {
  readonly array: NDArray;
  readonly labels: readonly string[];
}

/** What an einsum call asks for. */
export interface Subscripts {
  readonly operands: readonly Labelled[];
  readonly output: readonly string[];
  /** The length of every label, broadcast over the operands. */
  readonly sizes: ReadonlyMap<string, number>;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ELLIPSIS = '...';

/**
 * Reads the arguments of einsum: a string and operands, or operands each followed by a list, and maybe the result's list.
 *
 * @param args - the positional arguments
 * @param sumsEllipsis - whether an explicit output without an ellipsis sums over the ellipsis, as it does for `einsum_path`
 * @throws ValueError for subscripts that are malformed or do not fit the operands; TypeError for lists of anything else.
 */
export function parseSubscripts(args: readonly unknown[], sumsEllipsis: boolean): Subscripts {
  const { text, given } = typeof args[0] === 'string' ? ofString(args) : ofSublists(args);
  const { terms, output } = splitText(text);
  if (terms.length !== given.length) {
    throw new ValueError(
      `einstein sum subscripts string has ${terms.length} terms, but ${given.length} operands were given`,
    );
  }
  const arrays = given.map(operandArray);
  const ellipses = arrays.map((array, i) => ellipsisLength(terms[i], array, i));
  const longest = Math.max(0, ...ellipses);
  const dots = unusedLabels(terms, longest);
  const operands = arrays.map((array, i) => ({
    array,
    labels: terms[i].flatMap((label) => (label === ELLIPSIS ? dots.slice(longest - ellipses[i]) : [label])),
  }));
  if (output && longest > 0 && !output.includes(ELLIPSIS) && !sumsEllipsis) {
    throw new ValueError(
      "output has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions.",
    );
  }
  return {
    operands,
    output: output ? explicitOutput(output, dots, operands) : implicitOutput(terms, dots),
    sizes: labelSizes(operands),
  };
}

interface Parts {
  readonly text: string;
  readonly given: readonly ArrayLike[];
}

function ofString(args: readonly unknown[]): Parts {
  if (args.length < 2) throw missingOperands();
  return { text: args[0] as string, given: args.slice(1) as ArrayLike[] };
}

function missingOperands(): ValueError {
  return new ValueError(
    'must specify the einstein sum subscripts string and at least one operand, or at least one operand and its corresponding subscripts list',
  );
}

/** The list form written as a string. */
function ofSublists(args: readonly unknown[]): Parts {
  if (args.length < 2) throw missingOperands();
  const pairs = args.length >> 1;
  const given = Array.from({ length: pairs }, (_, i) => args[2 * i] as ArrayLike);
  const terms = Array.from({ length: pairs }, (_, i) => sublistText(args[2 * i + 1]));
  const output = args.length % 2 === 1 ? `->${sublistText(args[args.length - 1])}` : '';
  return { text: terms.join(',') + output, given };
}

function sublistText(list: unknown): string {
  if (!Array.isArray(list)) throw new TypeError('the subscripts for each operand must be a list or a tuple');
  return list
    .map((label: unknown) => {
      if (label === ELLIPSIS) return ELLIPSIS;
      if (!Number.isInteger(label))
        throw new TypeError('each subscript must be either an integer or an ellipsis');
      const letter = LETTERS[label as number];
      if (letter === undefined) throw new ValueError('subscript is not within the valid range [0, 52)');
      return letter;
    })
    .join('');
}

/** A number counts as what it would be alone: a whole one as an integer. */
function operandArray(x: ArrayLike): NDArray {
  return isScalar(x) ? asArray(x, operandDTypes([weakKind(x)])[0]) : asArray(x);
}

interface Terms {
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[] | null;
}

function splitText(text: string): Terms {
  const [inputs, output, ...more] = text.replaceAll(' ', '').split('->');
  if (more.length > 0) throw invalidSubscript('-');
  const terms = inputs.split(',').map((term, i) => labelsOf(term, `operand ${i}`));
  return { terms, output: output === undefined ? null : labelsOf(output, 'the output') };
}

function labelsOf(term: string, where: string): string[] {
  const labels: string[] = [];
  for (let i = 0; i < term.length; i++) {
    if (term.startsWith(ELLIPSIS, i) && !labels.includes(ELLIPSIS)) {
      labels.push(ELLIPSIS);
      i += 2;
    } else if (term[i] === '.') {
      throw new ValueError(
        `einstein sum subscripts string contains a '.' that is not part of an ellipsis ('...') in ${where}`,
      );
    } else if (!LETTERS.includes(term[i])) {
      throw invalidSubscript(term[i]);
    } else {
      labels.push(term[i]);
    }
  }
  return labels;
}

function invalidSubscript(char: string): ValueError {
  if (char === '-') {
    return new ValueError("einstein sum subscript string does not contain proper '->' output specified");
  }
  return new ValueError(
    `invalid subscript '${char}' in einstein sum subscripts string, subscripts must be letters`,
  );
}

/** How many axes the ellipsis of a term stands for. */
function ellipsisLength(term: readonly string[], { ndim }: NDArray, operand: number): number {
  const hasEllipsis = term.includes(ELLIPSIS);
  const named = term.length - (hasEllipsis ? 1 : 0);
  if (named > ndim) {
    throw new ValueError(
      `einstein sum subscripts string contains too many subscripts for operand ${operand}`,
    );
  }
  if (named < ndim && !hasEllipsis) {
    throw new ValueError(
      "operand has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions.",
    );
  }
  return ndim - named;
}

/** Labels for the axes of the ellipsis: letters that no term has, or other characters when those run out. */
function unusedLabels(terms: readonly (readonly string[])[], count: number): string[] {
  const used = new Set(terms.flat());
  const free = [...LETTERS].filter((letter) => !used.has(letter));
  while (free.length < count) free.push(String.fromCodePoint(0x100 + free.length));
  return free.slice(free.length - count);
}

function explicitOutput(
  output: readonly string[],
  dots: readonly string[],
  operands: readonly Labelled[],
): string[] {
  const known = new Set(operands.flatMap(({ labels }) => labels));
  output.forEach((label, i) => {
    if (label === ELLIPSIS) return;
    if (output.indexOf(label) !== i) {
      throw new ValueError(
        `einstein sum subscripts string includes output subscript '${label}' multiple times`,
      );
    }
    if (!known.has(label)) {
      throw new ValueError(
        `einstein sum subscripts string included output subscript '${label}' which never appeared in an input`,
      );
    }
  });
  return output.flatMap((label) => (label === ELLIPSIS ? dots : [label]));
}

/** The ellipsis, then the letters that appear once, in alphabetical order. */
function implicitOutput(terms: readonly (readonly string[])[], dots: readonly string[]): string[] {
  const letters = terms.flat().filter((label) => label !== ELLIPSIS);
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...dots, ...once.sort()];
}

function labelSizes(operands: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach(({ array, labels }, i) => {
    labels.forEach((label, axis) => requireEqualRepeats(array, labels, label, axis, i));
    labels.forEach((label, axis) => {
      const [known, length] = [sizes.get(label) ?? 1, array.shape[axis]];
      if (known !== 1 && length !== 1 && known !== length) {
        const shapes = operands.map((x) => shapeText(x.array.shape)).join(' ');
        throw new ValueError(
          `operands could not be broadcast together with shapes ${shapes}: label '${label}' has lengths ${known} and ${length}`,
        );
      }
      sizes.set(label, known === 1 ? length : known);
    });
  });
  return sizes;
}

function requireEqualRepeats(
  { shape }: NDArray,
  labels: readonly string[],
  label: string,
  axis: number,
  operand: number,
): void {
  const first = shape[labels.indexOf(label)];
  if (first === shape[axis]) return;
  throw new ValueError(
    `dimensions in operand ${operand} for collapsing index '${label}' don't match (${first} != ${shape[axis]})`,
  );
}
