import { describe, expect, it } from 'vitest';
import * as np from '../../src/index.ts';

const { nn } = np;

const relus = (n: number): np.nn.Module[] => Array.from({ length: n }, () => new nn.ReLU());

describe('Sequential', () => {
  it('runs its layers in order, numbered or named', () => {
    const [a, b] = [new nn.Linear(2, 3), new nn.Linear(3, 1)];
    const numbered = new nn.Sequential(a, new nn.Tanh(), b);
    const named = new nn.Sequential({ first: a, act: new nn.Tanh(), second: b });
    const x = np.randn(4, 2);
    const expected = b.call(np.tanh(a.call(x)) as np.NDArray as np.Tensor).tolist();
    expect(numbered.call(x).tolist()).toEqual(expected);
    expect(named.call(x).tolist()).toEqual(expected);
    expect(Object.keys(numbered.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
    expect(named.namedParameters().map(([name]) => name)).toEqual([
      'first.weight',
      'first.bias',
      'second.weight',
      'second.bias',
    ]);
    expect(named.get(-1) === b).toBe(true);
    expect(numbered[2] === b).toBe(true);
  });

  it('a subclass may have parameters of its own', () => {
    class Scaled extends nn.Sequential {
      scale = new nn.Parameter([2]);
    }
    const net = new Scaled(new nn.Linear(1, 1));
    expect(net.namedParameters().map(([name]) => name)).toEqual(['scale', '0.weight', '0.bias']);
  });

  it('an empty one gives its input back; what is no module is refused', () => {
    const x = np.tensor([1]);
    expect(new nn.Sequential().call(x) === x).toBe(true);
    expect(() => new nn.Sequential([new nn.ReLU()] as never)).toThrow('item 0 is not a Module, but an array');
    expect(() => new nn.Sequential({ 'a.b': new nn.ReLU() })).toThrow('can\'t be empty or contain "."');
    expect(() => new nn.Sequential({ forward: new nn.ReLU() })).toThrow("attribute 'forward' already exists");
  });

  it('keeps its names and parameters as a clone', () => {
    const net = new nn.Sequential({ a: new nn.Linear(1, 2), b: new nn.BatchNorm1d(2) });
    const copy = net.clone();
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(net.stateDict()));
    copy.append(new nn.ReLU());
    expect([copy.length, net.length]).toEqual([3, 2]);
    net.eval();
    const x = np.randn(3, 1);
    expect(copy.slice(0, 2).eval().call(x).tolist()).toEqual(net.call(x).tolist());
  });
});

describe('ModuleList', () => {
  it('is edited like an array, and numbered anew', () => {
    const [a, b, c, d] = relus(4);
    const list = new nn.ModuleList([a, b]);
    list.append(c).insert(1, d);
    expect([...list].map((m) => [a, b, c, d].indexOf(m))).toEqual([0, 3, 1, 2]);
    expect(list.pop() === c).toBe(true);
    expect(list.pop(0) === a).toBe(true);
    expect(list.names).toEqual(['0', '1']);
    list.set(0, c);
    expect(list.get(0) === c).toBe(true);
    expect(list.extend([a]).length).toBe(3);
    expect([...list.slice(1)].map((m) => [a, b, c, d].indexOf(m))).toEqual([1, 0]);
    expect(list.slice(1).names).toEqual(['0', '1']);
    expect('3' in list).toBe(false);
  });

  it('keeps its order beyond ten items', () => {
    const list = new nn.ModuleList(Array.from({ length: 12 }, () => new nn.Linear(1, 1, { bias: false })));
    expect(Object.keys(list.stateDict())).toEqual(Array.from({ length: 12 }, (_, i) => `${i}.weight`));
  });

  it('refuses places that there are not', () => {
    const list = new nn.ModuleList(relus(2));
    expect(() => list.get(2)).toThrow('index 2 is out of range for ModuleList of length 2');
    expect(() => list.get(0.5)).toThrow(TypeError);
    expect(() => list.append(1 as never)).toThrow('item 2 is not a Module, but 1');
    expect(list.length).toBe(2);
    expect(() => list.call()).toThrow('missing the required "forward"');
  });
});

describe('ModuleDict', () => {
  it('keeps modules by name, in order', () => {
    const [a, b] = relus(2);
    const dict = new nn.ModuleDict([
      ['z', a],
      ['1', b],
    ]);
    expect(dict.keys()).toEqual(['z', '1']);
    expect(dict.namedChildren().map(([name]) => name)).toEqual(['z', '1']);
    expect(dict.get('1') === b && dict.has('z')).toBe(true);
    expect(dict.update({ y: a }).pop('z') === a).toBe(true);
    expect([...dict].map(([name]) => name)).toEqual(['1', 'y']);
    expect(() => dict.get('z')).toThrow("ModuleDict has no 'z'; there are 1, y");
    expect(() => dict.set('training', a)).toThrow("attribute 'training' already exists");
    dict.clear();
    expect(dict.length).toBe(0);
  });
});

describe('lists and dictionaries of parameters', () => {
  it('make parameters of arrays', () => {
    const list = new nn.ParameterList([np.ones([2]), new nn.Parameter([1, 2, 3])]);
    const dict = new nn.ParameterDict({ left: np.tensor([1]), right: np.tensor([[2]]) });
    expect(list.namedParameters().map(([name, p]) => [name, p.shape])).toEqual([
      ['0', [2]],
      ['1', [3]],
    ]);
    expect(Object.keys(dict.stateDict())).toEqual(['left', 'right']);
    expect(String(list)).toBe(
      'ParameterList(\n  (0): Parameter containing: [float64 of size 2]\n  (1): Parameter containing: [float32 of size 3]\n)',
    );
    expect(() => new nn.ParameterList([1 as never])).toThrow(
      'item 0 is neither a Parameter nor an array, but 1',
    );
  });
});
