"""Gradients of reductions and scans: axes, ties, zeros, corrections, quantiles."""

import torch

from .core import transposed


def axes(x, axis):
    return tuple(range(x.ndim)) if axis is None else axis


def over(call):
    """A reduction of PyTorch with NumPy's keywords."""
    return lambda x, axis=None, keepdims=False: call(x, dim=axes(x, axis), keepdim=keepdims)


def product(x, axis=None, keepdims=False):
    if axis is None:
        y = x.prod()
        return y.reshape((1,) * x.ndim) if keepdims else y
    return x.prod(dim=axis, keepdim=keepdims)


def moment(call):
    return lambda x, axis=None, ddof=0, keepdims=False: call(x, dim=axes(x, axis), correction=ddof, keepdim=keepdims)


def record(r):
    choices = [{}, {'axis': 0}, {'axis': -1}, {'axis': 1, 'keepdims': True}, {'axis': (0, 2)}, {'keepdims': True}]
    simple = {'sum': over(torch.sum), 'mean': over(torch.mean), 'amax': over(torch.amax), 'amin': over(torch.amin),
              'max': over(torch.amax), 'min': over(torch.amin), 'std': moment(torch.std), 'var': moment(torch.var), 'prod': product,
              'nansum': over(torch.nansum), 'nanmean': over(torch.nanmean)}
    for name, call in simple.items():
        for keywords in choices:
            if name == 'prod' and isinstance(keywords.get('axis'), tuple):
                continue
            r.np(name, call, r.x(2, 3, 2), **keywords)
        r.np(name, call, r.x(4, dtype='float64'))
        r.np(name, call, transposed(r.x(2, 3), 1, 0), axis=0)
        r.np(name, call, r.x(1, 3), axis=0)
        if name not in ('amax', 'amin', 'max', 'min'):
            r.np(name, call, r.x(0, 3), axis=0)
        r.np(name, call, r.x())
    corrections(r, simple)
    ties(r, simple)
    zeros(r)
    quantiles(r)
    scans(r)
    ufunc_methods(r, simple)
    weighted(r)
    differences(r)
    complex_numbers(r, simple)


def corrections(r, simple):
    for name in ('std', 'var'):
        for ddof in (1, 2):
            r.np(name, simple[name], r.x(5), ddof=ddof)
            r.np(name, simple[name], r.x(3, 4), axis=1, ddof=ddof, keepdims=True)
        r.np(name, simple[name], r.give([[2, 2, 2], [1, 2, 3]]), axis=0)
        r.np(name, simple[name], r.x(1), ddof=1)
    r.np('std', simple['std'], r.give([3, 3, 3]))


def ties(r, simple):
    for name in ('amax', 'amin', 'max'):
        r.np(name, simple[name], r.give([1, 3, 3, 1, 3]))
        r.np(name, simple[name], r.give([[2, 2], [1, 2], [2, 0]]), axis=0)
        r.np(name, simple[name], r.give([[2, 2], [1, 2], [2, 0]]), axis=(0, 1), keepdims=True)
        r.np(name, simple[name], r.give([1, float('nan'), 2], grad=False))
    r.np('nansum', simple['nansum'], r.give([1, float('nan'), 2]))
    r.np('nanmean', simple['nanmean'], r.give([[1, float('nan')], [2, 5]]), axis=0)
    r.np('ptp', lambda x, axis=None: torch.amax(x, axes(x, axis)) - torch.amin(x, axes(x, axis)), r.x(5))
    r.np('ptp', lambda x, axis=None: torch.amax(x, axes(x, axis)) - torch.amin(x, axes(x, axis)), r.x(3, 4), axis=1)


def zeros(r):
    for values in ([0, 2, 3], [0, 0, 3], [2, 0, 3, 0, 4], [0], [1, 2, 0]):
        r.np('prod', product, r.give(values))
        r.np('cumprod', lambda x, axis: torch.cumprod(x, axis), r.give(values), 0)
    r.np('prod', product, r.give([[0, 2], [3, 0], [1, 5]]), axis=0)
    r.np('prod', product, r.give([[0, 2], [0, 1], [1, 5]], 'float64'), axis=1)
    r.np('cumprod', lambda x, axis: torch.cumprod(x, axis), r.give([[0, 2], [3, 0], [1, 5]]), 1)


def quantiles(r):
    def quantile(x, q, axis=None, method='linear', keepdims=False):
        q = torch.tensor(q, dtype=x.dtype) if isinstance(q, (list, tuple)) else q
        return torch.quantile(x, q, dim=axis, interpolation=method, keepdim=keepdims)

    def percentile(x, q, **keywords):
        return quantile(x, [v / 100 for v in q] if isinstance(q, list) else q / 100, **keywords)

    def median(x, axis=None, keepdims=False):
        return quantile(x, 0.5, axis, keepdims=keepdims)

    def x(*shape, dtype='float32'):
        return r.x(*shape, dtype=dtype, kind='distinct')

    for shape, axis in (((5,), None), ((6,), None), ((3, 4), 0), ((3, 4), 1), ((3, 4), None), ((1,), None)):
        r.np('median', median, x(*shape), **({} if axis is None else {'axis': axis}))
        r.np('median', median, x(*shape, dtype='float64'), keepdims=True, **({} if axis is None else {'axis': axis}))
        for q in (0.25, 0, 1, [0.1, 0.5, 0.75]):
            r.np('quantile', quantile, x(*shape, dtype='float64'), q, **({} if axis is None else {'axis': axis}))
    for method in ('lower', 'higher', 'midpoint', 'nearest'):
        r.np('quantile', quantile, x(6, dtype='float64'), 0.3, method=method)
        r.np('quantile', quantile, x(3, 4, dtype='float64'), 0.6, axis=1, method=method, keepdims=True)
    r.np('percentile', percentile, x(7, dtype='float64'), 40)
    r.np('percentile', percentile, x(2, 4, dtype='float64'), [20, 80], axis=1)


