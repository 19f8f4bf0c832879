/** Statistics whose values decide, on the GPU: nothing is read for them, and what is wrong is told by the next read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import './device.ts';
import * as np from 'numgrad';
import { closeGpu, expectClose, onCpu, onGpu, openGpu, random, tensor } from './near.ts';

beforeAll(openGpu);
afterAll(closeGpu);

const reads = async (): Promise<number> => (await np.device('webgpu')).report().reads;

/** The same call on both devices: arrays of any nesting agree, and the GPU's are made without a read. */
async function agrees(call: (on: typeof onGpu) => unknown, ulps = 4): Promise<void> {
  const before = await reads();
  const found = [call(onGpu)].flat(3);
  expect(await reads()).toBe(before);
  const expected = [call(onCpu)].flat(3) as np.NDArray[];
  expect(found.length).toBe(expected.length);
  for (const [i, x] of found.entries()) {
    const own = expected[i] instanceof np.Tensor ? (expected[i].numpy() as np.NDArray) : expected[i];
    const narrow = { float64: 'float32', int64: 'int32', complex128: 'complex64' }[own.dtype.name as string];
    expectClose(await tensor(x).array(), narrow ? own.astype(narrow as 'float32') : own, ulps);
  }
}

const holes = (shape: readonly number[]): np.NDArray => {
  const a = random(shape);
  return np.where(np.greater(np.sin(np.multiply(a, 9)), 0.2), NaN, a) as np.NDArray;
};

describe('histograms', () => {
  const data = random([3, 70]);
  test.each([
    ['counted bins', { bins: 7 }],
    ['a range', { bins: 5, range: [-2, 2] as [number, number] }],
    ['density', { bins: 6, density: true }],
    ['edges', { bins: [-3, -1, 0, 0.5, 9] }],
    ['one bin', { bins: 1 }],
  ])('%s', (_, options) => agrees((on) => np.histogram(on(data), options)));

  test('weights of every kind', async () => {
    for (const dtype of ['float32', 'int32', 'uint8', 'complex64'] as const) {
      const weights = random([3, 70], dtype);
      await agrees((on) => np.histogram(on(data), { bins: 4, weights: on(weights) }), 64);
    }
  });

  test('data of every kind, constant data and none', async () => {
    for (const dtype of ['int8', 'uint8', 'int32', 'bool', 'float16'] as const) {
      const own = random([90], dtype);
      await agrees((on) => np.histogram(on(own), { bins: 3 }));
    }
    await agrees((on) => np.histogram(on(np.full([5], 2, { dtype: 'float32' }))));
    await agrees((on) => np.histogram(on(np.zeros([0], { dtype: 'float32' }))));
  });

  test('NaN and what lies outside a range is not counted', async () => {
    const own = holes([200]);
    await agrees((on) => np.histogram(on(own), 5, [-1, 1]));
  });

  test('in two and three dimensions', async () => {
    const [x, y, weights, points] = [random([150]), random([150]), random([150]), random([99, 3])];
    await agrees((on) => np.histogram2d(on(x), on(y), [4, 3]));
    await agrees((on) => np.histogram2d(on(x), on(y), { bins: 3, weights: on(weights), density: true }), 64);
    await agrees((on) => np.histogramdd(on(points), { bins: [2, 3, 2] }));
  });

  test('edges of a list or of the processor beside data on the GPU, and the reverse', async () => {
    const found = np.histogram(onGpu(data), np.linspace(-4, 4, 9));
    expect(tensor(found[0]).dtype.name).toBe('int32');
    expectClose(
      await tensor(found[0]).array(),
      np.histogram(data, np.linspace(-4, 4, 9))[0].astype('int32'),
      0,
    );
    const edges = onGpu(np.array([0, 1, 2]).astype('float32') as np.NDArray);
    expect((await tensor(np.histogram([0.5, 1.5, 1.7, 3], edges)[0]).array()).tolist()).toEqual([1, 2]);
  });

  test('the number of bins of a rule is known later', async () => {
    expect(() => np.histogram(onGpu(data), 'auto')).toThrow(/await np\.histogramAsync/);
    for (const rule of ['auto', 'sqrt', 'sturges', 'fd', 'doane', 'scott', 'rice', 'stone'] as const) {
      const [counts, edges] = await np.histogramAsync(onGpu(data), { bins: rule });
      const [wanted, ends] = np.histogram(data, rule);
      expectClose(await tensor(counts).array(), wanted.astype('int32'), 0, rule);
      expectClose(await tensor(edges).array(), ends, 4, rule);
    }
    const inside = await np.histogramAsync(onGpu(data), { bins: 'fd', range: [-1, 1] });
    expect(inside[0].shape).toEqual(np.histogram(data, 'fd', [-1, 1])[0].shape);
    const edges = await np.histogram_bin_edgesAsync([1, 2, 3, 4, 9], { bins: 'sturges' });
    expect(edges.tolist()).toEqual(np.histogram_bin_edges([1, 2, 3, 4, 9], 'sturges').tolist());
  });

  test.each([
    [
      'a range of data that is not finite',
      () => np.histogram(onGpu(np.array([0, NaN]).astype('float32')))[0],
      /autodetected range of \[.*NaN.*\] is not finite/,
    ],
    [
      'edges that decrease',
      () => np.histogram(onGpu(data), onGpu(np.array([9, 1]).astype('float32')))[0],
      /must increase monotonically/,
    ],
    [
      'too many bins',
      () => np.histogram(onGpu(np.array([1, 1 + 2 ** -22]).astype('float32')), 4000)[0],
      /Too many bins/,
    ],
    [
      'bins that rise and fall',
      () => np.digitize(onGpu(data), onGpu(np.array([0, 2, 1]).astype('float32'))),
      /monotonically/,
    ],
  ])('%s: the next read throws', async (_, call, message) => {
    const result = tensor(call());
    await expect(result.array()).rejects.toThrow(message);
    expect((await onGpu(data).array()).shape).toEqual([3, 70]);
  });
});

