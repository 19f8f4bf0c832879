/** For every public function of arrays a call that is differentiated, or what happens where there is nothing to differentiate. */
import * as np from '../../src/index.ts';

/** Any array or tensor, without the trouble of dtypes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Any = any;

export interface Case {
  readonly name: string;
  readonly fn: (...xs: Any[]) => unknown;
  readonly inputs: readonly Any[];
}

let seed = 7;

/** A number between 0 and 1, the same in every run. */
function next(): number {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
}

/** Numbers between `low` and `high`, all apart from each other. */
export function points(shape: readonly number[], low = -2, high = 2): np.NDArray {
  const size = shape.reduce((n, k) => n * k, 1);
  const order = Array.from({ length: size }, (_, i) => ({ i, key: next() })).sort((p, q) => p.key - q.key);
  const values = order.map(({ i }) => low + ((high - low) * (i + 0.3 + 0.4 * next())) / size);
  return np.array(values).reshape([...shape]) as np.NDArray;
}

export function complexPoints(shape: readonly number[]): np.NDArray {
  const [re, im] = [points(shape), points(shape)];
  return np.add(re, np.multiply(im, new np.Complex(0, 1))) as np.NDArray;
}

const vector = (): np.NDArray => points([4]);
const matrix = (): np.NDArray => points([3, 4]);
const cube = (): np.NDArray => points([2, 3, 2]);
const positive = (): np.NDArray => points([4], 0.3, 2.5);
const unit = (): np.NDArray => points([4], -0.9, 0.9);

type Make = () => readonly Any[];

const f = np as unknown as Record<string, (...args: Any[]) => Any>;

/** Name, inputs, and how it is called if not with the inputs alone. */
type Row = readonly [name: string, inputs: Make, call?: (...xs: Any[]) => unknown];

const one =
  (make: () => Any): Make =>
  () => [make()];
const two =
  (make: () => Any, other = make): Make =>
  () => [make(), other()];

const UNARY: readonly Row[] = [
  ...['negative', 'positive', 'exp', 'exp2', 'expm1', 'sin', 'cos', 'sinh', 'cosh', 'tanh', 'square'].map(
    (name): Row => [name, one(matrix)],
  ),
  ...['arctan', 'atan', 'arcsinh', 'asinh', 'degrees', 'rad2deg', 'radians', 'deg2rad', 'cbrt'].map(
    (name): Row => [name, one(matrix)],
  ),
  ...[
    'absolute',
    'abs',
    'fabs',
    'sign',
    'reciprocal',
    'conjugate',
    'conj',
    'floor',
    'ceil',
    'trunc',
    'rint',
  ].map((name): Row => [name, one(matrix)]),
  ...['log', 'log2', 'log10', 'log1p', 'sqrt'].map((name): Row => [name, one(positive)]),
  ...['tan', 'arcsin', 'asin', 'arccos', 'acos', 'arctanh', 'atanh'].map((name): Row => [name, one(unit)]),
  ...['arccosh', 'acosh'].map((name): Row => [name, one(() => points([4], 1.2, 3))]),
  ...['modf', 'frexp'].map((name): Row => [name, one(matrix), (x) => f[name](x)[0]]),
];

const BINARY: readonly Row[] = [
  ...[
    'add',
    'subtract',
    'multiply',
    'divide',
    'true_divide',
    'maximum',
    'minimum',
    'fmax',
    'fmin',
    'hypot',
  ].map((name): Row => [name, two(matrix, vector)]),
  ...['arctan2', 'atan2', 'logaddexp', 'logaddexp2', 'copysign', 'heaviside'].map((name): Row => [
    name,
    two(matrix, vector),
  ]),
  ...['power', 'pow', 'float_power'].map((name): Row => [name, two(positive, vector)]),
  ...['remainder', 'mod', 'fmod', 'floor_divide'].map((name): Row => [
    name,
    two(matrix, () => points([4], 1.1, 1.9)),
  ]),
  ['divmod', two(matrix, () => points([4], 1.1, 1.9)), (x, y) => np.divmod(x, y)[1]],
  ['ldexp', one(vector), (x) => np.ldexp(x, np.array([1, 2, -1, 0], { dtype: 'int64' }))],
];

