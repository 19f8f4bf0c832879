"""Element by element: every ufunc over every loop, special values, mixed dtypes, layouts and weak scalars."""

import functools

import numpy as np

from .core import Big, F, Ref
from .samples import (BROADCAST, CHARS, DTYPES, FEW, FLOATS, LAYOUTS, SHAPES, halves, layout, ordinary, special, wide)

GENERALISED = ('matmul', 'matvec', 'vecdot', 'vecmat')
ALIASES = ('abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'bitwise_invert', 'bitwise_left_shift',
           'bitwise_not', 'bitwise_right_shift', 'conj', 'mod', 'pow', 'true_divide')


def ufunc_names():
    found = {getattr(np, n).__name__ for n in dir(np) if isinstance(getattr(np, n), np.ufunc)}
    return sorted(found - {'isnat'} - set(GENERALISED))


NAMES = ufunc_names()
UNARY = [n for n in NAMES if getattr(np, n).nin == 1]
BINARY = [n for n in NAMES if getattr(np, n).nin == 2]
MIXED_ALL = ('add', 'multiply', 'divide', 'floor_divide', 'power', 'maximum', 'greater', 'equal', 'bitwise_and', 'left_shift')
MIXED_SOME = [n for n in BINARY if n not in MIXED_ALL]


def loops(name):
    """The dtypes of the inputs of each loop."""
    types = dict.fromkeys(t.split('->')[0] for t in getattr(np, name).types)
    return [[CHARS[c] for c in t] for t in types if all(c in CHARS for c in t)]


def record(r):
    unary_values(r)
    binary_values(r)
    mixed(r)
    unary_layouts(r)
    binary_layouts(r)
    weak_scalars(r)
    lists(r)
    facts(r)


