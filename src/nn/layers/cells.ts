/** Single steps of recurrent networks. */
import { RuntimeError, shapeText } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { zeros } from '../../np/creation/filled.ts';
import { expand_dims, squeeze } from '../../np/shape/reshape.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { linear } from '../functional/index.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { requireCount, uniformParameter } from './linear.ts';
import { plainCell } from './recurrent.ts';
import type { Cell } from './recurrence.ts';
import { CELLS } from './recurrence.ts';

export interface CellOptions extends FactoryOptions {
  /** Whether there are biases; true by default. */
  bias?: boolean;
}

export interface RNNCellOptions extends CellOptions {
  /** 'tanh' by default. */
  nonlinearity?: 'tanh' | 'relu';
}

const OPTIONS = ['bias', 'device', 'dtype'] as const;
const RNN_OPTIONS = ['bias', 'nonlinearity', 'device', 'dtype'] as const;

abstract class SingleCell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter | null;
  bias_hh: Parameter | null;
  protected readonly cell: Cell;

  protected constructor(
    name: string,
    cell: Cell,
    inputSize: number,
    hiddenSize: number,
    { bias = true, ...place }: CellOptions,
  ) {
    super();
    requireCount(name, 'inputSize', inputSize);
    requireCount(name, 'hiddenSize', hiddenSize, 1);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.cell = cell;
    const gates = cell.gates * hiddenSize;
    const made = (shape: readonly number[]): Parameter => uniformParameter(shape, hiddenSize, place);
    this.weight_ih = made([gates, inputSize]);
    this.weight_hh = made([gates, hiddenSize]);
    this.bias_ih = bias ? made([gates]) : null;
    this.bias_hh = bias ? made([gates]) : null;
  }

  /** One step from a state, by default from zeros. */
  protected run(input: ArrayLike, given: readonly ArrayLike[] | null): Tensor[] {
    const { cell, weight_ih: ih, weight_hh: hh, bias_ih: biasIh, bias_hh: biasHh } = this;
    const x = asTensor(input);
    this.check(x, 'input', this.inputSize);
    const batched = x.ndim === 2;
    const rows = batched ? x : expand_dims(x, 0);
    const state = Array.from({ length: cell.parts }, (_, i): NDArray => {
      if (given === null) return zeros([rows.shape[0], this.hiddenSize], { dtype: x.dtype });
      const own = asTensor(given[i]);
      this.check(own, `hidden${i === 0 ? '' : `[${i}]`}`, this.hiddenSize);
      if (own.ndim !== x.ndim || (batched && own.shape[0] !== x.shape[0]))
        throw new RuntimeError(
          `input of shape ${shapeText(x.shape)} doesn't match hidden of shape ${shapeText(own.shape)}: both need the same rows`,
        );
      return batched ? own : expand_dims(own, 0);
    });
    const next = cell.step(linear(rows, ih, biasIh), state, { ih, hh, biasIh, biasHh, hr: null });
    return next.map((part) => (batched ? part : squeeze(part, 0)) as Tensor);
  }

  /** @throws RuntimeError for an array of another form. */
  private check({ shape }: Tensor, name: string, length: number): void {
    if (shape.length !== 1 && shape.length !== 2)
      throw new RuntimeError(
        `${this.constructor.name}: Expected ${name} to be 1D or 2D, got ${shape.length}D instead`,
      );
    if (shape.at(-1) !== length)
      throw new RuntimeError(
        `${name} has inconsistent ${name === 'input' ? 'inputSize' : 'hiddenSize'}: got ${shape.at(-1)} expected ${length}`,
      );
  }

  override extraRepr(): string {
    const shown = optionsText({ bias: this.bias_ih === null ? false : null });
    return `${this.inputSize}, ${this.hiddenSize}${shown === '' ? '' : `, ${shown}`}`;
  }
}

/** One step of an `RNN`. */
export class RNNCell extends SingleCell {
  readonly nonlinearity: 'tanh' | 'relu';

  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the state
   * @param args - `bias` true, `nonlinearity` 'tanh', `device`, `dtype`
   * @throws TypeError, ValueError for sizes and options that can't be.
   * @example
   * new np.nn.RNNCell(2, 3).call(np.randn(4, 2)).shape; // [4, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<RNNCellOptions, typeof RNN_OPTIONS>) {
    const { nonlinearity = 'tanh', ...options } = bind<RNNCellOptions>('RNNCell', args, RNN_OPTIONS);
    super('RNNCell', plainCell(nonlinearity), inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /** @param input - (n, inputSize) or (inputSize) @param hx - (n, hiddenSize) or (hiddenSize); zeros by default */
  override forward(input: ArrayLike, hx: ArrayLike | null = null): Tensor {
    return this.run(input, hx === null ? null : [hx])[0];
  }
}

/** One step of a `GRU`. */
export class GRUCell extends SingleCell {
  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the state
   * @param args - `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be.
   * @example
   * new np.nn.GRUCell(2, 3).call(np.randn(4, 2)).shape; // [4, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<CellOptions, typeof OPTIONS>) {
    super('GRUCell', CELLS.GRU, inputSize, hiddenSize, bind<CellOptions>('GRUCell', args, OPTIONS));
  }

  /** @param input - (n, inputSize) or (inputSize) @param hx - (n, hiddenSize) or (hiddenSize); zeros by default */
  override forward(input: ArrayLike, hx: ArrayLike | null = null): Tensor {
    return this.run(input, hx === null ? null : [hx])[0];
  }
}

/** One step of an `LSTM`. */
export class LSTMCell extends SingleCell {
  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the memory
   * @param args - `bias` true, `device`, `dtype`
   * @throws TypeError, ValueError for sizes that can't be.
   * @example
   * const [h, c] = new np.nn.LSTMCell(2, 3).call(np.randn(4, 2));
   * h.shape; // [4, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<CellOptions, typeof OPTIONS>) {
    super('LSTMCell', CELLS.LSTM, inputSize, hiddenSize, bind<CellOptions>('LSTMCell', args, OPTIONS));
  }

  /**
   * @param input - (n, inputSize) or (inputSize)
   * @param hx - the output and the memory, each (n, hiddenSize) or (hiddenSize); zeros by default
   * @returns the output and the memory
   */
  override forward(
    input: ArrayLike,
    hx: readonly [h: ArrayLike, c: ArrayLike] | null = null,
  ): [h: Tensor, c: Tensor] {
    const [h, c] = this.run(input, hx);
    return [h, c];
  }
}
