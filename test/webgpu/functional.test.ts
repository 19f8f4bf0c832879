/** Functions of layers that need lengths, offsets or how often something occurs, where those are values on the GPU. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const { functional: F } = np.nn;

type Device = 'cpu' | 'webgpu';
type On = (a: np.NDArray, requiresGrad?: boolean) => np.Tensor;
const ON: Readonly<Record<Device, On>> = { cpu: onCpu, webgpu: onGpu };

const int32 = (values: unknown): np.NDArray => np.array(values as number[], { dtype: 'int32' }) as np.NDArray;

/** A result and the gradient of what it is made of, with weights so that no two elements count the same. */
async function pulled(call: (x: np.Tensor) => unknown, x: np.Tensor): Promise<np.NDArray[]> {
  const result = call(x) as np.Tensor;
  const weights = np.add(np.arange(result.size), 0.5).astype('float32').reshape(result.shape);
  (np.sum(np.multiply(result, np.asarray(weights))) as unknown as np.Tensor).backward();
  return Promise.all([result.detach().array(), x.grad!.array()]);
}

/** The same with the parameter `x` on either device. */
async function agree(call: (x: np.Tensor, on: On) => unknown, x: np.NDArray, ulps: number): Promise<void> {
  const [near, far] = await Promise.all(
    (['webgpu', 'cpu'] as const).map((device) => pulled((t) => call(t, ON[device]), ON[device](x, true))),
  );
  near.forEach((got, i) => expectClose(got, far[i], ulps, i === 0 ? 'result' : 'gradient'));
}

const rejected = (x: unknown): Promise<unknown> =>
  tensor(x)
    .array()
    .catch((reason: unknown) => reason);

