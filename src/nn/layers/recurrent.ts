/** Recurrent networks. */
import { RuntimeError, ValueError, shapeText } from '../../array/errors.ts';
import { sameShape } from '../../array/layout.ts';
import type { NDArray } from '../../array/ndarray.ts';
import type { Args } from '../../np/args.ts';
import { bind } from '../../np/args.ts';
import { zeros } from '../../np/creation/filled.ts';
import { concatenate, stack } from '../../np/shape/join.ts';
import { expand_dims, squeeze } from '../../np/shape/reshape.ts';
import { swapaxes } from '../../np/shape/transpose.ts';
import type { ArrayLike } from '../../ops/asarray.ts';
import { asTensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { dropout } from '../functional/index.ts';
import { Module } from '../module.ts';
import type { FactoryOptions, Parameter } from '../parameter.ts';
import { optionsText } from '../printing.ts';
import { requireCount, uniformParameter } from './linear.ts';
import type { Cell, CellState, Weights } from './recurrence.ts';
import { CELLS, elementsOf, runSequence } from './recurrence.ts';

export interface RecurrentOptions extends FactoryOptions {
  /** How many networks stand one above the other; 1 by default. */
  numLayers?: number;
  /** Whether there are biases; true by default. */
  bias?: boolean;
  /** Whether inputs and outputs are (n, length, features) and not (length, n, features); false by default. */
  batchFirst?: boolean;
  /** The probability with which elements are dropped between layers in training; 0 by default. */
  dropout?: number;
  /** Whether there is a second network for the sequence from its end; false by default. */
  bidirectional?: boolean;
}

export interface RNNOptions extends RecurrentOptions {
  /** 'tanh' by default. */
  nonlinearity?: 'tanh' | 'relu';
}

export interface LSTMOptions extends RecurrentOptions {
  /** The length that outputs are projected to; 0, as by default, for no projection. */
  projSize?: number;
}

const COMMON = ['bias', 'batchFirst', 'dropout', 'bidirectional'] as const;
const PLACE = ['device', 'dtype'] as const;
const RNN_OPTIONS = ['numLayers', 'nonlinearity', ...COMMON, ...PLACE] as const;
const LSTM_OPTIONS = ['numLayers', ...COMMON, 'projSize', ...PLACE] as const;
const GRU_OPTIONS = ['numLayers', ...COMMON, ...PLACE] as const;

const SUFFIXES = ['', '_reverse'] as const;

abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  protected readonly cell: Cell;

  protected constructor(
    name: string,
    cell: Cell,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions & LSTMOptions,
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, bidirectional = false, projSize = 0 } = options;
    requireCount(name, 'inputSize', inputSize);
    requireCount(name, 'hiddenSize', hiddenSize, 1);
    requireCount(name, 'numLayers', numLayers, 1);
    requireCount(name, 'projSize', projSize);
    if (projSize >= hiddenSize) throw new ValueError('projSize has to be smaller than hiddenSize');
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = requireRate(options.dropout ?? 0);
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    this.cell = cell;
    this.addParameters(options);
  }

  /** In PyTorch's order and under its names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_hr_l0, and so on. */
  private addParameters(place: FactoryOptions): void {
    const { inputSize, hiddenSize, projSize, outputSize, cell, bias, directions } = this;
    const gates = cell.gates * hiddenSize;
    for (let layer = 0; layer < this.numLayers; layer++) {
      const inputs = layer === 0 ? inputSize : outputSize * directions;
      for (const suffix of SUFFIXES.slice(0, directions)) {
        const add = (name: string, shape: readonly number[]): void =>
          this.registerParameter(`${name}_l${layer}${suffix}`, uniformParameter(shape, hiddenSize, place));
        add('weight_ih', [gates, inputs]);
        add('weight_hh', [gates, outputSize]);
        if (bias) add('bias_ih', [gates]);
        if (bias) add('bias_hh', [gates]);
        if (projSize > 0) add('weight_hr', [projSize, hiddenSize]);
      }
    }
  }

  /** The length of one direction's outputs. */
  private get outputSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  private weightsOf(layer: number, direction: number): Weights {
    const held = this as unknown as Readonly<Record<string, Parameter | undefined>>;
    const end = `_l${layer}${SUFFIXES[direction]}`;
    return {
      ih: held[`weight_ih${end}`]!,
      hh: held[`weight_hh${end}`]!,
      biasIh: held[`bias_ih${end}`] ?? null,
      biasHh: held[`bias_hh${end}`] ?? null,
      hr: held[`weight_hr${end}`] ?? null,
    };
  }

  /**
   * Runs a sequence through all layers.
   *
   * @param given - the arrays of the first state, or null for zeros
   * @returns the outputs, and the arrays of the last state
   */
  protected run(input: ArrayLike, given: readonly ArrayLike[] | null): { output: Tensor; state: Tensor[] } {
    const x = asTensor(input);
    const batched = this.checkInput(x);
    const sequence = this.turned(batched ? x : expand_dims(x, this.batchFirst ? 0 : 1));
    const initial = this.initialState(sequence, given, batched);
    const { output, last } = this.runLayers(sequence, initial);
    const turned = this.turned(output);
    if (batched) return { output: turned as Tensor, state: last as Tensor[] };
    return {
      output: squeeze(turned, this.batchFirst ? 0 : 1) as Tensor,
      state: last.map((part) => squeeze(part, 1) as Tensor),
    };
  }

  /** From the caller's order of axes to (length, n, features), or back. */
  private turned(x: NDArray): NDArray {
    return this.batchFirst ? swapaxes(x, 0, 1) : x;
  }

  /** Whether there is an axis of sequences. @throws RuntimeError for an input that does not fit. */
  private checkInput({ shape }: Tensor): boolean {
    if (shape.length !== 2 && shape.length !== 3)
      throw new RuntimeError(`input must have 2 or 3 dimensions, got ${shape.length}`);
    const features = shape[shape.length - 1];
    if (features !== this.inputSize)
      throw new RuntimeError(
        `input.size(-1) must be equal to inputSize. Expected ${this.inputSize}, got ${features}`,
      );
    if (shape[this.batchFirst && shape.length === 3 ? 1 : 0] === 0)
      throw new RuntimeError('Expected sequence length to be larger than 0 in RNN');
    return shape.length === 3;
  }

  /** The first state of each direction of each layer. @throws RuntimeError for arrays of other shapes. */
  private initialState(
    sequence: NDArray,
    given: readonly ArrayLike[] | null,
    batched: boolean,
  ): readonly CellState[] {
    const { cell, numLayers, directions, outputSize, hiddenSize } = this;
    const [, n] = sequence.shape;
    const arrays = Array.from({ length: cell.parts }, (_, i) => {
      const shape = [numLayers * directions, n, i === 0 ? outputSize : hiddenSize];
      if (given === null) return zeros(shape, { dtype: sequence.dtype });
      const own = asTensor(given[i]);
      const expected = batched ? shape : shape.toSpliced(1, 1);
      if (!sameShape(own.shape, expected)) {
        const name = cell.parts > 1 ? `hidden[${i}]` : 'hidden';
        throw new RuntimeError(`Expected ${name} size ${shapeText(expected)}, got ${shapeText(own.shape)}`);
      }
      return batched ? own : expand_dims(own, 1);
    });
    const parts = arrays.map(elementsOf);
    return parts[0].map((_, place) => parts.map((part) => part[place]));
  }

  private runLayers(sequence: NDArray, initial: readonly CellState[]): { output: NDArray; last: NDArray[] } {
    const { cell, numLayers, directions, training } = this;
    const last: CellState[] = [];
    let x = sequence;
    for (let layer = 0; layer < numLayers; layer++) {
      const outputs: NDArray[] = [];
      for (let direction = 0; direction < directions; direction++) {
        const weights = this.weightsOf(layer, direction);
        const ran = runSequence(cell, x, initial[last.length], weights, direction === 1);
        outputs.push(ran.outputs);
        last.push(ran.last);
      }
      x = outputs.length === 1 ? outputs[0] : concatenate(outputs, { axis: 2 });
      if (training && this.dropout > 0 && layer < numLayers - 1) x = dropout(x, this.dropout) as NDArray;
    }
    const parts = Array.from({ length: cell.parts }, (_, i) => stack(last.map((state) => state[i])));
    return { output: x, last: parts };
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, bias, batchFirst, dropout: p, bidirectional, projSize } = this;
    const shown = optionsText({
      projSize: projSize || null,
      numLayers: numLayers > 1 ? numLayers : null,
      bias: bias ? null : false,
      batchFirst: batchFirst || null,
      dropout: p || null,
      bidirectional: bidirectional || null,
    });
    return `${inputSize}, ${hiddenSize}${shown === '' ? '' : `, ${shown}`}`;
  }
}