const PRODUCTS: readonly Row[] = [
  ['matmul', two(matrix, () => points([4, 2]))],
  ['matmul', two(cube, () => points([2, 3]))],
  ['matmul', two(vector, () => points([4, 2]))],
  ['matmul', two(matrix, vector)],
  ['matmul', two(vector)],
  ['matvec', two(matrix, vector)],
  ['vecmat', two(() => points([3]), matrix)],
  ['vecdot', two(matrix, vector)],
  ['dot', two(matrix, () => points([4, 2]))],
  ['dot', two(vector)],
  ['dot', two(matrix, () => points([]))],
  ['vdot', two(matrix)],
  ['inner', two(matrix)],
  ['outer', two(vector, matrix)],
  ['tensordot', two(cube, () => points([3, 2, 4]))],
  [
    'kron',
    two(
      () => points([2, 2]),
      () => points([2, 3]),
    ),
  ],
  ['cross', two(() => points([2, 3]))],
  ['einsum', two(matrix, () => points([4, 2])), (x, y) => np.einsum('ij,jk->ki', x, y)],
  ['einsum', one(() => points([3, 3])), (x) => np.einsum('ii->i', x)],
  ['einsum', two(matrix), (x, y) => np.einsum('ij,ij->', x, y)],
  [
    'einsum',
    () => [vector(), matrix(), points([3])],
    (x, y, z) => np.einsum('j,ij,i->', x, y, z, { optimize: true }),
  ],
  ['trace', one(() => points([3, 3]))],
  [
    'convolve',
    two(
      () => points([5]),
      () => points([3]),
    ),
  ],
  [
    'convolve',
    two(
      () => points([5]),
      () => points([3]),
    ),
    (x, y) => np.convolve(x, y, 'same'),
  ],
  [
    'correlate',
    two(
      () => points([3]),
      () => points([5]),
    ),
    (x, y) => np.correlate(x, y, 'full'),
  ],
];

const REDUCTIONS: readonly Row[] = [
  ...['sum', 'prod', 'mean', 'std', 'var', 'max', 'min', 'amax', 'amin', 'ptp', 'median', 'average'].flatMap(
    (name): Row[] => [
      [name, one(matrix)],
      [name, one(matrix), (x) => f[name](x, 0)],
    ],
  ),
  ...['nansum', 'nanprod', 'nanmean', 'nanstd', 'nanvar', 'nanmax', 'nanmin', 'nanmedian'].flatMap(
    (name): Row[] => [
      [name, one(matrix)],
      [name, one(matrix), (x) => f[name](np.concatenate([x, np.full([3, 1], NaN)], 1), { axis: 1 })],
    ],
  ),
  ['sum', one(cube), (x) => np.sum(x, { axis: [0, 2], keepdims: true })],
  [
    'prod',
    one(() =>
      np.array([
        [1.5, 0, 2],
        [3, -1, 0.5],
        [0, 0, 2],
      ]),
    ),
    (x) => np.prod(x, 1),
  ],
  ['std', one(cube), (x) => np.std(x, { axis: [0, 2], ddof: 1 })],
  ['var', one(matrix), (x) => np.var(x, { axis: 0, where: np.greater(x, -1.2) })],
  ['mean', one(matrix), (x) => np.mean(x, { where: np.greater(x, -1) })],
  ['quantile', one(matrix), (x) => np.quantile(x, [0.2, 0.7], { axis: 1 })],
  ['percentile', one(matrix), (x) => np.percentile(x, 35)],
  ['nanquantile', one(matrix), (x) => np.nanquantile(x, [0.2, 0.7], { axis: 1 })],
  ['nanpercentile', one(matrix), (x) => np.nanpercentile(x, 35)],
  ['average', two(matrix, () => points([3, 4], 0.5, 2)), (x, w) => np.average(x, { axis: 0, weights: w })],
  ['trapezoid', two(vector), (y, x) => np.trapezoid(y, { x })],
  ['add', one(matrix), (x) => (np.add as Any).reduce(x)],
  ['logaddexp', one(matrix), (x) => (np.logaddexp as Any).reduce(x, 1)],
  ['hypot', one(matrix), (x) => (np.hypot as Any).reduce(x, 1)],
  ['add', one(vector), (x) => (np.add as Any).reduceat(x, [0, 2])],
  ['multiply', one(matrix), (x) => (np.multiply as Any).reduceat(x, [2, 0, 0, 1], 1)],
  ['topk', one(matrix), (x) => np.topk(x, 2).values],
  ['topk', one(matrix), (x) => np.topk(x, 2, 0, false).values],
  ['multiply', two(vector), (x, y) => (np.multiply as Any).outer(x, y)],
];

