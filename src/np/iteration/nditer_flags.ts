/** The flags of `nditer`. */
import { ValueError } from '../../array/errors.ts';

/** What an iterator does, for all operands. */
export type IterFlag =
  | 'buffered'
  | 'c_index'
  | 'f_index'
  | 'multi_index'
  | 'external_loop'
  | 'common_dtype'
  | 'zerosize_ok'
  | 'reduce_ok'
  | 'copy_if_overlap'
  | 'delay_bufalloc'
  | 'grow_inner'
  | 'growinner'
  | 'ranged'
  | 'refs_ok';

const ITER_FLAGS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...['buffered', 'c_index', 'f_index', 'multi_index', 'external_loop', 'common_dtype', 'zerosize_ok'],
  ...['reduce_ok', 'copy_if_overlap', 'delay_bufalloc', 'grow_inner', 'growinner', 'ranged', 'refs_ok'],
]);

/** How an operand is used. */
export type OperandFlag =
  | 'readonly'
  | 'readwrite'
  | 'writeonly'
  | 'allocate'
  | 'copy'
  | 'updateifcopy'
  | 'no_broadcast'
  | 'no_subtype'
  | 'aligned'
  | 'contig'
  | 'nbo'
  | 'arraymask'
  | 'writemasked'
  | 'overlap_assume_elementwise'
  | 'virtual';

const OPERAND_FLAGS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...['readonly', 'readwrite', 'writeonly', 'allocate', 'copy', 'updateifcopy', 'no_broadcast', 'no_subtype'],
  ...['aligned', 'contig', 'nbo', 'arraymask', 'writemasked', 'overlap_assume_elementwise', 'virtual'],
]);

/** @throws ValueError for an unknown flag, or flags that exclude each other. */
export function parseFlags(flags: readonly string[]): ReadonlySet<IterFlag> {
  for (const flag of flags) {
    if (!ITER_FLAGS.has(flag)) throw new ValueError(`Unexpected iterator global flag "${flag}"`);
  }
  const given = new Set(flags as readonly IterFlag[]);
  const tracked = given.has('multi_index') || given.has('c_index') || given.has('f_index');
  if (given.has('external_loop') && tracked) {
    throw new ValueError(
      'Iterator flag EXTERNAL_LOOP cannot be used if an index or multi-index is being tracked',
    );
  }
  if (given.has('c_index') && given.has('f_index')) {
    throw new ValueError('Iterator flags C_INDEX and F_INDEX cannot both be specified');
  }
  return given;
}

/** The flags of each operand: given for all of them, or for each; without any they are read, and written if they are made. */
export function operandFlags(
  flags: readonly string[] | readonly (readonly string[])[] | null,
  missing: readonly boolean[],
): ReadonlySet<OperandFlag>[] {
  if (flags === null) return missing.map((made) => new Set(made ? ['writeonly', 'allocate'] : ['readonly']));
  const forAll = flags.every((x) => typeof x === 'string');
  const each = forAll
    ? missing.map(() => flags as readonly string[])
    : (flags as readonly (readonly string[])[]);
  if (each.length !== missing.length) {
    throw new ValueError('op_flags must be a tuple or array of per-op flag-tuples');
  }
  return each.map((given) => parseOperandFlags(given));
}

function parseOperandFlags(flags: readonly string[]): ReadonlySet<OperandFlag> {
  for (const flag of flags) {
    if (!OPERAND_FLAGS.has(flag)) throw new ValueError(`Unexpected per-op iterator flag "${flag}"`);
  }
  const given = new Set(flags as readonly OperandFlag[]);
  const uses = (['readonly', 'readwrite', 'writeonly'] as const).filter((use) => given.has(use)).length;
  if (uses === 1) return given;
  throw new ValueError(
    uses === 0
      ? 'None of the iterator flags READWRITE, READONLY, or WRITEONLY were specified for an operand'
      : 'Only one of the iterator flags READWRITE, READONLY, and WRITEONLY may be specified for an operand',
  );
}
