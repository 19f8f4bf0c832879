/** Counts over outcomes: by function, by device, and the answers that differ from NumPy's by decision. */
import type { Outcome } from './outcome.ts';

export interface FunctionCount {
  readonly name: string;
  /** The chapter that has most of its cases. */
  chapter: string;
  cases: number;
  passed: number;
  /** Cases that call something that the library does not have. */
  missing: number;
  /** The largest distance from NumPy in units in the last place, over all cases. */
  maxUlp: number;
}

export interface DeviceSummary {
  readonly device: string;
  /** Who answered, with versions. */
  readonly peers: string;
  readonly seconds: number;
  /** Those that apply to the device. */
  readonly cases: number;
  readonly passed: number;
  readonly functions: readonly FunctionCount[];
  readonly chapters: readonly { readonly name: string; readonly cases: number; readonly passed: number }[];
  readonly failures: readonly Outcome[];
  /** How many of the cases were made in narrower dtypes than recorded. */
  readonly narrowed: number;
  /** How many recorded cases say nothing about the device, by the reason. */
  readonly inapplicable: readonly { readonly reason: string; readonly cases: number }[];
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
  device: string,
  peers: string,
  seconds: number,
  replayed: readonly Replayed[],
): DeviceSummary {
  const applicable = replayed.filter(({ outcome }) => outcome.status !== 'inapplicable');
  const failures = applicable.map(({ outcome }) => outcome).filter(({ status }) => status !== 'passed');
  const chapters = count(applicable, ({ chapter }) => chapter);
  return {
    device,
    peers,
    seconds,
    cases: applicable.length,
    passed: applicable.length - failures.length,
    functions: count(applicable, ({ outcome }) => outcome.case.name).sort(byName),
    chapters: chapters.map(({ name, cases, passed }) => ({ name, cases, passed })),
    failures,
    narrowed: applicable.filter(({ outcome }) => outcome.narrowed).length,
    inapplicable: reasonsOf(replayed),
  };
}

/** The reasons why cases don't apply, the most frequent one first. */
function reasonsOf(replayed: readonly Replayed[]): DeviceSummary['inapplicable'] {
  const counts = new Map<string, number>();
  for (const { outcome } of replayed) {
    if (outcome.status !== 'inapplicable') continue;
    counts.set(outcome.message, (counts.get(outcome.message) ?? 0) + 1);
  }
  return [...counts].map(([reason, cases]) => ({ reason, cases })).sort((a, b) => b.cases - a.cases);
}

const byName = (a: FunctionCount, b: FunctionCount): number => (a.name < b.name ? -1 : 1);

/** Counts the outcomes that have the same key. */
function count(replayed: readonly Replayed[], keyOf: (r: Replayed) => string): FunctionCount[] {
  const counts = new Map<string, FunctionCount>();
  const homes = new Map<string, Map<string, number>>();
  for (const r of replayed) {
    const { chapter, outcome } = r;
    const name = keyOf(r);
    let c = counts.get(name);
    if (!c) {
      counts.set(name, (c = { name, chapter, cases: 0, passed: 0, missing: 0, maxUlp: 0 }));
      homes.set(name, new Map());
    }
    c.cases++;
    if (outcome.status === 'passed') c.passed++;
    if (outcome.status === 'missing') c.missing++;
    c.maxUlp = Math.max(c.maxUlp, outcome.ulp);
    const home = homes.get(name)!;
    home.set(chapter, (home.get(chapter) ?? 0) + 1);
    if (home.get(chapter)! > (home.get(c.chapter) ?? 0)) c.chapter = chapter;
  }
  return [...counts.values()];
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

/**
 * Functions of which two devices gave different bits in a case that passed on both: a tolerance towards NumPy is none between
 * devices.
 */
export function disagreements(runs: readonly (readonly Replayed[])[]): string[] {
  const [first, ...others] = runs;
  const names = others.flatMap((other) =>
    other
      .filter(({ outcome }, i) => outcome.status === 'passed' && outcome.digest !== first[i].outcome.digest)
      .map(({ outcome }) => outcome.case.name),
  );
  return [...new Set(names)].sort();
}

/** The function that a row of the table is about: `add.reduce` belongs to `add`, `nditer:values` to `nditer`. */
export function familyOf(name: string): string {
  if (name.startsWith('.')) return `ndarray${name}`;
  if (name === 'get' || name === 'set') return `ndarray.${name}`;
  if (/^(lib|nn|optim)\.|^(grad|tape|transform):/.test(name)) return name;
  return name.split(/[.:]/)[0];
}

/** Sums the counts of the functions of each family. */
export function byFamily(functions: readonly FunctionCount[]): FunctionCount[] {
  const families = new Map<string, FunctionCount>();
  let most = 0;
  for (const f of functions) {
    const name = familyOf(f.name);
    const sum = families.get(name);
    if (!sum) {
      families.set(name, { ...f, name });
      most = f.cases;
      continue;
    }
    if (f.cases > most) [most, sum.chapter] = [f.cases, f.chapter];
    sum.cases += f.cases;
    sum.passed += f.passed;
    sum.missing += f.missing;
    sum.maxUlp = Math.max(sum.maxUlp, f.maxUlp);
  }
  return [...families.values()].sort(byName);
}