/** @throws ValueError for what is no probability. */
function requireRate(p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ValueError(
    'dropout should be a number in range [0, 1] representing the probability of an element being zeroed',
  );
}

/**
 * The cell of a plain recurrent network.
 *
 * @throws ValueError for another nonlinearity.
 */
export function plainCell(nonlinearity: string): Cell {
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return CELLS[nonlinearity];
  throw new ValueError(`Unknown nonlinearity '${nonlinearity}'. Select from 'tanh' or 'relu'.`);
}

/** A plain recurrent network: h = tanh(W_ih x + b_ih + W_hh h + b_hh). */
export class RNN extends Recurrent {
  readonly nonlinearity: 'tanh' | 'relu';

  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the state
   * @param args - `numLayers` 1, `nonlinearity` 'tanh', `bias` true, `batchFirst` false, `dropout` 0, `bidirectional` false, `device`,
   *   `dtype`
   * @throws TypeError, ValueError for sizes and options that can't be.
   * @example
   * const [output, h] = new np.nn.RNN(2, 3).call(np.randn(5, 1, 2));
   * output.shape; // [5, 1, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<RNNOptions, typeof RNN_OPTIONS>) {
    const options = bind<RNNOptions>('RNN', args, RNN_OPTIONS);
    const { nonlinearity = 'tanh' } = options;
    super('RNN', plainCell(nonlinearity), inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input - (length, n, inputSize), with `batchFirst` (n, length, inputSize), or (length, inputSize)
   * @param hx - the first state of each layer and direction, shape (layers * directions, n, hiddenSize); zeros by default
   * @returns the outputs of the last layer, and the last states
   */
  override forward(input: ArrayLike, hx: ArrayLike | null = null): [output: Tensor, h: Tensor] {
    const { output, state } = this.run(input, hx === null ? null : [hx]);
    return [output, state[0]];
  }
}

/** A recurrent network with gates that say what is kept and what is new (GRU). */
export class GRU extends Recurrent {
  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the state
   * @param args - `numLayers` 1, `bias` true, `batchFirst` false, `dropout` 0, `bidirectional` false, `device`, `dtype`
   * @throws TypeError, ValueError for sizes and options that can't be.
   * @example
   * const [output, h] = new np.nn.GRU(2, 3).call(np.randn(5, 1, 2));
   * output.shape; // [5, 1, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<RecurrentOptions, typeof GRU_OPTIONS>) {
    super('GRU', CELLS.GRU, inputSize, hiddenSize, bind<RecurrentOptions>('GRU', args, GRU_OPTIONS));
  }