def unary_values(r):
    inputs = {}
    for dtype in DTYPES:
        inputs[dtype] = [special(dtype), ordinary(r.rng, dtype, (24,)), wide(r.rng, dtype, (24,)), ordinary(r.rng, dtype, ())]
    for name in UNARY:
        for dtype in DTYPES:
            amplified = name in ('exp2', 'log1p') and dtype.startswith('complex')  # NumPy's own formula loses everything
            for a in [special(dtype)[:81], inputs[dtype][1]] if amplified else inputs[dtype]:
                r(name, a)
    between = [r.rng.uniform(-1, 1, 24).astype(d) for d in FLOATS] + [r.rng.uniform(1, 50, 24).astype(d) for d in FLOATS]
    for name in UNARY:
        for a in between:
            r(name, a)
    for name in ('sin', 'cos', 'tan'):
        for dtype in ('float32', 'float64'):
            top = 38 if dtype == 'float32' else 308
            r(name, np.array([10.0**e for e in range(-top, top, top // 19)], dtype))
            r(name, np.arange(1, 40).astype(dtype) * dtype_pi(dtype) / 2)


def dtype_pi(dtype):
    return np.array(np.pi, dtype)


def binary_values(r):
    for name in BINARY:
        for first, second in loops(name):
            x, y = few_of(first), few_of(second)
            r(name, x[:, None], y)
            r(name, special(first)[: len(special(second))], special(second)[: len(special(first))][::-1])
            r(name, ordinary(r.rng, first, (16,)), ordinary(r.rng, second, (16,)))
            r(name, ordinary(r.rng, first, (16,), 0, 5), ordinary(r.rng, second, (16,), 0, 4))
            if not (name.endswith('power') and first.startswith('complex')):
                r(name, wide(r.rng, first, (16,)), wide(r.rng, second, (16,)))
            r(name, ordinary(r.rng, first, (), 1, 4), ordinary(r.rng, second, (), 1, 4))


@functools.cache
def few_of(dtype):
    """The most telling special values of a dtype: their pairs are still a small table."""
    values = special(dtype)
    if values.dtype.kind == 'f':
        return np.ascontiguousarray(values[[0, 1, 2, 3, 5, 9, 12, 13, 14, 15, 16, 17, 18, 20, 25, 29, 30]])
    return np.ascontiguousarray(values[:: max(1, len(values) // 18)])


def mixed(r):
    values = {d: ordinary(r.rng, d, (5,), 1, 4) for d in DTYPES}
    for name in MIXED_ALL:
        for x in DTYPES:
            for y in DTYPES:
                r(name, values[x], values[y])
    pairs = [(x, y) for x in DTYPES for y in DTYPES if x != y]
    for name in MIXED_SOME:
        for i in r.rng.choice(len(pairs), 24, replace=False):
            r(name, values[pairs[i][0]], values[pairs[i][1]])


def unary_layouts(r):
    dtypes = ['float64', 'float32', 'int32', 'complex64', 'float16', 'uint8', 'int64', 'bool']
    arrays = {(d, k): layout(ordinary(r.rng, d, (3, 4)), k) for d in dtypes for k in LAYOUTS}
    shaped = {(d, s): ordinary(r.rng, d, s, 1, 4) for d in dtypes for s in SHAPES}
    for i, name in enumerate(UNARY):
        for j, kind in enumerate(LAYOUTS):
            r(name, arrays[dtypes[(i + j) % len(dtypes)], kind])
            r(name, arrays['float64', kind])
        for j, shape in enumerate(SHAPES):
            r(name, shaped[dtypes[(i + j) % len(dtypes)], shape])
    long = r.rng.uniform(-3, 3, 1003)
    for name in ('negative', 'sqrt', 'square', 'exp', 'sin', 'absolute', 'isnan', 'floor', 'rint', 'logical_not', 'tanh', 'log'):
        r(name, long)
        r(name, long[1::3])
        r(name, long.astype('float32')[::-1])
        r(name, long[:1000].reshape(10, 5, 20).transpose(1, 0, 2))


def binary_layouts(r):
    dtypes = ['float64', 'float32', 'int32', 'complex64', 'int64', 'uint8', 'float16', 'bool']
    arrays = {(d, k): layout(ordinary(r.rng, d, (3, 4), 1, 5), k) for d in dtypes for k in LAYOUTS}
    pairs = [(p, q) for p in LAYOUTS for q in LAYOUTS]
    broadcast = {(d, s): ordinary(r.rng, d, s, 1, 5) for d in dtypes for pair in BROADCAST for s in pair}
    for i, name in enumerate(BINARY):
        for p, q in pairs if name in ('add', 'multiply', 'greater', 'maximum') else pairs[i % 9::9]:
            dtype = dtypes[(i + len(p)) % len(dtypes)] if name != 'add' else 'float64'
            r(name, arrays[dtype, p], arrays[dtype, q])
            r(name, arrays['float64', p], arrays['int32', q])
        for j, (s, t) in enumerate(BROADCAST):
            r(name, broadcast['float64', s], broadcast['float64', t])
            r(name, broadcast[dtypes[(i + j) % 8], t], broadcast[dtypes[(i + j) % 8], s])
        r(name, broadcast['float64', (3, 4)], broadcast['float64', (3, 1)][:2])
    x, y = halves(r.rng, 'float64', (1003,)), halves(r.rng, 'float64', (1003,))
    for name in ('add', 'multiply', 'maximum', 'less', 'divide', 'arctan2', 'remainder', 'power'):
        r(name, x, y)
        r(name, x[::2], y[::-2])
        r(name, x.astype('float32'), y.astype('float32')[::-1])
        r(name, x.astype('int32'), y)
        r(name, x[:1000].reshape(20, 50), y[:50])
        r(name, x[:1000].reshape(50, 20).T, y[:20, None])
        r(name, x[:24].reshape(2, 3, 4), y[:8].reshape(2, 1, 4))
    a = np.arange(20.0)
    for name in ('add', 'copysign'):
        r(name, a[1:], a[:-1], out=a[1:])
        r(name, a[:-1], a[1:], out=a[1:])
        r(name, a[::-1], a, out=a)


def weak_scalars(r):
    scalars = [1, -1, 0, 300, 2.5, -0.25, True, 1e-300, 2**40, 2**63, -2**63, 1 + 2j, float('nan'), float('inf'), 1e-50]
    values = {d: ordinary(r.rng, d, (4,), 1, 5) for d in DTYPES}
    for name in ('add', 'multiply', 'greater', 'maximum', 'divide', 'power'):
        for dtype in DTYPES:
            for s in scalars:
                if not (name == 'power' and dtype.startswith('complex') and s in (300, 2**40, 2**63, -2**63)):
                    r(name, values[dtype], s)
    for i, name in enumerate(n for n in BINARY if n != 'ldexp'):
        for j, dtype in enumerate(FEW):
            for s in (3, 2.5, True, -2):
                if (i + j) % 2:
                    r(name, values[dtype], s)
                else:
                    r(name, s, values[dtype])
        r(name, values['float32'], values['float64'][0:1].reshape(()))
        for s, t in ((7, 3), (7, 2.5), (True, 3), (-7, 2)):
            r(name, s, t)
    for name in UNARY:
        for s in (4, -1, 0.5, True, 2 - 1j, float('nan')):
            r(name, s)


def lists(r):
    """Array-likes: a number in a list makes float64, a bigint int64, a boolean bool."""
    a = ordinary(r.rng, 'int32', (2, 3), 1, 5)
    for name in ('add', 'multiply', 'maximum', 'less', 'power', 'logical_or'):
        for other in (F([1, 2, 3]), F([[1], [2]]), Big([1, 2, 3]), [True, False, True], F([0.5, 1, 2]), [1j, 2, 0.5], []):
            r(name, a, other)
            r(name, other, a.astype('float32'))
            r(name, other, other)
    for name in ('negative', 'sqrt', 'square', 'isnan', 'absolute'):
        for x in (F([1, 2]), Big([3, -4]), [True], F([[1, 4], [9, 16]]), [], [[]]):
            r(name, x)
    for name in ('sum', 'mean', 'max', 'cumsum', 'sort', 'ravel', 'transpose', 'atleast_2d', 'unique', 'std'):
        for x in (F([3, 1, 2]), F([[1, 4], [9, 16]]), Big([1, 2]), [True, False]):
            r(name, x)
    for bad in ([[1, 2], [3]], ['x'], {'a': 1}, [None]):
        r('sqrt', bad)


def facts(r):
    for name in NAMES + list(GENERALISED):
        for fact in ('nin', 'nout', 'nargs', 'identity', 'signature'):
            r(f'{name}.{fact}')
        r('ufunc:types', Ref(name))
    a, b = ordinary(r.rng, 'int32', (4,), 1, 5), ordinary(r.rng, 'int32', (4,), 1, 5)
    f = ordinary(r.rng, 'float64', (4,), 1, 2)
    for name in ALIASES:
        if getattr(np, name).nin == 2:
            r(name, a, b)
        else:
            r(name, a if name.startswith('bitwise') else 1 / f)