const SCANS: readonly Row[] = [
  ...['cumsum', 'cumprod', 'nancumsum', 'nancumprod'].flatMap((name): Row[] => [
    [name, one(matrix)],
    [name, one(matrix), (x) => f[name](x, 0)],
  ]),
  ['cumprod', one(() => np.array([1.5, 0, 2, 0, 3]))],
  ['cumulative_sum', one(vector), (x) => np.cumulative_sum(x, { include_initial: true })],
  ['cumulative_prod', one(vector)],
  ['maximum', one(matrix), (x) => (np.maximum as Any).accumulate(x, 1)],
  ['diff', one(matrix)],
  ['diff', two(vector, () => points([])), (x, y) => np.diff(x, { n: 2, prepend: y })],
  ['ediff1d', one(matrix)],
  ['gradient', one(matrix), (x) => np.gradient(x, { axis: 1 })],
  ['gradient', two(vector, () => np.array([0, 1, 2.5, 3])), (x, y) => np.gradient(x, y)],
  ['unwrap', one(() => points([5], -4, 4))],
  ['sinc', one(vector)],
  ['i0', one(() => np.array([0.5, -3, 7, 9, -12]))],
  ['interp', () => [points([3], 0.2, 2.8), np.array([0, 1, 2, 3]), vector()]],
  ['angle', one(() => complexPoints([3]))],
  ['round', one(matrix), (x) => np.round(x, 0)],
  ['around', one(matrix), (x) => np.around(x, 1)],
  ['fix', one(matrix)],
  ['clip', one(matrix), (x) => np.clip(x, -0.77, 0.83)],
  ['clip', () => [matrix(), points([4], -1.5, -0.5), points([4], 0.5, 1.5)]],
  ['nan_to_num', one(matrix)],
  ['real_if_close', one(matrix)],
];

const MOVES: readonly Row[] = [
  ...[
    'ravel',
    'transpose',
    'permute_dims',
    'matrix_transpose',
    'flip',
    'fliplr',
    'flipud',
    'rot90',
    'squeeze',
    'copy',
  ].map((name): Row => [name, one(matrix)]),
  ...['atleast_1d', 'atleast_2d', 'atleast_3d', 'diagflat', 'tril', 'triu', 'sort', 'asarray', 'array'].map(
    (name): Row => [name, one(matrix)],
  ),
  ...['asanyarray', 'asarray_chkfinite', 'ascontiguousarray', 'asfortranarray', 'require'].map(
    (name): Row => [name, one(matrix)],
  ),
  ['diag', one(vector)],
  ['diag', one(matrix), (x) => np.diag(x, 1)],
  ['diagonal', one(cube), (x) => np.diagonal(x, 0, 0, 1)],
  ['astype', one(matrix), (x) => np.astype(x, 'float64')],
  ['real', one(() => complexPoints([3]))],
  ['imag', one(() => complexPoints([3]))],
  ['reshape', one(matrix), (x) => np.reshape(x, [2, 6])],
  ['resize', one(matrix), (x) => np.resize(x, [4, 5])],
  ['swapaxes', one(cube), (x) => np.swapaxes(x, 0, 2)],
  ['moveaxis', one(cube), (x) => np.moveaxis(x, 0, 2)],
  ['rollaxis', one(cube), (x) => np.rollaxis(x, 2)],
  ['expand_dims', one(matrix), (x) => np.expand_dims(x, 1)],
  ['broadcast_to', one(matrix), (x) => np.broadcast_to(x, [2, 3, 4])],
  ['broadcast_arrays', two(matrix, vector)],
  ['meshgrid', two(vector, () => points([3]))],
  ['ix_', () => [matrix()], (x) => x.get(...np.ix_(np.array([0, 2]), np.array([1, 3])))],
  ['roll', one(matrix), (x) => np.roll(x, 5)],
  ['roll', one(matrix), (x) => np.roll(x, [1, 2], { axis: [0, 1] })],
  ['tile', one(matrix), (x) => np.tile(x, [2, 2])],
  ['repeat', one(matrix), (x) => np.repeat(x, 3, 1)],
  ['repeat', one(vector), (x) => np.repeat(x, [1, 0, 2, 3])],
  ['concatenate', two(matrix), (x, y) => np.concatenate([x, y, x], 1)],
  ['concat', two(matrix), (x, y) => np.concat([x, y])],
  ['stack', two(matrix), (x, y) => np.stack([x, y], { axis: 1 })],
  ...['vstack', 'hstack', 'dstack', 'column_stack'].map((name): Row => [
    name,
    two(matrix),
    (x, y) => f[name]([x, y]),
  ]),
  [
    'block',
    two(matrix),
    (x, y) =>
      np.block([
        [x, y],
        [y, x],
      ]),
  ],
  ['append', two(vector), (x, y) => np.append(x, y)],
  ['insert', two(vector, () => points([])), (x, y) => np.insert(x, 2, y)],
  ['delete', one(vector), (x) => f.delete(x, 1)],
  ['trim_zeros', one(() => points([5])), (x) => np.trim_zeros(np.multiply(x, [0, 0, 1, 1, 0]))],
  ['split', one(matrix), (x) => np.split(x, 2, 1)],
  ['array_split', one(vector), (x) => np.array_split(x, 3)],
  ['hsplit', one(matrix), (x) => np.hsplit(x, 2)],
  ['vsplit', one(() => points([4, 2])), (x) => np.vsplit(x, 2)],
  ['dsplit', one(() => points([2, 2, 4])), (x) => np.dsplit(x, 2)],
  ['unstack', one(matrix)],
  ['partition', one(matrix), (x) => np.partition(x, 1, 0)],
  [
    'sort_complex',
    one(() => np.array([new np.Complex(2, 1), new np.Complex(-1, 0), new np.Complex(0.5, 3)])),
  ],
  ...(
    [
      'constant',
      'edge',
      'reflect',
      'symmetric',
      'wrap',
      'mean',
      'maximum',
      'minimum',
      'median',
      'linear_ramp',
    ] as const
  ).map((mode): Row => [
    'pad',
    one(matrix),
    (x) =>
      np.pad(
        x,
        [
          [1, 2],
          [2, 1],
        ],
        mode,
      ),
  ]),
];

