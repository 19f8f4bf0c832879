/** The steps of recurrent networks, and sequences of them. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, multiply, subtract, tanh } from '../../np/ufuncs.ts';
import { stack } from '../../np/shape/join.ts';
import { reshapeArray } from '../../np/shape/reshape.ts';
import { narrow } from '../../ops/views.ts';
import { linear, relu, sigmoid } from '../functional/index.ts';

/** The parameters of one direction of one layer. */
export interface Weights {
  /** Of the input, shape (gates, inputs). */
  readonly ih: NDArray;
  /** Of the state, shape (gates, outputs). */
  readonly hh: NDArray;
  readonly biasIh: NDArray | null;
  readonly biasHh: NDArray | null;
  /** Of the projection, shape (projected, hidden). */
  readonly hr: NDArray | null;
}

/** What is kept from step to step: the output, and of an LSTM the memory. */
export type CellState = readonly NDArray[];

/** A kind of recurrent network. */
export interface Cell {
  /** How many numbers of the weighted input there are for one of the state. */
  readonly gates: number;
  /** How many arrays a state has. */
  readonly parts: number;
  /**
   * One step.
   *
   * @param x - the weighted input, shape (n, gates * hidden)
   */
  step(x: NDArray, state: CellState, weights: Weights): CellState;
}

const weighted = (h: NDArray, { hh, biasHh }: Weights): NDArray => linear(h, hh, biasHh);
const plus = (a: NDArray, b: NDArray): NDArray => add(a, b) as NDArray;
const times = (a: NDArray, b: NDArray): NDArray => multiply(a, b) as NDArray;
const squash = (a: NDArray): NDArray => tanh(a) as NDArray;
const gate = (a: NDArray): NDArray => sigmoid(a) as NDArray;

/** One of several gates that lie side by side. */
function part(a: NDArray, index: number, count: number): NDArray {
  const axis = a.ndim - 1;
  const length = a.shape[axis] / count;
  return narrow(a, axis, index * length, length);
}

function simple(activate: (a: NDArray) => NDArray): Cell {
  return {
    gates: 1,
    parts: 1,
    step: (x, [h], weights) => [activate(plus(x, weighted(h, weights)))],
  };
}

export const CELLS = {
  tanh: /* @__PURE__ */ simple(squash),
  relu: /* @__PURE__ */ simple((a) => relu(a) as NDArray),
  /** Hochreiter and Schmidhuber's, with the forget gate of Gers et al.: input, forget, cell and output gate lie in this order. */
  LSTM: {
    gates: 4,
    parts: 2,
    step: (x, [h, c], weights) => {
      const gates = plus(x, weighted(h, weights));
      const kept = times(gate(part(gates, 1, 4)), c);
      const memory = plus(kept, times(gate(part(gates, 0, 4)), squash(part(gates, 2, 4))));
      const output = times(gate(part(gates, 3, 4)), squash(memory));
      return [weights.hr ? linear(output, weights.hr) : output, memory];
    },
  },
  /** Cho et al.'s, with the reset after the product as in cuDNN: reset, update and new gate lie in this order. */
  GRU: {
    gates: 3,
    parts: 1,
    step: (x, [h], weights) => {
      const y = weighted(h, weights);
      const reset = gate(plus(part(x, 0, 3), part(y, 0, 3)));
      const update = gate(plus(part(x, 1, 3), part(y, 1, 3)));
      const fresh = squash(plus(part(x, 2, 3), times(reset, part(y, 2, 3))));
      return [plus(fresh, times(update, subtract(h, fresh) as NDArray))];
    },
  },
} as const satisfies Readonly<Record<string, Cell>>;

/**
 * The elements of the first axis. They are cut out by halving: the gradient of a cut has the size of what it was cut from, so cutting
 * one by one would take the square of the length.
 */
export function elementsOf(x: NDArray): NDArray[] {
  const [length] = x.shape;
  if (length === 0) return [];
  if (length === 1) return [reshapeArray(x, x.shape.slice(1))];
  const half = length >> 1;
  return [...elementsOf(narrow(x, 0, 0, half)), ...elementsOf(narrow(x, 0, half, length - half))];
}

/** The outputs of one direction over a sequence, shape (length, n, outputs), and its last state. */
export function runSequence(
  cell: Cell,
  x: NDArray,
  initial: CellState,
  weights: Weights,
  reverse: boolean,
): { outputs: NDArray; last: CellState } {
  const steps = elementsOf(linear(x, weights.ih, weights.biasIh));
  if (reverse) steps.reverse();
  let state = initial;
  const outputs = steps.map((step) => {
    state = cell.step(step, state, weights);
    return state[0];
  });
  if (reverse) outputs.reverse();
  return { outputs: stack(outputs), last: state };
}