describe('digitize', () => {
  test.each([[[-1, 0, 2, 2, 3]], [[3, 1, 1, -2]], [[1, 1]], [[2]], [[]]])(
    'bins %j, on the GPU and in a list',
    async (list) => {
      const bins = np.array(list, { dtype: 'float32' });
      const [x, y] = [holes([40]), random([3, 4])];
      for (const right of [false, true]) {
        await agrees((on) => np.digitize(on(x), on(bins), right));
        await agrees((on) => np.digitize(on(y), list, right));
      }
    },
  );
});

const METHODS = [
  'inverted_cdf', 'averaged_inverted_cdf', 'closest_observation', 'interpolated_inverted_cdf', 'hazen', 'weibull', 'linear',
  'median_unbiased', 'normal_unbiased', 'lower', 'higher', 'midpoint', 'nearest',
] as const; // prettier-ignore

describe('quantiles', () => {
  const [data, gaps] = [random([7, 5]), holes([9, 6])];
  test.each(METHODS)('%s', async (method) => {
    const q = [0, 0.1, 0.5, 0.77, 1];
    await agrees((on) => np.quantile(on(data), q, { axis: 0, method }), 8);
    await agrees(
      (on) => np.quantile(on(data), on(np.array(q, { dtype: 'float32' })), { axis: 1, method }),
      8,
    );
    await agrees((on) => np.nanquantile(on(gaps), q, { axis: 0, method }), 8);
    await agrees(
      (on) => np.nanquantile(on(gaps), on(np.array(q, { dtype: 'float32' })), { axis: 1, method }),
      8,
    );
  });

  test('medians', async () => {
    await agrees((on) => [np.median(on(data)), np.median(on(data), 0), np.median(on(gaps), 1)]);
    await agrees((on) => [
      np.nanmedian(on(gaps)),
      np.nanmedian(on(gaps), 0),
      np.nanmedian(on(np.full([3, 2], NaN, { dtype: 'float32' })), 0),
    ]);
  });

  test('weights', async () => {
    const weights = np.abs(random([7])) as np.NDArray;
    const options = { axis: 0, method: 'inverted_cdf' } as const;
    await agrees((on) => np.quantile(on(data), [0.2, 0.5, 1], { ...options, weights: on(weights) }));
    await agrees((on) =>
      np.nanquantile(on(gaps), 0.5, { ...options, weights: on(np.ones([9], { dtype: 'float32' })) }),
    );
    const negative = np.quantile(onGpu(data), 0.5, { ...options, weights: np.full([7], -1) });
    await expect(tensor(negative).array()).rejects.toThrow('Weights must be non-negative.');
    const none = np.quantile(onGpu(data), 0.5, { ...options, weights: np.zeros([7]) });
    await expect(tensor(none).array()).rejects.toThrow('Weights included NaN, inf or were all zero.');
  });

  test('a fraction on the GPU that is none', async () => {
    const result = np.quantile(onGpu(data), onGpu(np.array([0.5, 1.5]).astype('float32')));
    await expect(tensor(result).array()).rejects.toThrow('Quantiles must be in the range [0, 1]');
  });

  test('gradients', async () => {
    const gradient = (on: typeof onGpu): np.Tensor => {
      const x = on(gaps, true);
      np.nansum(np.nanquantile(x, [0.3, 0.9], { axis: 0 })).backward();
      return x.grad!;
    };
    expectClose(await gradient(onGpu).array(), gradient(onCpu).numpy() as np.NDArray, 8);
  });
});

