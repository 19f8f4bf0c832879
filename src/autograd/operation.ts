/** The tape's record of a primitive. */
import { RuntimeError, shapeText } from '../array/errors.ts';
import { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../array/tracing.ts';
import { isKeywords } from '../np/args.ts';
import { where } from '../np/indexing/choose.ts';
import type { ArrayLike } from '../ops/asarray.ts';
import type { Kind } from '../tensor/node.ts';
import { Node } from '../tensor/node.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fit } from './fit.ts';
import type { Rule } from './rule.ts';
import { RESULT } from './rule.ts';

export class Operation extends Node {
  readonly edges: readonly (Node | null)[];
  readonly primitive: Primitive;
  /** All arguments; tensors that no derivative needs are left out. */
  args: readonly unknown[];
  /** The operands among them. */
  operands: readonly unknown[];
  /** The result, if a derivative needs it. */
  out: Tensor | null = null;
  /** Shape and dtype of each operand that a gradient goes to, and of the result. */
  readonly kinds: (Kind | null)[];
  readonly result: Kind;
  #versions: number[] | null = null;
  #released = false;

  constructor(
    primitive: Primitive,
    edges: readonly (Node | null)[],
    args: readonly unknown[],
    operands: readonly unknown[],
    out: Tensor,
  ) {
    super();
    this.primitive = primitive;
    this.edges = edges;
    this.result = kindOf(out);
    const { derivatives } = primitive.rule as Rule;
    const kinds: (Kind | null)[] = (this.kinds = new Array<null>(edges.length));
    for (let i = 0; i < edges.length; i++) {
      if (edges[i] === null) {
        kinds[i] = null;
        continue;
      }
      kinds[i] = kindOf(operands[i] as NDArray);
      if (derivatives[Math.min(i, derivatives.length - 1)] === null)
        throw notDifferentiable(primitive.name, i);
    }
    const keeps = keptBits(derivatives, edges);
    if (keeps & RESULT) this.out = out;
    const kept: unknown[] = [];
    let versions: number[] | null = null;
    for (let i = 0; i < operands.length; i++) {
      const x = operands[i];
      if (!(x instanceof NDArray)) {
        kept.push(x);
      } else if (derivatives[Math.min(i, derivatives.length - 1)] === null) {
        // No operand but a parameter, such as positions.
        kept.push(x);
        (versions ??= []).push(x.storage.version);
      } else if (keeps & (1 << Math.min(i, 29))) {
        kept.push(x);
        (versions ??= []).push(x.storage.version);
      } else {
        kept.push(null);
      }
    }
    if (keeps & RESULT) (versions ??= []).push(out.storage.version);
    this.#versions = versions;
    this.operands = kept;
    this.args = args === operands ? kept : args.map((x) => (isOperand(x, operands) ? null : x));
  }

  get name(): string {
    return `${titled(this.primitive.name)}Backward`;
  }

  get x(): NDArray {
    return this.operands[0] as NDArray;
  }

  get y(): NDArray {
    return this.operands[1] as NDArray;
  }

  get z(): NDArray {
    return this.operands[2] as NDArray;
  }

  /** The result, for a derivative that keeps it. */
  get o(): NDArray {
    return this.out!;
  }

  /** Whether every element of the result depends on one element of each operand, all of them real. */
  get isElementwise(): boolean {
    const { elementwise = false } = this.primitive.rule as Rule;
    return (
      elementwise &&
      this.result.dtype.kind !== 'c' &&
      this.kinds.every((k) => k === null || k.dtype.kind !== 'c')
    );
  }

  /** The gradient of an operand in the result's shape. */
  pulled(operand: number, cotangent: NDArray): NDArray | null {
    this.#check();
    const { derivatives } = this.primitive.rule as Rule;
    return derivatives[Math.min(operand, derivatives.length - 1)]!.pullback(
      this.#where(cotangent),
      this,
      operand,
    );
  }

  /** The cotangent of an elementwise operation with `where`: zero for the elements that it did not compute. */
  #where(cotangent: NDArray): NDArray {
    const { elementwise = false } = this.primitive.rule as Rule;
    const options = this.args.at(-1);
    if (!elementwise || !isKeywords(options)) return cotangent;
    const { where: mask = true } = options;
    return mask === true ? cotangent : (where(mask as ArrayLike, cotangent, 0) as NDArray);
  }

  override get callsUser(): boolean {
    return this.primitive.callsUser === true;
  }

  gradientOf(operand: number, cotangent: NDArray): NDArray | null {
    const gradient = this.pulled(operand, cotangent);
    const { shape, dtype } = this.kinds[operand]!;
    return gradient && fit(gradient, shape, dtype);
  }

  /** @throws RuntimeError if what was kept is gone or has changed. */
  #check(): void {
    if (this.#released) {
      throw new RuntimeError(
        `Trying to backward through the graph a second time (in ${this.name}): the values kept for it were freed by the first backward(). ` +
          'Pass { retainGraph: true } to the first one.',
      );
    }
    const versions = this.#versions;
    if (versions === null) return;
    let next = 0;
    for (const x of this.operands) if (x instanceof NDArray) this.#checkVersion(x, versions[next++]);
    if (this.out) this.#checkVersion(this.out, versions[next]);
  }

  #checkVersion(x: NDArray, version: number): void {
    const now = x.storage.version;
    if (now === version) return;
    const maker = x instanceof Tensor && x.gradFn ? `, which is output of ${x.gradFn.name},` : '';
    throw new RuntimeError(
      'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
        `[${x.dtype.name} ${shapeText(x.shape)}]${maker} is at version ${now}; expected version ${version} instead. ` +
        `It was kept for ${this.name}. Use the operation that is not in-place, or change a clone().`,
    );
  }

  override release(): void {
    if (this.#versions === null) return;
    this.#released = true;
    this.#versions = null;
    this.args = this.operands = NOTHING;
    this.out = null;
  }
}

