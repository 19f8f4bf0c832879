import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';

const { nn } = np;

class Net extends nn.Module {
  hidden = new nn.Linear(2, 3);
  out = new nn.Linear(3, 1, { bias: false });
  scale = new nn.Parameter(np.tensor([2]));
  note = 'not a member';
  declare seen: np.Tensor;

  constructor() {
    super();
    this.registerBuffer('seen', np.tensor([1, 2]));
    this.registerBuffer('scratch', np.tensor([3]), { persistent: false });
    this.registerBuffer('none', null);
  }

  override forward(x: np.ArrayLike): np.Tensor {
    return np.multiply(this.out.call(np.tanh(this.hidden.call(x))), this.scale) as np.NDArray as np.Tensor;
  }
}

const NAMES = ['scale', 'hidden.weight', 'hidden.bias', 'out.weight'];

describe('parameters and modules', () => {
  it('are found by their properties, own ones first', () => {
    const net = new Net();
    expect(net.namedParameters().map(([name]) => name)).toEqual(NAMES);
    expect(net.namedParameters({ prefix: 'net', recurse: false }).map(([name]) => name)).toEqual([
      'net.scale',
    ]);
    expect(net.parameters().reduce((count, p) => count + p.size, 0)).toBe(1 + 6 + 3 + 3);
    expect(net.namedModules().map(([name]) => name)).toEqual(['', 'hidden', 'out']);
    expect(net.children()).toEqual([net.hidden, net.out]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(['seen', 'scratch']);
    expect(net.getSubmodule('hidden')).toBe(net.hidden);
    expect(net.getParameter('hidden.bias')).toBe(net.hidden.bias);
    expect(net.getBuffer('seen').tolist()).toEqual([1, 2]);
    expect(() => net.getParameter('hidden.none')).toThrow("Net has no parameter 'hidden.none'");
  });

  it('that are held twice are listed once, and saved under both names', () => {
    const net = new Net();
    net.out.weight = net.hidden.weight;
    expect(net.namedParameters().map(([name]) => name)).toEqual(NAMES.slice(0, 3));
    expect(net.namedParameters({ removeDuplicate: false })).toHaveLength(4);
    expect(Object.keys(net.stateDict())).toContain('out.weight');
  });

  it('are not lost in plain arrays', () => {
    const net = new Net() as Net & { extra?: unknown };
    net.extra = [new nn.ReLU()];
    expect(() => net.parameters()).toThrow(
      'Net.extra is an array of Modules, which would not be found in it: use nn.ModuleList',
    );
  });

  it('are refused under names that cannot be', () => {
    const net = new Net();
    const p = new nn.Parameter(np.tensor([1]));
    expect(() => net.registerParameter('a.b', p)).toThrow(`can't contain ".", got 'a.b'`);
    expect(() => net.registerParameter('', p)).toThrow("can't be the empty string");
    expect(() => net.registerParameter('forward', p)).toThrow("attribute 'forward' already exists");
    expect(() => net.registerParameter('p', np.tensor([1]) as never)).toThrow(
      "cannot assign Tensor to parameter 'p'",
    );
    expect(() => net.registerBuffer('b', [1] as never)).toThrow("cannot assign Array to buffer 'b'");
    expect(() => net.registerModule('m', {} as never)).toThrow('Object is not a Module subclass');
    net.registerParameter('p', p);
    expect(net.namedParameters().map(([name]) => name)).toContain('p');
  });

  it('must be floating to require gradients', () => {
    expect(() => new nn.Parameter(np.array([1n, 2n]))).toThrow('only Tensors of floating point');
    expect(new nn.Parameter(np.array([1n, 2n]), false).dtype.name).toBe('int64');
    expect(new nn.Parameter([1, 2]).dtype.name).toBe('float32');
  });

  it('a module without forward says so', () => {
    class Empty extends nn.Module {}
    expect(() => new Empty().call()).toThrow('Module [Empty] is missing the required "forward" function');
  });
});

describe('modes and places', () => {
  it('train and eval reach every module', () => {
    const net = new Net().eval();
    expect(net.modules().map((m) => m.training)).toEqual([false, false, false]);
    expect(
      net
        .train()
        .modules()
        .every((m) => m.training),
    ).toBe(true);
    expect(() => net.train(1 as never)).toThrow('training mode is expected to be boolean');
  });

  it('requiresGrad_ and zeroGrad reach every parameter', () => {
    const net = new Net();
    net.call(np.randn(4, 2)).sum().backward();
    expect(net.parameters().every((p) => p.grad !== null)).toBe(true);
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
    net.requiresGrad_(false);
    expect(net.call(np.randn(4, 2)).requiresGrad).toBe(false);
  });

  it('to() keeps the parameters the objects that they are, and integers integers', () => {
    const norm = new nn.BatchNorm1d(2);
    const { weight } = norm;
    norm.call(np.randn(4, 2)).sum().backward();
    expect(norm.to('float64')).toBe(norm);
    expect(norm.weight).toBe(weight);
    expect([weight!.dtype.name, weight!.grad!.dtype.name]).toEqual(['float64', 'float64']);
    expect(norm.running_mean!.dtype.name).toBe('float64');
    expect(norm.num_batches_tracked!.dtype.name).toBe('int64');
    expect(norm.call(np.randn([4, 2], { dtype: 'float64' })).dtype.name).toBe('float64');
    expect(norm.to('cpu').weight!.dtype.name).toBe('float64');
    expect(() => norm.to('int64')).toThrow('only accepts floating point or complex dtypes');
    expect(() => norm.to({ device: 'moon' })).toThrow("'moon'");
  });

  it('apply goes inside out', () => {
    const names: string[] = [];
    new Net().apply((m) => void names.push(m.constructor.name));
    expect(names).toEqual(['Linear', 'Linear', 'Net']);
  });

  it('clone copies tensors and what is held twice once', () => {
    const net = new Net();
    net.out.weight = net.hidden.weight;
    const copy = net.clone();
    expect(copy).toBeInstanceOf(Net);
    expect(copy.hidden.weight === net.hidden.weight).toBe(false);
    expect(copy.out.weight === copy.hidden.weight).toBe(true);
    np.noGrad(() => void net.hidden.weight.fill(7));
    expect(copy.hidden.weight.tolist()).not.toEqual(net.hidden.weight.tolist());
    copy.seen.fill(0);
    expect(net.getBuffer('seen').tolist()).toEqual([1, 2]);
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(net.stateDict()));
  });
});