describe('positions and classes', () => {
  test('ravel_multi_index and unravel_index, out of range told by the next read', async () => {
    const [i, j] = [np.array([3, 6, 0]).astype('int32'), np.array([4, 5, 1]).astype('int32')];
    await agrees((on) => np.ravel_multi_index([on(i), on(j)], [7, 6]));
    await agrees((on) =>
      np.ravel_multi_index([on(i), on(j)], [4, 3], { mode: ['clip', 'wrap'], order: 'F' }),
    );
    await agrees((on) => np.unravel_index(on(np.array([22, 41]).astype('int32')), [7, 6]));
    const wrong = np.ravel_multi_index([onGpu(i), onGpu(j)], [4, 6]);
    await expect(tensor(wrong).array()).rejects.toThrow('invalid entry in coordinates array');
    const [beyond] = np.unravel_index(onGpu(np.array([1, 99]).astype('int32')), [7, 6]);
    await expect(tensor(beyond).array()).rejects.toThrow('index 99 is out of bounds for array with size 42');
  });

  test('oneHot takes the number of classes', async () => {
    const labels = np.array([2, 0, 1]).astype('int32');
    await agrees((on) => np.nn.functional.oneHot(on(labels), 4));
    expect(() => np.nn.functional.oneHot(onGpu(labels))).toThrow(/give numClasses/);
    const wrong = np.nn.functional.oneHot(onGpu(labels), 2);
    await expect(tensor(wrong).array()).rejects.toThrow(
      'Class values must be smaller than numClasses, got 2 for 2.',
    );
  });

  test('a label that is no class', async () => {
    const loss = np.nn.functional.multiMarginLoss(
      onGpu(random([2, 3])),
      onGpu(np.array([0, 7]).astype('int32')),
    );
    await expect(tensor(loss).array()).rejects.toThrow('target out of range: 7 is no class of 3');
  });

  test('resize in place', async () => {
    const a = onGpu(random([2, 3]));
    const before = await a.array();
    a.resize(2, 4);
    expect((await a.array()).tolist()).toEqual(np.append(before, [0, 0]).reshape(2, 4).tolist());
  });
});

test('interp is float32, with gradients', async () => {
  const [x, xp, fp] = [random([30]), np.sort(random([8])), random([8])];
  await agrees((on) => np.interp(on(x), on(xp), on(fp), { left: -9 }), 64);
  await agrees((on) => np.interp(on(x), [0, 1, 2], [3, 2, 0], { period: 3 }), 64);
  const gradient = (on: typeof onGpu): np.Tensor => {
    const y = on(fp, true);
    np.sum(np.interp(on(x), on(xp), y)).backward();
    return y.grad!;
  };
  expectClose(await gradient(onGpu).array(), (gradient(onCpu).numpy() as np.NDArray).astype('float32'), 64);
});
