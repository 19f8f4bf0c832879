/** Parts of lines that workgroups leave for the last of them, by Deno's WebGPU: what one sees of another is up to the implementation. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openGpu } from '../../src/device/webgpu/open.ts';
import type { ElementType } from '../../src/kernel/element.ts';
import { argFold } from '../../src/kernel/grid/lines/arg.ts';
import type { Fold } from '../../src/kernel/grid/lines/fold.ts';
import { k } from '../../src/kernel/build.ts';
import type { Expr } from '../../src/kernel/ir.ts';
import { Content } from '../../src/ops/webgpu/content.ts';
import { linesOf } from '../../src/ops/webgpu/lines/lines.ts';
import { runFold } from '../../src/ops/webgpu/lines/reduce.ts';
import type { FoldJob } from '../../src/ops/webgpu/lines/reduce.ts';
import { WebGpu } from '../../src/ops/webgpu/webgpu.ts';
import { range, upload, wordsOf } from '../webgpu/runtime_kernels.ts';

let home: WebGpu;
before(async () => {
  home = new WebGpu(await openGpu());
});
after(() => home.gpu.dispose());

const sums: Fold = { types: ['u32'], combine: (a, b) => [k.add(a[0], b[0])] };

type Folding = Pick<FoldJob, 'fold' | 'first' | 'finish'> & { readonly element: ElementType };

const FOLDS: Readonly<Record<string, Folding>> = {
  sum: { element: 'u32', fold: sums, first: ([x]) => [x as Expr], finish: (state) => state },
  argmax: {
    element: 'i32',
    fold: argFold('max', 'i32'),
    first: ([x], _, position) => [x as Expr, position],
    finish: ([, position]) => [position],
  },
};

/** Folds the columns of a matrix or its rows; with `like` as on a device that joins parts so. */
async function folded(
  name: string,
  like: string,
  shape: number[],
  axis: number,
  data: number[],
): Promise<number[]> {
  const { gpu } = home;
  Object.defineProperty(gpu, 'isSoftware', { value: like === 'software', configurable: true });
  const { element, ...fold } = FOLDS[name]!;
  const content = new Content(4 * data.length);
  content.bytes = upload(gpu, data);
  const leaves = [{ content, element, offset: 0, strides: [shape[1]!, 1] }];
  const lines = linesOf(shape, [1 - axis], [axis], leaves);
  const target = gpu.allocate(4 * lines.count);
  const { dispatches } = gpu.report();
  for (let i = 0; i < 3; i++)
    runFold(home, { key: name, lines, leaves, scalars: [], results: [element], targets: [target], ...fold });
  assert.equal(gpu.report().dispatches - dispatches, 3);
  return wordsOf(gpu, target);
}

for (const like of ['software', 'hardware'])
  for (const [shape, axis] of [
    [[1, 300000], 1],
    [[3, 20000], 1],
    [[20000, 3], 0],
    [[4000, 40], 0],
  ] as const)
    test(`folds of ${shape.join(' x ')} along ${axis}, as on ${like}`, async () => {
      const [rows, columns] = shape;
      const data = range(rows * columns).map((i) => (i * 7919) % 1009);
      const lines = range(shape[1 - axis]!).map((line) =>
        range(shape[axis]!).map((i) => data[axis === 1 ? line * columns + i : i * columns + line]!),
      );
      assert.deepEqual(
        await folded('sum', like, [...shape], axis, data),
        lines.map((line) => line.reduce((sum, x) => sum + x)),
      );
      assert.deepEqual(
        await folded('argmax', like, [...shape], axis, data),
        lines.map((line) => line.indexOf(Math.max(...line.slice(0, 1009)))),
      );
    });
