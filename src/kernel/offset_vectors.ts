/** Offsets of four indices at a time, for the index types that programs use: int64, int32, and float64 that holds integers. */
import type { Body } from './build.ts';
import { k } from './build.ts';
import type { ElementType } from './element.ts';
import { layoutOf } from './element.ts';
import type { Expr, Local } from './ir.ts';

/** Indices per vector. */
const LANES = 4;

/** Where indices come from, where offsets go, and what makes one of the other. */
export interface OffsetBlocks {
  readonly element: ElementType;
  /** Whether negative indices count from the end. */
  readonly fromEnd: boolean;
  readonly index: Local;
  readonly out: Local;
  readonly n: Local;
  /** The axis' length, below 2^31, and its stride. */
  readonly length: Expr;
  readonly stride: Expr;
}

/** Indices as i32 lanes, and lanes that are not zero if some index does not fit into them or is no integer. */
interface Lanes {
  readonly low: Expr;
  readonly bad: Expr | null;
}

/** Whether there are vectors for an index type. */
export function hasOffsetVectors(element: ElementType): boolean {
  return element === 'i64' || element === 'i32' || element === 'f64';
}

/** Emits the loop over whole vectors of dense indices; gives whether any was refused. */
export function offsetBlocks(b: Body, blocks: OffsetBlocks): Expr {
  const { element, fromEnd, index, out, n } = blocks;
  const length = b.let(k.splat('i32x4', blocks.length), 'lengths');
  const stride = b.let(k.splat('i32x4', blocks.stride), 'strides');
  const bad = b.let(k.splat('i32x4', 0), 'bad');
  b.while(k.ge(n, LANES), () => {
    const lanes = load(b, element, index);
    const low = b.let(lanes.low, 'low');
    const position = fromEnd ? b.let(k.add(low, k.and(k.shr(low, 31), length)), 'position') : low;
    const outside = k.ge(k.bitcast('u32x4', position), k.bitcast('u32x4', length));
    b.set(bad, k.or(bad, lanes.bad ? k.or(outside, lanes.bad) : outside));
    b.store(out, k.mul(position, stride));
    b.bump(index, LANES * layoutOf(element).bytes);
    b.bump(out, 4 * LANES);
    b.bump(n, -LANES);
  });
  return k.anyTrue(bad);
}

function load(b: Body, element: ElementType, index: Expr): Lanes {
  switch (element) {
    case 'i64': {
      const [first, second] = [0, 16].map((offset) => b.let(k.load('i32x4', index, offset), 'pair'));
      const low = b.let(k.shuffle('i32x4', first, second, words(0, 2, 4, 6)), 'low');
      return { low, bad: k.ne(k.shuffle('i32x4', first, second, words(1, 3, 5, 7)), k.shr(low, 31)) };
    }
    case 'f64': {
      const pairs = [0, 16].map((offset) => b.let(k.load('f64x2', index, offset), 'pair'));
      const whole = pairs.map((pair) => b.let(k.truncSatZero('i32x4', pair), 'whole'));
      const [first, second] = pairs.map((pair, i) => k.ne(k.convertLow('f64x2', whole[i]), pair));
      return {
        low: k.shuffle('i32x4', whole[0], whole[1], words(0, 1, 4, 5)),
        bad: k.bitcast('i32x4', k.or(first, second)),
      };
    }
    default:
      return { low: k.load('i32x4', index), bad: null };
  }
}

/** The bytes of 32-bit words out of two vectors, numbered through. */
function words(...picked: number[]): number[] {
  return picked.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));
}
