/** The functions that PyTorch cases pass as arguments; `scripts/record_torch/tables.py` has the same ones. */
import { lookup } from '../namespace.ts';
import type { AnyFunction } from '../namespace.ts';

const call = (name: string, ...args: unknown[]): unknown => (lookup(name).member as AnyFunction)(...args);

const onNumbers: Readonly<Record<string, (x: number) => number>> = {
  decay: (epoch) => 0.95 ** epoch,
  steps: (epoch) => 1 / (1 + Math.floor(epoch / 3)),
  warm: (epoch) => Math.min(1, (epoch + 1) / 4),
  shrink: (epoch) => (epoch % 2 === 0 ? 0.9 : 0.8),
  halved: (x) => 1 / 2 ** (x - 1),
};

const onTensors: Readonly<Record<string, AnyFunction>> = {
  manhattan: (x, y) => call('sum', call('absolute', call('subtract', x, y)), { axis: -1 }),
  rosenbrock: (p) => {
    const [x, y] = [call('take', p, 0), call('take', p, 1)];
    const valley = call('square', call('subtract', y, call('square', x)));
    return call('add', call('square', call('subtract', 1, x)), call('multiply', 100, valley));
  },
  bowl: (p) => {
    const steepness = call('asarray', [1, 4, 9], (p as { dtype: unknown }).dtype);
    return call('sum', call('multiply', steepness, call('square', call('subtract', p, 1))));
  },
  wave: (p) => call('sum', call('add', call('multiply', 0.1, call('square', p)), call('sin', p))),
  energy: (m) => call('add', call('sum', call('multiply', m, call('exp', m))), call('prod', m)),
  spiral: (x) => call('multiply', call('sin', x), call('cumsum', x)),
  gram: (m) => call('matmul', m, call('transpose', m)),
  softened: (m) => call('divide', call('exp', m), call('sum', call('exp', m), { axis: 1, keepdims: true })),
  normed: (x) => call('divide', x, call('add', 1, call('sqrt', call('sum', call('square', x))))),
  pairing: (m, v) => {
    const first = call('take', m, 0, { axis: 1 });
    const paired = call('sum', call('multiply', call('tanh', call('matmul', m, v)), first));
    return call('add', paired, call('sum', call('square', v)));
  },
};

/** The function that a case names. */
export function callable(name: string): AnyFunction {
  return (onNumbers[name] as AnyFunction | undefined) ?? onTensors[name];
}