def scans(r):
    for shape, axis in (((4,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3, 2), 1), ((0, 2), 0)):
        r.np('cumsum', lambda x, axis: torch.cumsum(x, axis), r.x(*shape), axis=axis)
        r.np('cumprod', lambda x, axis: torch.cumprod(x, axis), r.x(*shape), axis=axis)
        if 0 not in shape:
            r.np('maximum.accumulate', lambda x, axis: torch.cummax(x, axis)[0], r.x(*shape, kind='distinct'), axis)
            r.np('minimum.accumulate', lambda x, axis: torch.cummin(x, axis)[0], r.x(*shape, kind='distinct'), axis)
            r.np('logaddexp.accumulate', lambda x, axis: torch.logcumsumexp(x, axis), r.x(*shape), axis)
        r.np('sort', lambda x, axis: torch.sort(x, axis)[0], r.x(*shape, kind='distinct'), axis=axis)
    r.np('cumsum', lambda x: torch.cumsum(x.reshape(-1), 0), r.x(2, 3))
    r.np('cumprod', lambda x: torch.cumprod(x.reshape(-1), 0), r.x(2, 3))
    r.np('sort', lambda x: torch.sort(x, stable=True)[0], r.give([2, 1, 2, 0, 1]))
    r.np('sort', lambda x: torch.sort(x)[0], r.x(2, 3, dtype='float64'))


def ufunc_methods(r, simple):
    for name, call in (('add', 'sum'), ('multiply', 'prod'), ('maximum', 'amax'), ('minimum', 'amin')):
        r.np(f'{name}.reduce', simple[call], r.x(2, 3), axis=0)
        r.np(f'{name}.reduce', simple[call], r.x(2, 3), axis=1, keepdims=True)
    r.np('logaddexp.reduce', lambda x, axis: torch.logsumexp(x, axis), r.x(2, 3), axis=1)
    r.np('logaddexp.reduce', lambda x, axis: torch.logsumexp(x, axis), r.give([[1000, 1001], [-1000, 0]]), axis=1)
    r.np('add.accumulate', lambda x, axis: torch.cumsum(x, axis), r.x(2, 3), 1)
    r.np('multiply.accumulate', lambda x, axis: torch.cumprod(x, axis), r.x(2, 3), 1)
    r.np('add.outer', lambda x, y: x[:, None] + y, r.x(2), r.x(3))
    r.np('multiply.outer', lambda x, y: x[:, None] * y, r.x(2), r.x(3))


def weighted(r):
    def average(x, axis=None, weights=None):
        if weights is None:
            return x.mean() if axis is None else x.mean(axis)
        weights = weights.reshape(weights.shape + (1,) * (x.ndim - 1 - axis)) if axis is not None and weights.ndim < x.ndim else weights
        weights = weights.expand(x.shape)
        return (x * weights).sum(axes(x, axis)) / weights.sum(axes(x, axis))

    r.np('average', average, r.x(2, 3))
    r.np('average', average, r.x(4), weights=r.x(4, kind='positive'))
    r.np('average', average, r.x(2, 3), axis=1, weights=r.x(3, kind='positive'))
    r.np('average', average, r.x(2, 3), axis=0, weights=r.x(2, kind='positive'))


def differences(r):
    for shape, keywords in (((5,), {}), ((5,), {'n': 2}), ((3, 4), {'axis': 0}), ((3, 4), {'axis': 1, 'n': 3})):
        r.np('diff', lambda x, n=1, axis=-1: torch.diff(x, n, axis), r.x(*shape), **keywords)
    r.np('ediff1d', lambda x: torch.diff(x.reshape(-1)), r.x(2, 3))
    r.np('trapezoid', lambda y, axis=-1: torch.trapezoid(y, dim=axis), r.x(5))
    r.np('trapezoid', lambda y, dx, axis: torch.trapezoid(y, dx=dx, dim=axis), r.x(3, 4), dx=0.5, axis=0)
    r.np('trapezoid', torch.trapezoid, r.x(4), r.x(4))
    r.np('gradient', lambda x: torch.gradient(x)[0], r.x(5))
    r.np('gradient', lambda x, spacing, axis: torch.gradient(x, spacing=spacing, dim=axis)[0], r.x(3, 4), 0.5, axis=1)
    r.np('gradient', lambda x: list(torch.gradient(x)), r.x(3, 4))


def complex_numbers(r, simple):
    for dtype in ('complex64', 'complex128'):
        r.np('sum', simple['sum'], r.x(2, 3, dtype=dtype), axis=1)
        r.np('mean', simple['mean'], r.x(2, 3, dtype=dtype))
        r.np('prod', product, r.x(3, dtype=dtype))
        r.np('prod', product, r.x(2, 3, dtype=dtype), axis=0)
        r.np('cumsum', lambda x, axis: torch.cumsum(x, axis), r.x(3, dtype=dtype), 0)
        r.np('cumprod', lambda x, axis: torch.cumprod(x, axis), r.x(3, dtype=dtype), 0)
        r.np('var', simple['var'], r.x(4, dtype=dtype))
        r.np('std', simple['std'], r.x(4, dtype=dtype), ddof=1)
