/** Style and behaviour of the HTML report. */

export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5d6678; --paper: #f7f8fa; --card: #fff; --line: #dfe3ea; --good: #1f8a5b; --bad: #c2453c; --track: #e6e9ef; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #9aa4b6; --paper: #14171d; --card: #1c2028; --line: #2e343f; --good: #46b986; --bad: #ea7a70; --track: #2b313c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 40px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -.01em; }
h2 { font-size: 18px; margin: 36px 0 10px; }
p { color: var(--soft); margin: 0 0 12px; max-width: 75ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 16px; margin-top: 20px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; }
.card h2 { margin: 0; font-size: 14px; color: var(--soft); font-weight: 600; }
.card p { margin: 8px 0 0; font-variant-numeric: tabular-nums; }
.card .big { font-size: 34px; line-height: 1.2; margin: 0 0 6px; font-weight: 650; color: var(--good); }
.card.bad .big { color: var(--bad); }
.bar { display: block; height: 7px; border-radius: 4px; background: var(--track); overflow: hidden; min-width: 90px; }
.bar i { display: block; height: 100%; background: var(--good); border-radius: 4px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 14px; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { font-size: 13px; color: var(--soft); font-weight: 600; background: var(--card); }
tbody th { font-family: ui-monospace, monospace; font-size: 13.5px; }
td.wide { width: 26%; vertical-align: middle; }
.n { text-align: right; white-space: nowrap; }
.ok { color: var(--good); } .off { color: var(--bad); font-weight: 600; }
.tools { display: flex; gap: 18px; align-items: center; flex-wrap: wrap; max-width: none; }
input[type=text] { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 7px 12px; width: 260px; }
#functions { table-layout: fixed; min-width: 760px; }
th.first { width: 26%; }
#functions th:nth-child(3) { width: 17%; }
td:first-child { white-space: nowrap; }
tr.detail td { white-space: normal; }
tbody button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left; }
tbody button::before { content: '▸ '; color: var(--soft); }
tbody button[aria-expanded=true]::before { content: '▾ '; }
ol { font: 13px/1.5 system-ui, sans-serif; margin: 2px 0 6px; padding-left: 26px; overflow-wrap: anywhere; }
li { margin-bottom: 6px; }
li b { color: var(--soft); font-weight: 600; margin-left: 6px; }
code { font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
main { padding-bottom: 60px; }
`;

export const SCRIPT = `
const rows = [...document.querySelectorAll('#functions tr[data-name]')];
const find = document.getElementById('find');
const only = document.getElementById('only');
function update() {
  const text = find.value.toLowerCase();
  for (const row of rows) {
    row.hidden = !row.dataset.name.toLowerCase().includes(text) || (only.checked && !row.classList.contains('bad'));
    open(row, false);
  }
}
function open(row, on) {
  const button = row.querySelector('button');
  if (!button) return;
  button.setAttribute('aria-expanded', String(on));
  row.nextElementSibling.hidden = !on;
}
for (const row of rows) {
  const button = row.querySelector('button');
  button?.addEventListener('click', () => open(row, row.nextElementSibling.hidden));
}
find.addEventListener('input', update);
only.addEventListener('input', update);
`;
