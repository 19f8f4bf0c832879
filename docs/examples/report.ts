/** Figures beside those that were recorded from a Python program. */
import * as np from 'numgrad';
import type { ArrayLike } from 'numgrad';

/** What scripts/record_digits.py writes. */
export interface Recorded {
  readonly numpy: string;
  readonly figures: Readonly<Record<string, number | number[]>>;
}

/** Figures are equal up to this, relatively; counts and shares of counts to the last bit. */
const TOLERANCE = 1e-9;
const EXACT = /accuracy|recall/;

/**
 * Prints figures beside the recorded ones, a row for each number.
 *
 * @returns Whether all are equal.
 */
export function report(figures: Readonly<Record<string, ArrayLike>>, recorded: Recorded): boolean {
  const rows = Object.entries(recorded.figures).flatMap(([name, expected]) =>
    compare(name, numbers(figures[name]), numbers(expected)),
  );
  print(['', 'numgrad', `NumPy ${recorded.numpy}`, 'difference']);
  for (const { title, here, there, difference, equal } of rows) {
    print([title, String(here), String(there), difference.toExponential(1) + (equal ? '' : ' WRONG')]);
  }
  const wrong = rows.filter((row) => !row.equal).length;
  const worst = Math.max(...rows.map((row) => row.difference)).toExponential(1);
  console.log(
    wrong > 0
      ? `\n${wrong} of ${rows.length} numbers differ from NumPy's.`
      : `\nAll ${rows.length} numbers equal NumPy's: counts to the last bit, the rest within ${worst}.`,
  );
  return wrong === 0;
}

interface Row {
  readonly title: string;
  readonly here: number;
  readonly there: number;
  readonly difference: number;
  readonly equal: boolean;
}

function compare(name: string, here: number[], there: number[]): Row[] {
  return there.map((expected, i) => {
    const difference = here[i] === expected ? 0 : Math.abs((here[i] - expected) / expected);
    const exact = Number.isInteger(expected) || EXACT.test(name);
    return {
      title: there.length > 1 ? `${name} [${i}]` : name,
      here: here[i],
      there: expected,
      difference,
      equal: here.length === there.length && difference <= (exact ? 0 : TOLERANCE),
    };
  });
}

function numbers(figure: ArrayLike): number[] {
  return np.ravel(np.asarray(figure)).tolist() as number[];
}

function print(cells: string[]): void {
  console.log(
    cells
      .map((cell, i) => cell.padEnd(i === 0 ? 34 : 22))
      .join('')
      .trimEnd(),
  );
}
