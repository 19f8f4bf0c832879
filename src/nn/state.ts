/** Saved states, taken in by modules. */
import { RuntimeError, shapeText } from '../array/errors.ts';
import { sameShape } from '../array/layout.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import { asArray } from '../ops/asarray.ts';
import { castInto } from '../ops/cast.ts';
import { onPlainArrays } from '../tensor/modes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unwrap } from '../tensor/tensor.ts';

/** Arrays by name. */
export type State = Readonly<Record<string, ArrayLike>> | ReadonlyMap<string, ArrayLike>;

export interface LoadOptions {
  /** Whether every name must be there, and no other; true by default. */
  strict?: boolean;
}

/** What a saved state lacked, and what it had besides. */
export interface LoadResult {
  missingKeys: string[];
  unexpectedKeys: string[];
}

/**
 * Copies the arrays of a state into the tensors of the same names.
 *
 * @param module - the module's name, for messages
 * @throws RuntimeError naming all that does not fit; TypeError for what is no state. Then nothing is changed.
 */
export function loadState(
  module: string,
  own: readonly [string, Tensor][],
  state: State,
  { strict = true }: LoadOptions,
): LoadResult {
  const given = entriesOf(state);
  const names = new Set(own.map(([name]) => name));
  const missingKeys = [...names].filter((name) => !given.has(name));
  const unexpectedKeys = [...given.keys()].filter((name) => !names.has(name));
  const problems: string[] = [];
  if (strict && missingKeys.length > 0)
    problems.push(`Missing key(s) in state_dict: ${quoted(missingKeys)}.`);
  if (strict && unexpectedKeys.length > 0)
    problems.push(`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}.`);
  const copies = own
    .filter(([name]) => given.has(name))
    .map(([name, t]) => ({
      name,
      target: unwrap(t),
      source: unwrap(onPlainArrays(() => asArray(given.get(name)!))),
    }));
  for (const { name, target, source } of copies) {
    const problem = mismatch(name, target, source);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0)
    throw new RuntimeError(`Error(s) in loading state_dict for ${module}:\n\t${problems.join('\n\t')}`);
  for (const { target, source } of copies) {
    castInto(target, source);
    target.storage.version++;
  }
  return { missingKeys, unexpectedKeys };
}

function entriesOf(state: State): ReadonlyMap<string, ArrayLike> {
  if (state instanceof Map) return state as ReadonlyMap<string, ArrayLike>;
  if (typeof state !== 'object' || state === null || Array.isArray(state))
    throw new TypeError(
      `Expected state_dict to be an object or a Map of arrays by name, got ${String(state)}`,
    );
  return new Map(Object.entries(state));
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function mismatch(name: string, target: NDArray, source: NDArray): string | null {
  if (!sameShape(target.shape, source.shape)) {
    return `size mismatch for ${name}: copying a param with shape ${shapeText(source.shape)} from checkpoint, the shape in current model is ${shapeText(target.shape)}.`;
  }
  if (source.dtype.kind === 'c' && target.dtype.kind !== 'c')
    return `dtype mismatch for ${name}: ${source.dtype.name} from checkpoint can't be held in ${target.dtype.name}.`;
  return null;
}
