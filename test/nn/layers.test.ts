import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';

const { nn } = np;

describe('layers that hold the options of a function', () => {
  it('take them by position or keyword, and follow their changes', () => {
    const x = np.tensor([[1, 3, 2, 4]]);
    expect(new nn.MaxPool1d(2).call(x).tolist()).toEqual([[3, 4]]);
    expect(new nn.MaxPool1d({ kernelSize: 2, stride: 1 }).call(x).tolist()).toEqual([[3, 3, 4]]);
    const elu = new nn.ELU(2);
    expect(elu.alpha).toBe(2);
    (elu as { alpha: number }).alpha = 0;
    expect(elu.call(np.tensor([-1])).item()).toBeCloseTo(0);
    const [values, indices] = new nn.MaxPool1d(2, { returnIndices: true }).call(x);
    expect([values.tolist(), indices.tolist()]).toEqual([[[3, 4]], [[1, 3]]]);
    expect(new nn.MaxUnpool1d(2).call(values, indices, { outputSize: [5] }).tolist()).toEqual([
      [0, 3, 0, 4, 0],
    ]);
    expect(nn.MaxPool2d.name).toBe('MaxPool2d');
  });

  it('refuse what is missing, unknown or out of range', () => {
    expect(() => new nn.MaxPool2d(...([] as unknown as [2]))).toThrow(
      "MaxPool2d() needs an option 'kernelSize'",
    );
    expect(() => new nn.ELU({ beta: 1 } as never)).toThrow("unexpected keyword argument 'beta'");
    expect(() => new nn.Dropout(1.5)).toThrow('dropout probability has to be between 0 and 1');
    expect(() => new nn.Linear(2.5, 1)).toThrow('inFeatures must be an integer');
    expect(() => new nn.Conv2d(3, 2, 2, { groups: 2 })).toThrow('inChannels must be divisible by groups');
    expect(() => new nn.Conv2d(1, 1, 3, { padding: 'same', stride: 2 })).toThrow(
      "padding='same' is not supported",
    );
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow(
      'paddingIdx must be within numEmbeddings',
    );
    expect(() => new nn.GroupNorm(2, 3)).toThrow('numChannels must be divisible by numGroups');
  });

  it('give tensors for arrays', () => {
    expect(new nn.ReLU().call(np.array([-1, 2]))).toBeInstanceOf(np.Tensor);
    expect(new nn.MSELoss().call(np.array([1]), np.array([3])).item()).toBe(4);
  });

  it('drop in training only', () => {
    np.manualSeed(1);
    const drop = new nn.Dropout(0.5);
    const x = np.tensor(np.ones([1000]));
    const kept = Number(np.sum(np.not_equal(drop.call(x), 0)));
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThan(600);
    expect(drop.eval().call(x).tolist()).toEqual(x.tolist());
  });

  it('losses keep their weights as buffers, under PyTorch’s names', () => {
    const loss = new nn.BCEWithLogitsLoss({ posWeight: np.tensor([3]) });
    expect(Object.keys(loss.stateDict())).toEqual(['pos_weight']);
    const x = np.tensor([0]);
    expect(loss.call(x, np.tensor([1])).item()).toBeCloseTo(3 * Math.log(2), 5);
    loss.loadStateDict({ pos_weight: [1] });
    expect(loss.call(x, np.tensor([1])).item()).toBeCloseTo(Math.log(2), 5);
    expect(Object.keys(new nn.CrossEntropyLoss().stateDict())).toEqual([]);
  });
});

describe('first values', () => {
  const most = (t: np.NDArray): number => Number(np.max(np.absolute(t)));

  it('are spread over PyTorch’s ranges', () => {
    np.manualSeed(0);
    const cases: [np.nn.Module, number][] = [
      [new nn.Linear(16, 200), 1 / 4],
      [new nn.Conv2d(4, 100, 2, { groups: 2 }), 1 / Math.sqrt(8)],
      [new nn.LSTM(3, 25), 1 / 5],
    ];
    for (const [module, bound] of cases) {
      for (const p of module.parameters()) {
        expect(most(p)).toBeLessThanOrEqual(bound + 1e-7);
        expect(most(p)).toBeGreaterThan(0.9 * bound);
      }
    }
    const attention = new nn.MultiheadAttention(20, 2);
    expect(most(attention.in_proj_weight!)).toBeLessThanOrEqual(Math.sqrt(6 / 80) + 1e-7);
    expect(most(attention.in_proj_bias!)).toBe(0);
    expect(new nn.Embedding(4, 2, { paddingIdx: -1 }).weight.get(3).tolist()).toEqual([0, 0]);
  });

  it('are the same for the same seed', () => {
    const weights = (): unknown => (np.manualSeed(3), new nn.Linear(3, 2).weight.tolist());
    expect(weights()).toEqual(weights());
  });

  it('come in the dtype asked for', () => {
    const lstm = new nn.LSTM(2, 3, { dtype: 'float64', projSize: 2 });
    expect(new Set(lstm.parameters().map((p) => p.dtype.name))).toEqual(new Set(['float64']));
    const [output, [h, c]] = lstm.call(np.randn([4, 1, 2], { dtype: 'float64' }));
    expect([output.dtype.name, output.shape, h.shape, c.shape]).toEqual([
      'float64',
      [4, 1, 2],
      [1, 1, 2],
      [1, 1, 3],
    ]);
  });
});

