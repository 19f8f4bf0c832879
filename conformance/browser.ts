/** The page that replays the recordings in the browser that opens it: on the JavaScript and WebAssembly kernels, and on its GPU. */
import { functionTable, htmlReport } from './html.ts';
import { DEVICES } from './namespace.ts';
import type { Device, WebGpu } from './namespace.ts';
import { STYLE } from './page.ts';
import { replayOf } from './replayer.ts';
import { parseChapter } from './suite.ts';
import type { Chapter } from './suite.ts';
import { deviationsOf, summarise } from './summary.ts';
import type { DeviceSummary, Replayed } from './summary.ts';
import { useDevice } from './namespace.ts';
import { openWebGpu, replayOnWebGpu, sampled } from './webgpu/run.ts';

/** The recorded chapters, by their place beside this module. */
export const RECORDINGS: readonly string[] = [
  ...'arrays creation dtypes fft indexing linalg numeric peers products reductions shape sorting ufunc_calls ufuncs'
    .split(' ')
    .map((name) => `numpy/${name}`),
  ...(
    'activations attention convolution derivatives elementwise indexing layers linalg losses modules normalization ' +
    'optimizers parameters pooling products recurrent reductions resampling tape transforms'
  )
    .split(' ')
    .map((name) => `torch/${name}`),
];

const FORM = `
<header>
<h1>Does numgrad compute the same here?</h1>
<p>This page makes calls that were recorded from NumPy and PyTorch, in this browser and on this computer's GPU, and compares dtype,
shape, every value, gradients, what was written, and the kind of each error. Nothing is sent anywhere. The address may end with
?filter=^conv for the functions that match a pattern.</p>
<form class="tools">
${[...DEVICES, 'webgpu'].map((name) => `<label><input type="checkbox" name="device" value="${name}" checked> ${name}</label>`).join('\n')}
<span role="radiogroup" aria-label="Cases">
<label><input type="radio" name="sample" value="Infinity" checked> the first case of each function</label>
<label><input type="radio" name="sample" value="20"> one of 20</label>
<label><input type="radio" name="sample" value="1"> all</label>
</span>
<button type="submit">Run</button>
</form>
<p id="adapter"></p>
<p id="state" role="status"></p>
</header>
<main id="report"></main>`;

type Name = Device | 'webgpu';

interface Choice {
  readonly devices: readonly Name[];
  readonly filter: RegExp;
  readonly sample: number;
}

/**
 * Shows the page.
 *
 * @param root - what it fills
 * @param load - gives the text of a recording by its name, such as `numpy/ufuncs`
 * @param filter - a pattern for names of functions
 */
export function startPage(
  root: HTMLElement,
  load: (name: string) => Promise<string>,
  filter = new URLSearchParams(location.search).get('filter') ?? '',
): void {
  root.innerHTML = `<style>${STYLE}</style>${FORM}`;
  const form = root.querySelector('form')!;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const button = form.querySelector('button')!;
    button.disabled = true;
    void run(root, load, choiceOf(form, filter)).finally(() => {
      button.disabled = false;
    });
  });
}

function choiceOf(form: HTMLFormElement, filter: string): Choice {
  const data = new FormData(form);
  return {
    devices: data.getAll('device') as Name[],
    filter: new RegExp(filter),
    sample: Number(data.get('sample')),
  };
}

async function run(
  root: HTMLElement,
  load: (name: string) => Promise<string>,
  { devices, filter, sample }: Choice,
): Promise<void> {
  const state = root.querySelector('#state')!;
  try {
    state.textContent = 'Loading the recordings ...';
    const chapters: Chapter[] = [];
    // One after the other: as text they are 20 MB.
    for (const name of RECORDINGS) chapters.push(parseChapter(await load(name), (f) => filter.test(f)));
    const runs: { replayed: Replayed[]; summary: DeviceSummary }[] = [];
    for (const device of devices) {
      if (device === 'webgpu') root.querySelector('#adapter')!.textContent = adapterText(await openWebGpu());
      const start = performance.now();
      const replayed = await replayOn(device, chapters, sample, (text) => {
        state.textContent = text;
      });
      const seconds = (performance.now() - start) / 1000;
      runs.push({ replayed, summary: summarise(device, 'NumPy and PyTorch', seconds, replayed) });
    }
    showReport(root, runs);
    const totals = runs.map(({ summary: { device, passed, cases } }) => `${device}: ${passed} of ${cases}`);
    state.textContent = `Done. ${totals.join(', ')}`;
  } catch (error) {
    state.textContent = `Stopped. ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

async function replayOn(
  device: Name,
  chapters: readonly Chapter[],
  sample: number,
  say: (text: string) => void,
): Promise<Replayed[]> {
  if (device === 'webgpu') {
    useDevice('wasm');
    return replayOnWebGpu(chapters, {
      sample,
      progress: (done, of) => {
        say(`webgpu: ${done} of ${of} cases`);
      },
    });
  }
  useDevice(device);
  const replayed: Replayed[] = [];
  for (const chapter of chapters) {
    say(`${device}: ${chapter.chapter}`);
    // The page is drawn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const replay = replayOf(chapter);
    for (const c of sampled(chapter.cases, sample))
      replayed.push({ chapter: chapter.chapter, outcome: replay.run(c) });
  }
  return replayed;
}

/** The table, and the whole report as a page to open or to keep. */
function showReport(
  root: HTMLElement,
  runs: readonly { replayed: readonly Replayed[]; summary: DeviceSummary }[],
): void {
  if (runs.length === 0) return;
  const summaries = runs.map(({ summary }) => summary);
  const page = new Blob([htmlReport(summaries, deviationsOf(runs[0].replayed))], { type: 'text/html' });
  root.querySelector('#report')!.innerHTML =
    `<p><a href="${URL.createObjectURL(page)}" target="_blank">The whole report</a></p>${functionTable(summaries)}`;
}

function adapterText(gpu: WebGpu): string {
  const { adapter } = gpu.report();
  const words = ['vendor', 'architecture', 'device', 'description'].map((name) =>
    String(adapter[name] ?? ''),
  );
  return `GPU: ${words.filter(Boolean).join(', ') || 'unnamed'}. ${navigator.userAgent}`;
}