  /**
   * @param input - (length, n, inputSize), with `batchFirst` (n, length, inputSize), or (length, inputSize)
   * @param hx - the first state of each layer and direction, shape (layers * directions, n, hiddenSize); zeros by default
   * @returns the outputs of the last layer, and the last states
   */
  override forward(input: ArrayLike, hx: ArrayLike | null = null): [output: Tensor, h: Tensor] {
    const { output, state } = this.run(input, hx === null ? null : [hx]);
    return [output, state[0]];
  }
}

/** A recurrent network with a memory, and gates that say what it takes, keeps and shows (LSTM). */
export class LSTM extends Recurrent {
  /**
   * @param inputSize - the length of an input
   * @param hiddenSize - the length of the memory
   * @param args - `numLayers` 1, `bias` true, `batchFirst` false, `dropout` 0, `bidirectional` false, `projSize` 0, `device`, `dtype`
   * @throws TypeError, ValueError for sizes and options that can't be.
   * @example
   * const [output, [h, c]] = new np.nn.LSTM(2, 3).call(np.randn(5, 1, 2));
   * output.shape; // [5, 1, 3]
   */
  constructor(inputSize: number, hiddenSize: number, ...args: Args<LSTMOptions, typeof LSTM_OPTIONS>) {
    super('LSTM', CELLS.LSTM, inputSize, hiddenSize, bind<LSTMOptions>('LSTM', args, LSTM_OPTIONS));
  }

  /**
   * @param input - (length, n, inputSize), with `batchFirst` (n, length, inputSize), or (length, inputSize)
   * @param hx - the first outputs and memories of each layer and direction: [(layers * directions, n, outputs), (layers * directions, n,
   *   hiddenSize)]; zeros by default
   * @returns the outputs of the last layer, and the last outputs and memories
   */
  override forward(
    input: ArrayLike,
    hx: readonly [h: ArrayLike, c: ArrayLike] | null = null,
  ): [output: Tensor, state: [h: Tensor, c: Tensor]] {
    const { output, state } = this.run(input, hx);
    return [output, [state[0], state[1]]];
  }
}
