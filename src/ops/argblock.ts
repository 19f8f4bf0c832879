/** The block of memory in which a kernel that walks over several axes finds its arguments. */
import { MemoryError } from '../array/errors.ts';
import { heap } from '../array/heap.ts';
import { blockOffsets } from '../kernel/map.ts';
import type { Axis } from './iterate.ts';

/** Bytes for the arguments of as many axes and operands as there can be, and after them for scratch. */
const ARGUMENTS = 4096;
const SCRATCH = 1024;

let block = 0;

/** Where the block is: the same for every call, since kernels do not call each other through it. */
export function argumentBlock(): number {
  block ||= heap.alloc(ARGUMENTS + SCRATCH);
  if (!block) throw new MemoryError('the heap has no room for an argument block');
  return block;
}

/** Where a kernel may put what it needs for the time of a call. */
export function scratchAddress(): number {
  return argumentBlock() + ARGUMENTS;
}

/**
 * Writes a walk into the argument block, and gives the block's address.
 *
 * @param scalars - how many scalars of 8 bytes stand before it
 * @param axes - at least two, the innermost first
 * @param addresses - where each operand starts
 */
export function writeWalk(scalars: number, axes: readonly Axis[], addresses: readonly number[]): number {
  const address = argumentBlock();
  const words = heap.views.int32;
  const operands = addresses.length;
  let word = (address + blockOffsets(scalars, operands).rank) / 4;
  const [inner, second] = axes;
  words[word++] = axes.length - 2;
  words[word++] = inner.length;
  words[word++] = second.length;
  for (let i = 0; i < operands; i++) {
    words[word++] = addresses[i];
    words[word++] = inner.strides[i];
    words[word++] = second.strides[i];
  }
  for (let d = 2; d < axes.length; d++) {
    const { length, strides } = axes[d];
    words[word++] = length;
    words[word++] = 0;
    for (let i = 0; i < operands; i++) words[word++] = strides[i];
  }
  return address;
}
