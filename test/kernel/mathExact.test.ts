import { describe, expect, it } from 'vitest';
import type { ElementType } from '../../src/kernel/element.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import * as math from '../../src/kernel/math.ts';
import type { Entry } from './mathReference.ts';
import { differences, elementOf, evaluateEverywhere, readReference } from './mathReference.ts';

type Function = (...x: Expr[]) => Expr;
const functions = math as unknown as Readonly<Record<string, Function>>;

/** What the recorded columns are computed by, where it is not one function of the same name. */
const FORMS: Readonly<Record<string, (...x: Expr[]) => Expr | Expr[]>> = {
  frexp: (x) => {
    const { mantissa, exponent } = math.frexp(x);
    return [mantissa, exponent];
  },
  modf: (x) => {
    const { fraction, integer } = math.modf(x);
    return [fraction, integer];
  },
  spacingHalf: (x) => math.spacingHalf(math.halfToFloat(x)),
  nextafterHalf: (x, y) => math.nextafterHalf(math.halfToFloat(x), math.halfToFloat(y)),
};

const columns = ({ arrays }: Entry, letter: string): Entry['arrays'][string][] =>
  Object.keys(arrays)
    .filter((label) => label.startsWith(letter))
    .map((label) => arrays[label]);

const elementOfArray = (array: Entry['arrays'][string]): ElementType =>
  elementOf(array.constructor.name.replace('Big', '').replace('Array', '').toLowerCase() as Entry['type']);

describe.each(['exact', 'half', 'integer'])('functions that are exact: %s', (kind) => {
  const entries = readReference().filter((entry) => entry.kind === kind);

  it.each(entries.map((entry) => [`${entry.name} ${entry.type}`, entry] as const))('%s', (_, entry) => {
    const [inputs, outputs] = [columns(entry, 'x'), columns(entry, 'y')];
    const form = FORMS[entry.name] ?? functions[entry.name];
    const what = {
      inputs: inputs.map(elementOfArray),
      outputs: outputs.map(elementOfArray),
      expr: (...x: unknown[]) => form(...(x as Expr[])),
    };
    const { values, disagreements } = evaluateEverywhere(what, inputs);
    expect(disagreements).toEqual([]);
    outputs.forEach((expected, i) => expect(differences(values[i], expected)).toEqual([]));
  });
});