describe('ctcLoss', () => {
  const logs = F.logSoftmax(random([6, 3, 4]), 2) as np.NDArray;
  const padded = [
    [1, 2, 0, 99],
    [3, 3, 1, 99],
    [99, 99, 99, 99],
  ];
  const lengths = [2, 3, 0];
  const times = [6, 5, 0];

  test.each(['none', 'mean', 'sum'] as const)('%s, lengths and labels there', async (reduction) => {
    for (const targets of [padded, [1, 2, 3, 3, 1]])
      await agree(
        (x, on) => F.ctcLoss(x, on(int32(targets)), on(int32(times)), on(int32(lengths)), { reduction }),
        logs,
        512,
      );
  });

  test('lengths or labels on the processor, in lists or as tensors', async () => {
    const want = F.ctcLoss(logs, padded, times, lengths, { reduction: 'none' }) as np.NDArray;
    const [labels, outputs] = [int32(padded), int32(lengths)];
    for (const [targets, most] of [
      [padded, lengths],
      [onGpu(labels), lengths],
      [padded, onGpu(outputs)],
      [onCpu(labels), onCpu(outputs)],
      [[1, 2, 3, 3, 1], onGpu(outputs)],
      [onGpu(int32([1, 2, 3, 3, 1])), lengths],
    ] as [np.NDArray, np.NDArray][]) {
      const got = tensor(F.ctcLoss(onGpu(logs), targets, times, most, { reduction: 'none' }));
      expectClose(await got.array(), want, 64);
    }
  });

  test('without labels, without sequences, and with a target that no path reaches', async () => {
    const call = (on: On): unknown =>
      F.ctcLoss(on(logs), on(int32([[], [], []])), on(int32(times)), on(int32([0, 0, 0])), {
        reduction: 'none',
      });
    expectClose(await tensor(call(onGpu)).array(), await (call(onCpu) as np.Tensor).array(), 64);
    const none = onGpu(random([2, 0, 3]));
    const [labels, no] = [onGpu(int32(np.zeros([0, 2]).tolist())), onGpu(int32([]))];
    expect(tensor(F.ctcLoss(none, labels.reshape([0, 2]), no, no, { reduction: 'none' })).shape).toEqual([0]);
    const endless = F.ctcLoss(
      onGpu(logs),
      onGpu(
        int32([
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
      ),
      [2, 3, 2],
      onGpu(int32([2, 2, 2])),
      {
        reduction: 'none',
      },
    );
    expect((np.isfinite(await tensor(endless).array()) as np.NDArray).tolist()).toEqual([false, true, false]);
  });

  test('what does not fit rejects the next read, and is thrown at once where the processor knows it', async () => {
    const call = (targets: unknown, inputs: number[], outputs: number[]) => (on: On) =>
      F.ctcLoss(onGpu(logs), on(int32(targets)), on(int32(inputs)), on(int32(outputs)));
    const cases: [(on: On) => unknown, typeof np.ValueError, string][] = [
      [call(padded, [6, 7, 1], lengths), np.ValueError, 'at most 6, but got value 7'],
      [call(padded, [6, 5, -1], lengths), np.ValueError, 'must not be negative, got -1'],
      [call(padded, times, [2, 5, 0]), np.ValueError, 'size at least (3, 5), but got size [3, 4]'],
      [
        call([1, 2, 3], times, lengths),
        np.ValueError,
        'to have size 5, the sum of targetLengths, but got size [3]',
      ],
      [call(padded, times, [2, 4, 0]), np.IndexError, 'label 99 is out of bounds: there are 4 classes'],
    ];
    for (const [run, kind, message] of cases) {
      const error = await rejected(run(onGpu));
      expect(error).toBeInstanceOf(kind);
      expect((error as Error).message).toContain(message);
      expect(() => run(onCpu)).toThrow(message);
    }
    expect(() => F.ctcLoss(onGpu(logs), onGpu(int32([[1]])), times, lengths)).toThrow('size 3 at axis 0');
    expect(() => F.ctcLoss(onCpu(logs), onGpu(int32(padded)), times, lengths)).toThrow(
      'Expected all tensors to be on the same device',
    );
  });
});

describe('embeddingBag', () => {
  const table = random([7, 3]);
  const numbers = [1, 1, 6, 0, 4, 5, 1, 2, 1];

  test.each(['sum', 'mean', 'max'] as const)('%s, offsets there', async (mode) => {
    for (const [offsets, includeLastOffset] of [
      [[0, 2, 2, 7, 9], false],
      [[0, 2, 2, 7, 9], true],
      [[0, 3, 7], true],
      [[0], false],
      [[0], true],
      [[], false],
    ] as const)
      for (const paddingIdx of [null, 1])
        await agree(
          (w, on) =>
            F.embeddingBag(on(int32(numbers)), w, on(int32([...offsets])), {
              mode,
              includeLastOffset,
              paddingIdx,
              scaleGradByFreq: paddingIdx === null,
            }),
          table,
          16,
        );
  });

  test('weights of numbers, and a table whose rows are scaled down', async () => {
    const shares = random([9]);
    await agree(
      (w, on) =>
        F.embeddingBag(on(int32(numbers)), w, on(int32([0, 4, 4])), {
          mode: 'sum',
          perSampleWeights: on(shares),
        }),
      table,
      16,
    );
    await agree(
      (s, on) =>
        F.embeddingBag(on(int32(numbers)), on(table), on(int32([0, 4, 4])), {
          mode: 'sum',
          perSampleWeights: s,
        }),
      shares,
      16,
    );
    const scaled = async (on: On): Promise<np.NDArray> => {
      const w = on(table);
      F.embeddingBag(on(int32(numbers)), w, on(int32([0, 4])), { maxNorm: 2 });
      return w.array();
    };
    expectClose(await scaled(onGpu), await scaled(onCpu), 16);
  });

  test('no numbers', async () => {
    const none = F.embeddingBag(onGpu(int32([])), onGpu(table), onGpu(int32([0, 0])));
    expect((await tensor(none).array()).tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('offsets that do not fit reject the next read', async () => {
    const call = (offsets: number[]): unknown =>
      F.embeddingBag(onGpu(int32(numbers)), onGpu(table), onGpu(int32(offsets)));
    for (const [offsets, message] of [
      [[1, 2], 'offsets[0] has to be 0, i.e., the first bag has to start at 0, got 1'],
      [[0, 10], "not exceed the input's length 9, got 10"],
      [[0, 4, 3], 'offsets have to rise and'],
    ] as const) {
      const error = await rejected(call([...offsets]));
      expect(error).toBeInstanceOf(np.ValueError);
      expect((error as Error).message).toContain(message);
    }
    expect(() => F.embeddingBag(numbers, onCpu(table), onGpu(int32([0])))).toThrow(
      'Expected all tensors to be on the same device',
    );
  });

  test('the layer', async () => {
    const layer = new np.nn.EmbeddingBag(7, 3, { mode: 'max', weight: table });
    const call = (on: On): np.Tensor => layer.call(on(int32(numbers)), on(int32([0, 5]))).detach();
    const want = call(onCpu).numpy();
    layer.to('webgpu');
    expectClose(await tensor(call(onGpu)).array(), want, 0);
  });
});

describe('embedding', () => {
  test.each([2, 1, Infinity])('rows scaled down to a norm of order %d, in place', async (normType) => {
    const table = random([6, 4]);
    const scaled = async (on: On): Promise<np.NDArray[]> => {
      const w = on(table);
      const rows = F.embedding(
        on(
          int32([
            [0, 5],
            [5, 0],
          ]),
        ),
        w,
        { maxNorm: 1.5, normType },
      ) as np.Tensor;
      return Promise.all([w.array(), rows.array()]);
    };
    const [near, far] = [await scaled(onGpu), await scaled(onCpu)];
    near.forEach((got, i) => expectClose(got, far[i], 16));
    expectClose(near[0].get('1:5') as np.NDArray, table.get('1:5') as np.NDArray, 0);
  });

  test('gradients divided by how often a row is used', async () => {
    await agree(
      (w, on) => F.embedding(on(int32([0, 2, 2, 2, 1])), w, { scaleGradByFreq: true, paddingIdx: 1 }),
      random([3, 2]),
      8,
    );
  });
});
