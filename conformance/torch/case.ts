/** What a recorded PyTorch case adds to a case; `scripts/record_torch/core.py` says what the codes mean. */
import type { Case, Code } from '../suite.ts';

/** A stretch of recorded memory as a tensor: number of the memory, first element, shape. */
export type Stretch = readonly [base: number, offset: number, shape: readonly number[]];

/** The same where the shape is known. */
export type Start = readonly [base: number, offset: number];

export interface TensorExtras {
  /** What `backward` is given for each result; null for those that cannot be differentiated. */
  readonly cotangents?: readonly (Start | null)[];
  /** The gradients of the tensors that require them, in order of first mention; null where there is none. */
  readonly gradients?: readonly (string | null)[];
  /** The values of tensors that the call changes, by their code as JSON. */
  readonly written?: Readonly<Record<string, string>>;
  /** The arguments are plain arrays, and so is the result. */
  readonly plain?: boolean;
  /** The case is a program instead of a call. */
  readonly program?: Program;
  readonly module?: ModuleExtras;
  readonly optimizer?: OptimizerExtras;
  readonly schedule?: ScheduleExtras;
}

/** Steps, each of which may name what earlier ones gave as `{ v: variable }`; the results are the variables of these names. */
export interface Program {
  readonly steps: readonly Step[];
  readonly results: readonly string[];
}

export type Step = readonly [
  variable: string,
  call: string,
  args: readonly Code[],
  keywords: Readonly<Record<string, Code>>,
];

/** A module: the case's arguments are its constructor's. */
export interface ModuleExtras {
  readonly state: Readonly<Record<string, Code>>;
  readonly training: boolean;
  readonly args: readonly Code[];
  readonly keywords: Readonly<Record<string, Code>>;
  /** The gradients of the parameters by name. */
  readonly gradients?: Readonly<Record<string, string | null>>;
  /** Buffers after the call: dtype, shape, data. */
  readonly after?: Readonly<Record<string, ArrayCode>>;
}

export type ArrayCode = readonly [dtype: string, shape: readonly number[], data: string];

/** An optimizer: the first argument are its parameters; the expected result is their values after each step. */
export interface OptimizerExtras {
  /** The gradients that each step is given, or the name of the loss that it is to differentiate. */
  readonly gradients?: readonly (readonly (Start | null)[])[];
  readonly loss?: string;
  readonly steps: number;
  /** After this many steps a new optimizer takes over the state of the old one. */
  readonly restoreAt?: number;
}

/** A schedule: the expected result is one row of numbers after each step. */
export interface ScheduleExtras {
  /** The optimizer that `{ optimizer: 1 }` among the arguments stands for: constructor, parameters' sizes, keywords. */
  readonly optimizer: readonly [string, Code, Readonly<Record<string, Code>>];
  readonly steps: number;
  /** What `step` is given, for schedules that watch a metric. */
  readonly metrics?: readonly number[];
  /** The members of a parameter group that make a row: `lr`, `momentum`, `betas`. */
  readonly reads: readonly string[];
  readonly restoreAt?: number;
}

/** The extras of a PyTorch case. */
export function extrasOf(c: Case): TensorExtras {
  return c.extras as TensorExtras;
}