describe('states', () => {
  it('hold parameters and saved buffers, and share their memory', () => {
    const net = new Net();
    const state = net.stateDict();
    expect(Object.keys(state)).toEqual(['scale', 'seen', 'hidden.weight', 'hidden.bias', 'out.weight']);
    expect(Object.values(state).some((t) => t.requiresGrad)).toBe(false);
    expect(Object.keys(net.stateDict({ prefix: 'net.' }))[0]).toBe('net.scale');
    np.noGrad(() => void net.scale.fill(9));
    expect(state.scale.tolist()).toEqual([9]);
  });

  it('move from module to module, from objects, maps and files', () => {
    const [a, b, c] = [new Net(), new Net(), new Net()];
    const x = np.randn(3, 2);
    expect(b.loadStateDict(a.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    c.loadStateDict(new Map(Object.entries(a.stateDict())));
    expect(b.call(x).tolist()).toEqual(a.call(x).tolist());
    expect(c.call(x).tolist()).toEqual(a.call(x).tolist());
  });

  it('name all that does not fit, and change nothing then', () => {
    const net = new Net();
    const before = net.scale.tolist();
    const { 'hidden.bias': _, ...state } = net.stateDict();
    const wrong = { ...state, scale: np.tensor([5]), 'out.weight': np.zeros([3, 1]), more: np.zeros([1]) };
    expect(() => net.loadStateDict(wrong)).toThrow(
      'Error(s) in loading state_dict for Net:\n' +
        '\tMissing key(s) in state_dict: "hidden.bias".\n' +
        '\tUnexpected key(s) in state_dict: "more".\n' +
        '\tsize mismatch for out.weight: copying a param with shape (3,1) from checkpoint, the shape in current model is (1,3).',
    );
    expect(() => net.loadStateDict(wrong, { strict: false })).toThrow('size mismatch for out.weight');
    expect(net.scale.tolist()).toEqual(before);
    expect(net.loadStateDict({ scale: [4], more: [1] }, { strict: false })).toEqual({
      missingKeys: ['seen', 'hidden.weight', 'hidden.bias', 'out.weight'],
      unexpectedKeys: ['more'],
    });
    expect(net.scale.tolist()).toEqual([4]);
    expect(() => net.loadStateDict({ scale: np.array([new np.Complex(1, 1)]) }, { strict: false })).toThrow(
      'dtype mismatch for scale',
    );
    expect(() => net.loadStateDict(null as never)).toThrow(TypeError);
  });

  it('that are loaded count as changes in place', () => {
    const net = new nn.Linear(2, 2);
    const loss = np.sum(np.square(net.weight)) as np.NDArray as np.Tensor;
    net.loadStateDict(net.stateDict());
    expect(() => loss.backward()).toThrow(/modified by an inplace operation|changed in place/);
  });
});

describe('hooks', () => {
  const layer = (): np.nn.Linear => {
    const made = new nn.Linear(2, 2, { bias: false });
    np.nn.init.eye_(made.weight);
    return made;
  };

  it('see and replace arguments and results, until they are removed', () => {
    const m = layer();
    const before = m.registerForwardPreHook((_m, [x]) => np.add(x as np.Tensor, 1));
    const after = m.registerForwardHook((_m, _args, y) => np.multiply(y as np.Tensor, 10));
    expect(m.call(np.tensor([[1, 2]])).tolist()).toEqual([[20, 30]]);
    expect(m.forward(np.tensor([[1, 2]])).tolist()).toEqual([[1, 2]]);
    before.remove();
    expect(m.call(np.tensor([[1, 2]])).tolist()).toEqual([[10, 20]]);
    after.remove();
    expect(m.call(np.tensor([[1, 2]])).tolist()).toEqual([[1, 2]]);
  });

  it('see and replace gradients on the way back', () => {
    const m = layer();
    const seen: unknown[] = [];
    m.registerFullBackwardHook((module, gradInput, gradOutput) => {
      seen.push(
        module === m,
        gradInput.map((g) => g?.tolist()),
        gradOutput.map((g) => g?.tolist()),
      );
      return gradInput.map((g) => g && (np.multiply(g, 5) as np.NDArray as np.Tensor));
    });
    const x = np.tensor([[1, 2]], { requiresGrad: true });
    m.call(x).sum().backward();
    expect(seen).toEqual([true, [[[1, 1]]], [[[1, 1]]]]);
    expect(x.grad!.tolist()).toEqual([[5, 5]]);
    expect(m.weight.grad!.tolist()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('are called for inputs without gradients, and once for several inputs and outputs', () => {
    class Pair extends nn.Module {
      override forward(a: np.Tensor, b: np.Tensor): np.Tensor[] {
        return [np.multiply(a, b), np.add(a, b)] as np.NDArray[] as np.Tensor[];
      }
    }
    const pair = new Pair();
    const calls: unknown[] = [];
    pair.registerFullBackwardHook((_m, gradInput, gradOutput) => {
      calls.push([gradInput.map((g) => g?.tolist() ?? null), gradOutput.map((g) => g?.tolist() ?? null)]);
    });
    const a = np.tensor([2], { requiresGrad: true });
    const b = np.tensor([3], { requiresGrad: true });
    const [product, sum] = pair.call(a, b);
    np.sum(np.add(product, sum)).backward({ retainGraph: true });
    expect(calls).toEqual([
      [
        [[4], [3]],
        [[1], [1]],
      ],
    ]);
    expect([a.grad!.tolist(), b.grad!.tolist()]).toEqual([[4], [3]]);
    np.sum(product).backward();
    expect(calls[1]).toEqual([
      [[3], [2]],
      [[1], null],
    ]);
    const m = layer();
    m.registerFullBackwardHook((_m, gradInput) => void calls.push(gradInput));
    m.call(np.tensor([[1, 2]]))
      .sum()
      .backward();
    expect(calls[2]).toEqual([null]);
  });

  it('take part in gradients of gradients', () => {
    const m = new nn.Tanh();
    m.registerFullBackwardHook(() => undefined);
    const x = np.tensor([0.5], { requiresGrad: true });
    m.call(x).sum().backward({ createGraph: true });
    const first = x.grad!;
    x.grad = null;
    first.sum().backward();
    const t = Math.tanh(0.5);
    expect((x.grad as np.Tensor | null)!.item()).toBeCloseTo(-2 * t * (1 - t * t), 5);
  });
});

describe('printing', () => {
  it('is PyTorch’s', () => {
    expect(String(new Net())).toBe(
      'Net(\n  (hidden): Linear(inFeatures=2, outFeatures=3, bias=true)\n  (out): Linear(inFeatures=3, outFeatures=1, bias=false)\n)',
    );
    const net = new nn.Sequential(
      new nn.Conv2d(1, 2, 3, { padding: 1 }),
      new nn.Sequential(new nn.ReLU()),
      new nn.MSELoss(),
    );
    expect(String(net)).toBe(
      [
        'Sequential(',
        '  (0): Conv2d(inChannels=1, outChannels=2, kernelSize=[3, 3], stride=[1, 1], padding=[1, 1])',
        '  (1): Sequential(',
        '    (0): ReLU()',
        '  )',
        '  (2): MSELoss()',
        ')',
      ].join('\n'),
    );
    expect(String(new nn.MaxPool2d(2))).toBe(
      'MaxPool2d(kernelSize=2, padding=0, dilation=1, returnIndices=false, ceilMode=false)',
    );
    expect(String(new nn.CrossEntropyLoss({ labelSmoothing: 0.1 }))).toBe(
      'CrossEntropyLoss(labelSmoothing=0.1)',
    );
  });
});
