/** The report as one page of HTML, without anything loaded from elsewhere. */
import type { Outcome } from './outcome.ts';
import { allowedText, toleranceText } from './report.ts';
import { byFamily, familyOf } from './summary.ts';
import type { Deviation, DeviceSummary, FunctionCount } from './summary.ts';
import { TOLERANCES, toleranceOf } from './tolerances.ts';
import { TORCH_TOLERANCES } from './torch/tolerances.ts';
import { SCRIPT, STYLE } from './page.ts';

/** Differences shown for each function. */
const SHOWN = 8;

export function htmlReport(summaries: readonly DeviceSummary[], deviations: readonly Deviation[]): string {
  const cases = summaries[0]?.cases ?? 0;
  const functions = summaries[0] ? byFamily(summaries[0].functions).length : 0;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>numgrad: conformance</title>
<style>${STYLE}</style>
<header>
<h1>numgrad against ${escape(summaries[0]?.peers ?? '')}</h1>
<p>${cases.toLocaleString('en')} recorded calls of ${functions} functions, replayed here. Compared are dtype, shape, every value, aliasing,
what was written, and the kind of each error.</p>
<div class="cards">${summaries.map(card).join('')}</div>
</header>
<main>
${chapters(summaries)}
<section>
<h2>Functions</h2>
<p class="tools"><input id="find" type="text" placeholder="Find a function" aria-label="Find a function">
<label><input id="only" type="checkbox"> with differences only</label></p>
${functionTable(summaries)}
</section>
${toleranceSection()}
${deviationSection(deviations)}
${summaries.map(inapplicableSection).join('')}
</main>
<script>${SCRIPT}</script>
</html>
`;
}

/** The table by function and device, with its differences. */
export function functionTable(summaries: readonly DeviceSummary[]): string {
  return `<div class="scroll"><table id="functions"><thead><tr><th class="first">function<th>chapter<th>allowed${summaries.map(deviceHeader).join('')}</thead>
<tbody>${functionRows(summaries)}</tbody></table></div>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const percent = (passed: number, cases: number): string =>
  cases === 0
    ? '–'
    : passed === cases
      ? '100 %'
      : `${(Math.floor((passed / cases) * 1000) / 10).toFixed(1)} %`;

const bar = (passed: number, cases: number): string =>
  `<span class="bar" role="img" aria-label="${percent(passed, cases)}"><i style="width:${((passed / Math.max(cases, 1)) * 100).toFixed(2)}%"></i></span>`;

function card({ device, passed, cases, narrowed, inapplicable, seconds }: DeviceSummary): string {
  const left = inapplicable.reduce((sum, reason) => sum + reason.cases, 0);
  const more =
    (narrowed > 0 ? `<p>${narrowed.toLocaleString('en')} with 64-bit arrays narrowed` : '') +
    (left > 0 ? `<p>${left.toLocaleString('en')} more do not apply` : '');
  return `<div class="card ${passed === cases ? 'good' : 'bad'}"><h2>${device}</h2><p class="big">${percent(passed, cases)}</p>${bar(passed, cases)}
<p>${passed.toLocaleString('en')} of ${cases.toLocaleString('en')} equal, ${seconds.toFixed(1)} s</p>${more}</div>`;
}

const deviceHeader = ({ device }: DeviceSummary): string => `<th class="n">${device}<th class="n">max ULP`;

function chapters(summaries: readonly DeviceSummary[]): string {
  const rows = (summaries[0]?.chapters ?? []).map(({ name }) => {
    const cells = summaries.map((summary) => {
      const { passed, cases } = summary.chapters.find((chapter) => chapter.name === name)!;
      return `<td class="wide">${bar(passed, cases)}<td class="n">${passed.toLocaleString('en')}/${cases.toLocaleString('en')}`;
    });
    return `<tr><th>${words(name)}${cells.join('')}`;
  });
  const header = summaries.map(({ device }) => `<th>${device}<th class="n">equal`).join('');
  return `<section><h2>Chapters</h2><div class="scroll"><table><thead><tr><th>chapter${header}</thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

const words = (name: string): string => escape(name.replace('_', ' '));

function functionRows(summaries: readonly DeviceSummary[]): string {
  const columns = summaries.map(({ functions }) => new Map(byFamily(functions).map((f) => [f.name, f])));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort();
  const differences = groupByFamily(summaries);
  const width = 3 + 2 * summaries.length;
  return names
    .map((name) => {
      const counts = columns.map((column) => column.get(name));
      const { chapter } = counts.find((count) => count !== undefined)!;
      const own = name.replace(/^ndarray/, '');
      const items = differences.get(name) ?? [];
      const title =
        items.length > 0
          ? `<button type="button" aria-expanded="false">${escape(name)}</button>`
          : escape(name);
      const row =
        `<tr data-name="${escape(name)}"${items.length > 0 ? ' class="bad"' : ''}><th>${title}<td>${words(chapter)}` +
        `<td title="${escape(toleranceOf(own).reason)}">${toleranceText(own)}${counts.map(cells).join('')}`;
      return items.length > 0
        ? `${row}\n<tr class="detail" hidden><td colspan="${width}"><ol>${listItems(items)}</ol>`
        : row;
    })
    .join('\n');
}

function cells(count: FunctionCount | undefined): string {
  if (!count) return '<td><td>';
  const { cases, passed, missing, maxUlp } = count;
  const state = passed === cases ? 'ok' : 'off';
  return `<td class="n ${state}">${missing === cases ? 'missing' : `${passed}/${cases}`}<td class="n">${maxUlp === 0 ? '0' : Number(maxUlp.toPrecision(3))}`;
}

/** A difference and the devices that show it. */
interface Shown {
  readonly outcome: Outcome;
  readonly devices: string[];
}

function groupByFamily(summaries: readonly DeviceSummary[]): Map<string, Shown[]> {
  const groups = new Map<string, Map<string, Shown>>();
  for (const { device, failures } of summaries) {
    for (const outcome of failures) {
      const name = familyOf(outcome.case.name);
      let group = groups.get(name);
      if (!group) groups.set(name, (group = new Map()));
      const key = outcome.call + outcome.message;
      const known = group.get(key);
      if (known) known.devices.push(device);
      else group.set(key, { outcome, devices: [device] });
    }
  }
  return new Map([...groups].map(([name, group]) => [name, [...group.values()]]));
}

function listItems(shown: readonly Shown[]): string {
  const items = shown
    .slice(0, SHOWN)
    .map(
      ({ outcome, devices }) =>
        `<li><code>${escape(outcome.call)}</code> <b>${devices.join(', ')}</b><br>${escape(outcome.message)}`,
    );
  if (shown.length > SHOWN) items.push(`<li>and ${shown.length - SHOWN} more`);
  return items.join('');
}

function toleranceSection(): string {
  const reasons = new Map<string, string[]>();
  for (const [name, { reason }] of Object.entries(TOLERANCES))
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  const rows = [...reasons].map(
    ([reason, names]) =>
      `<tr><td>${[...new Set(names.map(toleranceText))].join(', ')}<td>${escape(reason)}<td><code>${names.map(escape).join(', ')}</code>`,
  );
  const torch = TORCH_TOLERANCES.map(
    ([names, tolerance]) =>
      `<tr><td>${allowedText(tolerance)}<td>${escape(tolerance.reason)}<td><code>${escape(names)}</code>`,
  );
  return `<section><h2>Tolerances</h2><p>Everything else is equal to the last bit of NumPy's results. NaN equals NaN; the signs of zeros
count, except in PyTorch's results, whose tolerances come last.</p>
<div class="scroll"><table><thead><tr><th>at most<th>why<th>functions</thead><tbody>${[...rows, ...torch].join('')}</tbody></table></div></section>`;
}

function deviationSection(deviations: readonly Deviation[]): string {
  if (deviations.length === 0) return '';
  const rows = deviations.map(
    ({ reason, cases, functions }) =>
      `<tr><td>${escape(reason)}<td class="n">${cases}<td><code>${functions.map(escape).join(', ')}</code>`,
  );
  return `<section><h2>Different from NumPy by decision</h2><p>JavaScript has one type of number. These calls are checked against the project's own rules.</p>
<div class="scroll"><table><thead><tr><th>rule<th class="n">cases<th>functions</thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function inapplicableSection({ device, inapplicable }: DeviceSummary): string {
  if (inapplicable.length === 0) return '';
  const rows = inapplicable.map(({ reason, cases }) => `<tr><td>${escape(reason)}<td class="n">${cases}`);
  return `<section><h2>Not applicable to ${escape(device)}</h2>
<div class="scroll"><table><thead><tr><th>reason<th class="n">cases</thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}
