/** The outcome of one case: passed, failed with a difference in words, or missing from the library. */
import { Difference } from './compare.ts';
import type { Context } from './compare.ts';
import { MissingFunction } from './special.ts';
import type { Case } from './suite.ts';

export interface Outcome {
  readonly case: Case;
  readonly status: 'passed' | 'failed' | 'missing';
  /** What differs. */
  readonly message: string;
  /** The call in words, where it did not pass. */
  readonly call: string;
  /** The largest distance from the recording in units in the last place. */
  readonly ulp: number;
  /** A number made of the bits that a tolerance lets differ from the recording. */
  readonly digest: number;
}

/**
 * Runs a verification that throws where something differs.
 *
 * @param call - the call in words; asked for only where the case does not pass.
 */
export function judge(c: Case, context: Context, call: () => string, verify: () => void): Outcome {
  const ended = (status: Outcome['status'], message = ''): Outcome => ({
    case: c,
    status,
    message,
    call: status === 'passed' ? '' : call(),
    ulp: Number.isFinite(context.worst) ? context.worst : 0,
    digest: context.digest,
  });
  try {
    verify();
    return ended('passed');
  } catch (error) {
    if (error instanceof MissingFunction) return ended('missing', `no function ${error.message}`);
    if (error instanceof Difference) return ended('failed', error.message);
    return ended('failed', `the case cannot be set up: ${crashText(error)}`);
  }
}

/** Messages of errors that the engine throws when a program goes wrong: no answer to bad input. */
const CRASH =
  /is not a function|is not iterable|is not a constructor|Cannot (read|set|convert|mix|destructure)|is not defined|Maximum call stack|Invalid (typed array|array|DataView)|out of bounds memory|unreachable|null function|Offset is outside/;

/** An error of one of the expected kinds; AxisError is both a ValueError and an IndexError, as in NumPy. */
export function checkError(kinds: readonly string[], says: string, error: unknown): void {
  const wanted = `expected ${kinds[0]} (${says})`;
  if (!(error instanceof Error) || CRASH.test(error.message))
    throw new Difference(`${wanted}, threw ${crashText(error)}`);
  for (let proto: unknown = error; proto instanceof Error; proto = Object.getPrototypeOf(proto)) {
    const { name } = (proto as Error).constructor;
    if (kinds.includes(name) || (name === 'AxisError' && kinds.includes('IndexError'))) return;
  }
  throw new Difference(`${wanted}, threw ${error.name}: ${error.message}`);
}

/** An error as one line. */
export function crashText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