/** Which operands, and whether the result, are needed for the derivatives of those that have edges. */
export function keptBits(derivatives: Rule['derivatives'], edges: readonly (Node | null)[]): number {
  let bits = 0;
  for (let i = 0; i < edges.length; i++) {
    if (edges[i] !== null) bits |= derivatives[Math.min(i, derivatives.length - 1)]?.keeps ?? 0;
  }
  return bits;
}

const NOTHING: readonly unknown[] = [];

function kindOf({ shape, dtype }: NDArray): Kind {
  return { shape, dtype };
}

function isOperand(x: unknown, operands: readonly unknown[]): boolean {
  if (Array.isArray(x)) return x.some((item) => isOperand(item, operands));
  return x instanceof NDArray && operands.includes(x);
}

/** Operations that PyTorch has shorter names for. */
const SHORT: Readonly<Record<string, string>> = {
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  power: 'Pow',
  negative: 'Neg',
  absolute: 'Abs',
  copy: 'Clone',
  copy_: 'CopySlices',
  'add.reduce': 'Sum',
  'multiply.reduce': 'Prod',
  'maximum.reduce': 'Amax',
  'minimum.reduce': 'Amin',
  'add.accumulate': 'Cumsum',
  'multiply.accumulate': 'Cumprod',
  'maximum.accumulate': 'Cummax',
  'minimum.accumulate': 'Cummin',
};

/** The name as PyTorch has it, without 'Backward'. */
function titled(name: string): string {
  return SHORT[name] ?? name.replace(/(?:^|[._ ])(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export function notDifferentiable(name: string, operand?: number): RuntimeError {
  const which = operand === undefined ? '' : ` with respect to operand ${operand + 1}`;
  return new RuntimeError(
    `the derivative for '${name}'${which} is not implemented: use detach() where no gradient is needed`,
  );
}
