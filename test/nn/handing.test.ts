import { describe, expect, it } from 'vitest';
import { heap } from '../../src/array/heap.ts';
import * as np from '../../src/index.ts';

const { nn } = np;

const chain = (): np.nn.Sequential =>
  new nn.Sequential(
    new nn.Conv2d(1, 4, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Dropout(0.5),
    new nn.Linear(4 * 14 * 14, 64),
    new nn.Tanh(),
    new nn.Linear(64, 3),
  );

const images = (): np.Tensor => np.randn(8, 1, 28, 28);

/** The gradients of all parameters, computed by `run`. */
function gradients(net: np.nn.Sequential, run: (x: np.Tensor) => np.NDArray, x: np.Tensor): unknown[] {
  net.zeroGrad();
  np.manualSeed(5);
  np.sum(np.square(run(x))).backward();
  return net.parameters().map((p) => p.grad!.tolist());
}

describe('memory between the layers of a Sequential', () => {
  it('changes no value', () => {
    const net = chain();
    const x = images();
    const byHand = (input: np.Tensor): np.NDArray =>
      net.children().reduce((value: np.NDArray, layer) => (layer as np.nn.Sequential).call(value), input);
    expect(gradients(net, (input) => net.call(input), x)).toEqual(gradients(net, byHand, x));
    const before = x.tolist();
    net.eval();
    const quiet = np.noGrad(() => net.call(x)).tolist();
    expect(quiet).toEqual(byHand(x).tolist());
    expect(x.tolist()).toEqual(before);
  });

  it('does not grow in a loop that never yields', () => {
    const net = chain();
    const x = images();
    const step = (): void => {
      net.zeroGrad();
      np.sum(net.call(x)).backward();
    };
    const rounds = (count: number): number => {
      for (let i = 0; i < count; i++) step();
      return heap.liveBytes;
    };
    const after = rounds(5);
    // The result and a few numbers of each round are left to the garbage collector.
    expect(rounds(50) - after).toBeLessThan(50 * 4096);
  });

  it('stays while the tape still needs it', () => {
    const net = chain().eval();
    const x = images();
    const loss = np.sum(net.call(x));
    loss.backward(null, { retainGraph: true });
    const once = net.parameters().map((p) => p.grad!.tolist());
    net.zeroGrad();
    loss.backward();
    expect(net.parameters().map((p) => p.grad!.tolist())).toEqual(once);
    expect(() => loss.backward()).toThrow(/second time/);
  });

  it('is left alone where a hook or a layer of the user may keep it', () => {
    class Keeper extends nn.Module {
      kept: np.NDArray[] = [];
      override forward(x: np.Tensor): np.NDArray {
        this.kept.push(x, np.multiply(x, 2));
        return this.kept[this.kept.length - 1];
      }
    }
    const [first, keeper] = [new nn.Linear(3, 3), new Keeper()];
    const seen: np.NDArray[] = [];
    const relu = new nn.ReLU();
    relu.registerForwardHook((_module, _args, result) => void seen.push(result as np.NDArray));
    const net = new nn.Sequential(first, keeper, new nn.Tanh(), relu, new nn.Linear(3, 1));
    np.sum(net.call(np.randn(2, 3))).backward();
    for (const array of [...keeper.kept, ...seen]) expect(array.tolist()).toHaveLength(2);
  });

  it('is left alone where it is a parameter or the input', () => {
    class Constant extends nn.Module {
      value = new nn.Parameter(np.ones([2, 3], { dtype: 'float32' }));
      override forward(): np.NDArray {
        return this.value;
      }
    }
    const constant = new Constant();
    const net = new nn.Sequential(constant, new nn.Identity(), new nn.ReLU(), new nn.Tanh());
    np.noGrad(() => net.call(np.zeros(1)));
    np.sum(net.call(np.zeros(1))).backward();
    expect(constant.value.tolist()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });
});