describe('running statistics', () => {
  it('average, are saved, and start anew', () => {
    const norm = new nn.BatchNorm1d(1, { momentum: null, affine: false });
    norm.call(np.tensor([[0], [2]]));
    norm.call(np.tensor([[2], [4]]));
    expect(norm.running_mean!.tolist()).toEqual([2]);
    expect(norm.num_batches_tracked!.item()).toBe(2);
    expect(Object.keys(norm.stateDict())).toEqual(['running_mean', 'running_var', 'num_batches_tracked']);
    norm.eval().call(np.tensor([[9]]));
    expect(norm.num_batches_tracked!.item()).toBe(2);
    norm.resetRunningStats();
    expect([norm.running_mean!.tolist(), norm.running_var!.tolist()]).toEqual([[0], [1]]);
  });
});

describe('recurrent networks', () => {
  it.each(['RNN', 'GRU', 'LSTM'] as const)('%s does what its cell does step by step', (name) => {
    const net = new nn[name](2, 3);
    const cell = new nn[`${name}Cell`](2, 3);
    const state = Object.entries(net.stateDict()).map(([key, t]) => [key.replace('_l0', ''), t]);
    cell.loadStateDict(Object.fromEntries(state) as Record<string, np.Tensor>);
    const x = np.randn(7, 2, 2);
    const [output] = (net as np.nn.RNN).call(x);
    let h: unknown = null;
    for (let t = 0; t < 7; t++) {
      h = (cell.forward as (x: np.NDArray, h: unknown) => unknown).call(cell, x.get(t), h);
      const shown = (Array.isArray(h) ? h[0] : h) as np.Tensor;
      expect(np.allclose(shown, output.get(t), { atol: 1e-6 })).toBe(true);
    }
  });

  it('drop between layers in training only', () => {
    const net = new nn.GRU(2, 3, { numLayers: 2, dropout: 0.5 });
    const x = np.randn(3, 1, 2);
    const run = (): unknown => net.call(x)[0].tolist();
    expect(run()).not.toEqual(run());
    net.eval();
    expect(run()).toEqual(run());
  });

  it('gradients of long sequences come through', () => {
    const net = new nn.RNN(1, 2);
    const x = np.randn([33, 1, 1], { requiresGrad: true });
    net.call(x)[0].get(-1).sum().backward();
    expect(x.grad!.shape).toEqual([33, 1, 1]);
    expect(Number(np.absolute(x.grad!.get(-1)).sum())).toBeGreaterThan(0);
  });
});

describe('transformers', () => {
  it('generateSquareSubsequentMask keeps places from those behind them', () => {
    const mask = nn.Transformer.generateSquareSubsequentMask(3);
    expect(mask.tolist()).toEqual([
      [0, -Infinity, -Infinity],
      [0, 0, -Infinity],
      [0, 0, 0],
    ]);
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 }).eval();
    const x = np.randn(3, 1, 4);
    const whole = layer.call(x, { srcMask: mask });
    const start = layer.call(x.get('0:2') as np.NDArray, { srcMask: mask.get('0:2, 0:2') as np.NDArray });
    expect(np.allclose(whole.get('0:2'), start, { atol: 1e-5 })).toBe(true);
  });

  it('stacks hold copies of a layer with PyTorch’s names', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 });
    const names = Object.keys(new nn.TransformerEncoder(layer, 2, new nn.LayerNorm(4)).stateDict());
    expect(names.slice(0, 4)).toEqual([
      'layers.0.self_attn.in_proj_weight',
      'layers.0.self_attn.in_proj_bias',
      'layers.0.self_attn.out_proj.weight',
      'layers.0.self_attn.out_proj.bias',
    ]);
    expect(names.slice(-2)).toEqual(['norm.weight', 'norm.bias']);
    expect(names).toHaveLength(2 * 12 + 2);
  });

  it('attention averages its weights over the heads, which sum to one', () => {
    const attention = new nn.MultiheadAttention(4, 2, { batchFirst: true });
    const x = np.randn(2, 3, 4);
    const [, each] = attention.call(x, x, x, { averageAttnWeights: false });
    const [, mean] = attention.call(x, x, x);
    expect([each!.shape, mean!.shape]).toEqual([
      [2, 2, 3, 3],
      [2, 3, 3],
    ]);
    expect(np.allclose(np.mean(each!, 1), mean!, { atol: 1e-6 })).toBe(true);
    expect(np.allclose(np.sum(mean!, -1), 1, { atol: 1e-5 })).toBe(true);
    expect(attention.call(x, x, x, { needWeights: false })[1]).toBe(null);
  });
});
