/** Counts over outcomes: by function, by device, and the answers that differ from NumPy's by decision. */
import type { Device } from './namespace.ts';
import type { Outcome } from './replay.ts';

export interface FunctionCount {
  readonly name: string;
  readonly chapter: string;
  cases: number;
  passed: number;
  missing: boolean;
  /** The largest distance from NumPy in units in the last place, over all cases. */
  maxUlp: number;
}

export interface DeviceSummary {
  readonly device: Device;
  readonly numpy: string;
  readonly seconds: number;
  readonly cases: number;
  readonly passed: number;
  readonly functions: readonly FunctionCount[];
  readonly failures: readonly Outcome[];
}

/** An answer that follows a rule of this project instead of NumPy, by that rule. */
export interface Deviation {
  readonly reason: string;
  readonly functions: readonly string[];
  readonly cases: number;
}

export interface Replayed {
  readonly chapter: string;
  readonly outcome: Outcome;
}

export function summarise(
  device: Device,
  numpy: string,
  seconds: number,
  replayed: readonly Replayed[],
): DeviceSummary {
  const functions = new Map<string, FunctionCount>();
  for (const { chapter, outcome } of replayed) {
    const { name } = outcome.case;
    let count = functions.get(name);
    if (!count)
      functions.set(name, (count = { name, chapter, cases: 0, passed: 0, missing: false, maxUlp: 0 }));
    count.cases++;
    if (outcome.status === 'passed') count.passed++;
    if (outcome.status === 'missing') count.missing = true;
    count.maxUlp = Math.max(count.maxUlp, outcome.ulp);
  }
  const failures = replayed.map(({ outcome }) => outcome).filter(({ status }) => status !== 'passed');
  return {
    device,
    numpy,
    seconds,
    cases: replayed.length,
    passed: replayed.length - failures.length,
    functions: [...functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    failures,
  };
}

export function deviationsOf(replayed: readonly Replayed[]): Deviation[] {
  const found = new Map<string, { functions: Set<string>; cases: number }>();
  for (const { outcome } of replayed) {
    const reason = outcome.case.extras.deviation;
    if (!reason) continue;
    const entry = found.get(reason) ?? { functions: new Set<string>(), cases: 0 };
    entry.functions.add(outcome.case.name);
    entry.cases++;
    found.set(reason, entry);
  }
  return [...found].map(([reason, { functions, cases }]) => ({
    reason,
    functions: [...functions].sort(),
    cases,
  }));
}

/** The function that a row of the table is about: `add.reduce` belongs to `add`, `nditer:values` to `nditer`. */
export function familyOf(name: string): string {
  if (name.startsWith('.')) return `ndarray${name}`;
  if (name === 'get' || name === 'set') return `ndarray.${name}`;
  if (name.startsWith('lib.')) return name;
  return name.split(/[.:]/)[0];
}

/** Sums the counts of the functions of each family. */
export function byFamily(functions: readonly FunctionCount[]): FunctionCount[] {
  const families = new Map<string, FunctionCount>();
  for (const f of functions) {
    const name = familyOf(f.name);
    const sum = families.get(name);
    if (!sum) {
      families.set(name, { ...f, name });
      continue;
    }
    sum.cases += f.cases;
    sum.passed += f.passed;
    sum.missing ||= f.missing;
    sum.maxUlp = Math.max(sum.maxUlp, f.maxUlp);
  }
  return [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
