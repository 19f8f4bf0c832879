/** Replays recorded cases with their arrays on a GPU. */
import type { Context } from '../compare.ts';
import { compareElements, Difference } from '../compare.ts';
import { Decoder, isTagged } from '../decode.ts';
import { gather } from '../elements.ts';
import { isArray } from '../namespace.ts';
import { writtenWhere } from '../memory.ts';
import { checkError, crashText, judgeLater } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { checkForm } from '../properties.ts';
import { callText, perform, verify } from '../replay.ts';
import type { Performed } from '../replay.ts';
import type { Case, Chapter } from '../suite.ts';
import { agree } from './agree.ts';
import {
  copiesChecked,
  excuse,
  excuseNarrowIndices,
  excuseOrder,
  excuseShape,
  namesWide,
  requireApplicable,
  unexpected,
} from './inapplicable.ts';
import { TensorMemory } from './memory.ts';
import { narrowName } from './narrow.ts';
import { promotesWide } from './promotion.ts';
import { fetchAll } from './read.ts';
import { webgpuToleranceOf } from './tolerances.ts';

/** Replays the cases of one chapter, each in memory of its own, so that many can be under way. */
export class WebGpuReplay {
  readonly #chapter: Chapter;

  constructor(chapter: Chapter) {
    this.#chapter = chapter;
  }

  run(c: Case): Promise<Outcome> {
    const context: Context = {
      name: c.name,
      tolerance: webgpuToleranceOf(c.name),
      given: [],
      loose: c.extras.loose ?? false,
      remote: true,
      copies: copiesChecked(c.name),
      worst: 0,
      digest: 0,
    };
    return judgeLater(
      c,
      context,
      () => callText(this.#chapter, c),
      () => this.#verify(c, context),
    );
  }

  async #verify(c: Case, context: Context): Promise<void> {
    requireApplicable(this.#chapter, c);
    const memory = new TensorMemory(this.#chapter, 'webgpu');
    const performed = perform(c, new Decoder((id) => memory.array(id), narrowName));
    if (memory.narrowed) {
      context.narrowed = true;
      return this.#verifyNarrowed(c, performed, memory, context);
    }
    const read = await withReads(performed, memory);
    if ('error' in read) {
      if (!isTagged(c.expected) || !('err' in c.expected)) unexpected(read.error, c, read);
      excuseShape(read.error);
      excuseOrder(String(c.expected.err), read.error, c, read);
    }
    verify(c, read, memory, context);
  }

  /** A case with 64-bit arrays: NumPy's answer is not known for narrow ones, so that of the processor is what counts. */
  async #verifyNarrowed(
    c: Case,
    performed: Performed,
    memory: TensorMemory,
    context: Context,
  ): Promise<void> {
    const hostMemory = new TensorMemory(this.#chapter, 'cpu');
    const host = perform(c, new Decoder((id) => hostMemory.array(id), narrowName));
    const device = await withReads(performed, memory);
    if ('error' in host) {
      const { error } = host;
      const kind = error instanceof Error ? error.constructor.name : String(error);
      if (!('error' in device)) {
        excuseNarrowIndices(error);
        throw new Difference(`expected ${crashText(error)}, got a result`);
      }
      excuseShape(device.error);
      excuseOrder(kind, device.error, c, device);
      checkError([kind], crashText(error), device.error);
    } else if ('error' in device) {
      excuse(
        device.error,
        c,
        givesWide(host.result) || namesWide([c.args, c.keywords]) || promotesWide(c.name, host),
      );
      throw new Difference(`threw ${crashText(device.error)}`);
    } else {
      context.given = givenTo(device);
      const [{ result }, isSet] = [host, c.extras.check !== 'shape and dtype'];
      if (!isSet && isArray(result)) checkForm(result.dtype.name, result.shape, device.result);
      else agree({ result, given: givenTo(host) }, { result: device.result, given: context.given }, context);
    }
    for (const [i, block] of hostMemory.blocks.entries()) {
      if (memory.isWorthless(memory.blocks[i])) continue;
      const [expected, actual] = [gather(block), gather(memory.blocks[i])];
      compareElements(block.dtype.name, expected, actual, context, writtenWhere(''));
    }
  }
}

const givenTo = ({ args, keywords }: Performed): unknown[] => [...args, ...Object.values(keywords)];

/** What a call gave when everything that it can have changed was read; kernels report errors only now. */
async function withReads(performed: Performed, memory: TensorMemory): Promise<Performed> {
  const { args, keywords } = performed;
  try {
    await fetchAll([performed.result, memory.blocks, args, keywords]);
    return performed;
  } catch (error) {
    if ('error' in performed) return performed;
    await memory.fetchAfter(error);
    return { args, keywords, error };
  }
}

/** Whether a result of the processor has floats of 64 bits. */
function givesWide(x: unknown): boolean {
  if (Array.isArray(x)) return x.some(givesWide);
  const name = (x as { dtype?: { name?: unknown } } | null | undefined)?.dtype?.name;
  return name === 'float64' || name === 'complex128';
}
