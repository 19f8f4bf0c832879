"""Mistakes that other array libraries for JavaScript are known to make: each of them is a case here."""

import numpy as np

from .samples import halves, ordinary

I = np.array


def record(r):
    nan_is_lost(r)
    dtype_is_lost(r)
    sums(r)
    arguments(r)
    views(r)
    products(r)


def nan_is_lost(r):
    for d in ('float64', 'float32', 'float16'):
        for values in ([1, np.nan, 3], [np.nan, 1, 2], [3, 1, np.nan], [np.nan] * 3):
            a = I(values, d)
            for name in ('max', 'min', 'median', 'argmax', 'argmin', 'sort', 'ptp', 'sign', 'mean', 'sum', 'cumsum', 'nanmax', 'unique', 'average'):
                r(name, a)
            r('clip', a, 0, 2)
            for name in ('maximum', 'minimum', 'fmax', 'multiply', 'less', 'not_equal', 'power', 'hypot', 'copysign'):
                r(name, a, I([np.inf, 0, -0.0], d))
                r(name, a, 0)
    x = I([np.nan, np.inf, -np.inf, 0.0])
    r('multiply', x, 0)
    r('divide', x, x)
    r('subtract', x, x)
    r('divide', I([3.0, 5.0, 7.0, 1e-310]), I([3.0, 5.0, 7.0, 1e-310]))


def dtype_is_lost(r):
    a, f, c = I([1, 2], 'int32'), I([0.5, 1.5]), I([1j, 2.0])
    for x, y in ((a, f), (f, a), (a, c), (I([True, False]), a), (I([200], 'uint8'), I([-1], 'int8')), (I([1], 'int64'), I([2**63], 'uint64'))):
        for name in ('concatenate', 'stack', 'hstack', 'vstack'):
            if x.shape == y.shape:
                r(name, (x, y))
        r('where', x > 0, x, y)
        r('append', x, y)
    r('add', a, 1.5)
    r('add', a, 1)
    r('multiply', I([1, 2], 'uint8'), 300)
    r('add', I([1, 2], 'float32'), 0.1)
    r('add', I([2**53], 'int64'), 1)
    r('multiply', I([2**31], 'int64'), I([2**31 + 1], 'int64'))
    r('add', I([2**63 - 1], 'int64'), 1)
    r('floor_divide', I([2**62 + 1], 'int64'), 3)
    r('sum', I([2**53, 1, 1], 'int64'))
    r('mean', I([1, 2], 'int8'))
    r('sum', I([200, 100], 'uint8'))


def sums(r):
    for n in (1000, 5000):
        r('sum', np.full(n, 0.1, 'float32'))
        r('mean', np.full(n, 0.1, 'float32'))
        r('sum', np.full((n // 100, 100), 0.1, 'float32'), axis=1)
    r('std', halves(r.rng, 'float64', (3, 4, 5)), axis=(0, 2))
    r('var', halves(r.rng, 'float64', (3, 4, 5)), axis=(1, 2), keepdims=True)
    for x in (1e22, -1e22, 1e15, 710.5, 3.141592653589793, 1.5e300):
        for name in ('sin', 'cos', 'tan', 'exp', 'tanh', 'log1p', 'arctan'):
            r(name, I([x]))
            r(name, I([x], 'float32') if x < 1e38 else I([x]))
    near = np.pi + I([1e-3, -1e-5, 1e-8, 0])
    for name in ('sin', 'cos', 'tan'):
        r(name, near)
        r(name, near.astype('float32'))


def arguments(r):
    cube = ordinary(r.rng, 'float64', (2, 3, 4))
    for name in ('sum', 'mean', 'max', 'std', 'any', 'median', 'flip', 'squeeze', 'expand_dims', 'count_nonzero'):
        r(name, cube, axis=(0, 0))
        r(name, cube, axis=(0, -3))
    r('get', cube, 7)
    r('get', cube, 0, 3)
    r('take', cube, 24)
    r('reshape', cube, (5, 5))
    r('add', cube, cube[:, :2])
    r('sum', cube, axis=1, keepdim=True)
    r('zeros', (2, 3), dtpye='f4')


def views(r):
    a = np.arange(6.0).reshape(2, 3)
    r('set', np.broadcast_to(a[0], (4, 3)), 0, 1)
    r('add', np.broadcast_to(a[0], (4, 3)), 1, out=np.broadcast_to(a[0], (4, 3)))
    line = np.arange(8.0)
    r('copyto', line[1:], line[:-1])
    r('copyto', line[:-1], line[1:])
    r('copyto', line, line[::-1])
    r('set', line, slice(1, None), line[:-1])
    for view in (a[:, 1:], a.T, a[::-1, ::-2], a[0], a[:, 1]):
        r('str', view)
        r('repr', view)
        r('add', view, 1)
        r('.sum', view)
        r('set', view, Ellipsis, 9)
        r('.tolist', view)
    r('add', line[::2], line[::2])
    r('concatenate', (a.T, a.T))


def products(r):
    a, b = halves(r.rng, 'float64', (2, 3, 4)), halves(r.rng, 'float64', (2, 4, 3))
    r('einsum', '...ij,...jk->...ik', a, b)
    r('einsum', '...', a)
    r('matmul', a, b)
    r('matmul', a[0].T, a[0])
    r('matmul', a[0], a[0].T)
    r('dot', a, b[0])
