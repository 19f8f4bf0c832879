/** Runs products of tensors whose columns and depth are index spaces of several axes. */
import { heap } from '../../array/heap.ts';
import type { LazyKernel } from '../../device/current.ts';
import { lazyKernel } from '../../device/current.ts';
import type { ElementType } from '../../kernel/element.ts';
import { ringOf } from '../../kernel/product/ring.ts';
import type { Ring } from '../../kernel/product/ring.ts';
import { contraction, workBytes } from '../../kernel/window/contraction.ts';
import { AXES, AXIS_BYTES } from '../../kernel/window/offsets.ts';
import { allocateWork } from '../product.ts';

/** An axis of an index space, with its byte strides in the two operands that have it. */
export interface SpaceAxis {
  readonly length: number;
  readonly first: number;
  readonly second: number;
}

/** Where an operand lies in the heap, and the bytes from one row and one group to the next. */
export interface Operand {
  readonly address: number;
  readonly row: number;
  readonly group: number;
}

/** For each group, c[i, j] (+)= sum over l of a[i, l] b[l, j]. All operands lie in the heap. */
export interface Contraction {
  readonly element: ElementType;
  readonly rows: number;
  readonly groups: number;
  readonly a: Operand;
  readonly b: Omit<Operand, 'row'>;
  readonly c: Operand;
  /** The axes of j, innermost first: strides in b and c. */
  readonly columns: readonly SpaceAxis[];
  /** The axes of l, innermost first: strides in a and b. */
  readonly depth: readonly SpaceAxis[];
  /** Whether the products are added to what the result holds. */
  readonly accumulate: boolean;
}

interface Kernels {
  readonly ring: Ring;
  readonly run: LazyKernel<'contract'>;
}

const known = /* @__PURE__ */ new Map<ElementType, Kernels>();

function kernelsOf(element: ElementType): Kernels {
  let kernels = known.get(element);
  if (!kernels) {
    const ring = ringOf(element);
    known.set(element, (kernels = { ring, run: lazyKernel(() => contraction(ring)) }));
  }
  return kernels;
}

const SPACE_BYTES = AXES * AXIS_BYTES;

function writeSpace(address: number, axes: readonly SpaceAxis[]): number {
  const words = heap.views.int32;
  for (let i = 0; i < AXES; i++) {
    const { length, first, second } = axes[i] ?? { length: 1, first: 0, second: 0 };
    words.set([length, first, second], (address + i * AXIS_BYTES) / 4);
  }
  return address;
}

const count = (axes: readonly SpaceAxis[]): number => axes.reduce((n, { length }) => n * length, 1);

/** Computes a product in which no length is zero. */
export function contractSpaces({
  element,
  rows,
  groups,
  a,
  b,
  c,
  columns,
  depth,
  accumulate,
}: Contraction): void {
  const { ring, run } = kernelsOf(element);
  const [n, k] = [count(columns), count(depth)];
  const bytes = workBytes(ring, rows, n, k);
  const work = allocateWork(bytes.left + bytes.right + 2 * SPACE_BYTES);
  const right = work + bytes.left;
  const spaces = right + bytes.right;
  // prettier-ignore
  run().contract(
    rows, n, k, groups, a.address, a.row, a.group, b.address, b.group, c.address, c.row, c.group,
    writeSpace(spaces, columns), writeSpace(spaces + SPACE_BYTES, depth), Number(accumulate), work, right,
  );
  heap.free(work);
}