const INDEXING: readonly Row[] = [
  ['take', one(matrix), (x) => np.take(x, [2, 0, 2], 0)],
  [
    'take',
    one(matrix),
    (x) =>
      np.take(
        x,
        [
          [1, -1],
          [15, 3],
        ],
        null,
        null,
        'wrap',
      ),
  ],
  ['take_along_axis', one(matrix), (x) => np.take_along_axis(x, np.argsort(x, 1), 1)],
  ['compress', one(matrix), (x) => np.compress([true, false, true], x, 0)],
  ['extract', one(matrix), (x) => np.extract(np.greater(x, 0), x)],
  ['choose', two(vector), (x, y) => np.choose([0, 1, 1, 0], [x, y])],
  ['select', two(vector), (x, y) => np.select([np.greater(x, 0), np.greater(y, 0)], [x, y], 3)],
  ['where', two(matrix, vector), (x, y) => np.where(np.greater(x, 0), x, y)],
  [
    'piecewise',
    one(vector),
    (x) => np.piecewise(x, [np.less(x, 0)], [(v: Any) => np.square(v), (v: Any) => np.exp(v)]),
  ],
  ['put', two(vector, () => points([2])), (x, y) => changed(x, (a) => np.put(a, [3, 1], y))],
  [
    'put_along_axis',
    two(matrix, () => points([3, 1])),
    (x, y) => changed(x, (a) => np.put_along_axis(a, np.array([[1], [0], [3]]), y, 1)),
  ],
  [
    'place',
    two(vector, () => points([2])),
    (x, y) => changed(x, (a) => np.place(a, [true, false, true, true], y)),
  ],
  ['putmask', two(vector), (x, y) => changed(x, (a) => np.putmask(a, [true, false, true, true], y))],
  ['copyto', two(matrix, vector), (x, y) => changed(x, (a) => np.copyto(a, y, { where: np.greater(x, 0) }))],
  [
    'fill_diagonal',
    two(
      () => points([3, 3]),
      () => points([3]),
    ),
    (x, y) => changed(x, (a) => np.fill_diagonal(a, y)),
  ],
  ['apply_along_axis', one(matrix), (x) => np.apply_along_axis((v: Any) => np.sum(np.square(v)), 0, x)],
  ['apply_over_axes', one(cube), (x) => np.apply_over_axes(np.sum as Any, x, [0, 2])],
];

/** What a function that writes in place makes of a copy. */
function changed(x: Any, change: (a: Any) => void): Any {
  const a = np.multiply(x, 1);
  change(a);
  return a;
}

export const CASES: readonly Case[] = [
  ...UNARY,
  ...BINARY,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SCANS,
  ...MOVES,
  ...INDEXING,
].map(([name, make, call]) => ({ name, inputs: make(), fn: call ?? f[name] }));
