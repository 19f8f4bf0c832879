/** The report as text and as JSON. */
import type { Outcome } from './outcome.ts';
import { byFamily } from './summary.ts';
import type { Deviation, DeviceSummary } from './summary.ts';
import { toleranceOf, ulpsFor } from './tolerances.ts';
import type { Tolerance } from './tolerances.ts';

/** Outcomes shown in full for each function and in all, unless the user asks for more. */
const SHOWN_EACH = 3;
const SHOWN = 60;

/** A table of functions and devices: passed of cases, and the largest distance in ULP. */
export function tableText(summaries: readonly DeviceSummary[]): string {
  const columns = summaries.map((s) => new Map(byFamily(s.functions).map((f) => [f.name, f])));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort();
  const rows = names.map((name) => [
    name,
    ...columns.flatMap((column) => {
      const f = column.get(name);
      if (!f) return ['', '', ''];
      const state =
        f.missing === f.cases ? 'missing' : f.passed === f.cases ? 'ok' : `${f.cases - f.passed} differ`;
      return [`${f.passed}/${f.cases}`, f.maxUlp > 0 ? String(round(f.maxUlp)) : '0', state];
    }),
  ]);
  const header = ['function', ...summaries.flatMap(({ device }) => [device, 'max ULP', ''])];
  return columnsText([header, ...rows]);
}

const round = (x: number): number => (x < 100 ? Math.round(x * 100) / 100 : Number(x.toPrecision(3)));

function columnsText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column % 3 === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The differences, a few of each function. */
export function failuresText(failures: readonly Outcome[], all = false): string {
  const shown = new Map<string, number>();
  const lines: string[] = [];
  for (const outcome of failures) {
    const count = (shown.get(outcome.case.name) ?? 0) + 1;
    shown.set(outcome.case.name, count);
    if (!all && (count > SHOWN_EACH || lines.length >= SHOWN)) continue;
    lines.push(`  ${outcome.call}\n      ${outcome.message}`);
  }
  const hidden = failures.length - lines.length;
  if (hidden > 0) lines.push(`  ... and ${hidden} more (--failures shows all)`);
  return lines.join('\n');
}

export function deviationsText(deviations: readonly Deviation[]): string {
  return deviations
    .map(({ reason, cases, functions }) => `  ${reason}: ${cases} cases (${functions.join(', ')})`)
    .join('\n');
}

/** The recorded cases that say nothing about a device, by reason. */
export function inapplicableText(device: string, reasons: DeviceSummary['inapplicable']): string {
  const total = reasons.reduce((sum, { cases }) => sum + cases, 0);
  const lines = reasons.map(({ reason, cases }) => `  ${reason}: ${cases}`);
  return [`Not applicable to ${device}: ${total} cases`, ...lines].join('\n');
}

export function totalsText(summaries: readonly DeviceSummary[]): string {
  return summaries.map(totalText).join('\n');
}

function totalText({ device, passed, cases, narrowed, functions, peers, seconds }: DeviceSummary): string {
  const narrow = narrowed > 0 ? ` (${narrowed} of them with 64-bit arrays narrowed)` : '';
  return (
    `${device.padEnd(5)}${device.length < 5 ? '' : ' '}${passed} of ${cases} cases pass${narrow}, ${functions.length} functions, ` +
    `${peers}, ${seconds.toFixed(1)} s`
  );
}

/** The report for programs. */
export function reportJson(summaries: readonly DeviceSummary[], deviations: readonly Deviation[]): object {
  return {
    devices: summaries.map(({ failures, functions, ...totals }) => ({
      ...totals,
      failed: failures.length,
      functions: functions.map((f) => ({ ...f, tolerance: toleranceJson(f.name) })),
    })),
    deviations,
  };
}

function toleranceJson(name: string): object {
  const { ulp, of, reason } = toleranceOf(name);
  return { ulp, of, reason };
}

/** The tolerance of a function in a few words. */
export function toleranceText(name: string): string {
  return allowedText(toleranceOf(name));
}

/** A tolerance in a few words. */
export function allowedText(tolerance: Tolerance): string {
  const most = (dtypes: readonly string[]): number => Math.max(...dtypes.map((d) => ulpsFor(tolerance, d)));
  const real = most(['float16', 'float32', 'float64']);
  const complex = most(['complex64', 'complex128']);
  const text = (ulp: number): string => (ulp === 0 ? 'exact' : `${ulp} ULP`);
  return complex > real ? `${text(real)}, complex ${complex}` : text(real);
}
