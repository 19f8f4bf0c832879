/** The outcome of one case: passed, failed with a difference in words, or missing from the library. */
import { Difference } from './compare.ts';
import type { Context } from './compare.ts';
import { MissingFunction } from './special.ts';
import type { Case } from './suite.ts';

/** The case cannot be made on the device; the message is the reason, which the report counts. */
export class Inapplicable extends Error {}

export interface Outcome {
  readonly case: Case;
  /** `inapplicable` where the device cannot be asked; the message says why. */
  readonly status: 'passed' | 'failed' | 'missing' | 'inapplicable';
  /** Made in narrower dtypes than recorded, because the device lacks those. */
  readonly narrowed: boolean;
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
  try {
    verify();
    return passed(c, context);
  } catch (error) {
    return ended(c, context, call, error);
  }
}

/** The same for a verification that waits for its values. */
export async function judgeLater(
  c: Case,
  context: Context,
  call: () => string,
  verify: () => Promise<void>,
): Promise<Outcome> {
  try {
    await verify();
    return passed(c, context);
  } catch (error) {
    return ended(c, context, call, error);
  }
}

function passed(c: Case, { worst, digest, narrowed = false }: Context): Outcome {
  return { case: c, status: 'passed', message: '', call: '', ulp: finite(worst), digest, narrowed };
}

function ended(c: Case, context: Context, call: () => string, error: unknown): Outcome {
  const { worst, digest, narrowed = false } = context;
  const [status, message] = meaningOf(error);
  return { case: c, status, message, call: call(), ulp: finite(worst), digest, narrowed };
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

function meaningOf(error: unknown): [Outcome['status'], message: string] {
  if (error instanceof MissingFunction) return ['missing', `no function ${error.message}`];
  if (error instanceof Inapplicable) return ['inapplicable', error.message];
  if (error instanceof Difference) return ['failed', error.message];
  return ['failed', `the case cannot be set up: ${crashText(error)}`];
}

/** What a case gave, to be compared when its values are there. */
export interface Pending {
  /** Arrays that the comparison reads, in values of any nesting. */
  readonly values: unknown;
  /** @throws Difference where something is not as recorded. */
  readonly check: () => void;
  /** Settled as soon as the calls are through, where some are asynchronous. */
  readonly ready?: Promise<void>;
}

/** An error where none was expected; it is the `cause`. */
export class Thrown extends Difference {
  constructor(what: string, cause: unknown) {
    super(`${what}threw ${crashText(cause)}`, { cause });
  }
}

/** Runs one part of a replay; an error in it is a difference that names the part. */
export function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof MissingFunction || error instanceof Inapplicable) throw error;
    throw new Thrown(what && `${what} `, error);
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
