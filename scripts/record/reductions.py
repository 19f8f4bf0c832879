"""Reductions and scans, with and without NaN skipping: axes, keepdims, where, initial, ddof, dtype, out."""

import numpy as np

from .samples import (COMPLEX, DTYPES, FLOATS, LAYOUTS, SHAPES, halves, layout, ordinary, special, wide, with_nans)

SUMS = ('sum', 'prod', 'nansum', 'nanprod')
EXTREMES = ('max', 'min', 'amax', 'amin', 'nanmax', 'nanmin', 'ptp')
PLACES = ('argmax', 'argmin', 'nanargmax', 'nanargmin')
TRUTHS = ('all', 'any', 'count_nonzero')
MOMENTS = ('mean', 'std', 'var', 'nanmean', 'nanstd', 'nanvar')
MIDDLES = ('median', 'nanmedian')
SCANS = ('cumsum', 'cumprod', 'nancumsum', 'nancumprod')
NEW_SCANS = ('cumulative_sum', 'cumulative_prod')
ONE_AXIS = PLACES + SCANS + NEW_SCANS
REDUCTIONS = SUMS + EXTREMES + TRUTHS + MOMENTS + MIDDLES
METHODS = ('sum', 'prod', 'max', 'min', 'argmax', 'argmin', 'all', 'any', 'mean', 'std', 'var', 'cumsum', 'cumprod')


def record(r):
    by_dtype(r)
    by_shape(r)
    by_layout(r)
    keywords(r)
    quantiles(r)
    averages(r)
    long_sums(r)
    methods(r)
    errors(r)


def axes_of(name):
    return (0, 1, -1, None) if name in ONE_AXIS else (0, 1, -1, None, (0, 2), (1, 0), (0, 1, 2), ())


def by_dtype(r):
    for name in REDUCTIONS + PLACES + SCANS + NEW_SCANS:
        for dtype in DTYPES:
            a = halves(r.rng, dtype, (2, 3, 4))
            for axis in axes_of(name) if dtype in ('float64', 'int32') else (0,):
                r(name, a, axis=axis)
            r(name, a[0, 0])
        for dtype in FLOATS + COMPLEX:
            for axis in (0, 1):
                r(name, with_nans(r.rng, dtype, (4, 5)), axis=axis)
            r(name, np.full((2, 3), np.nan, dtype), axis=0)
            r(name, special(dtype)[:12] if name in NEW_SCANS + SCANS else special(dtype))
        for dtype in ('int8', 'uint64', 'int64'):
            r(name, wide(r.rng, dtype, (6,)))


def by_shape(r):
    for shape in SHAPES:
        a, b = ordinary(r.rng, 'float64', shape), ordinary(r.rng, 'int16', shape)
        for name in REDUCTIONS + PLACES + SCANS:
            r(name, a)
            r(name, b)
            r(name, a, axis=-1)
            if name not in SCANS:
                r(name, b, axis=0, keepdims=True)
        for name in NEW_SCANS:
            for x in (a, b):
                r(name, x)
                r(name, x, axis=0, include_initial=True)


def by_layout(r):
    a = halves(r.rng, 'float64', (3, 4, 5))
    for kind in LAYOUTS:
        for dtype in ('float64', 'int32'):
            x = layout(a.astype(dtype), kind)
            for name in ('sum', 'max', 'argmin', 'mean', 'std', 'all', 'cumsum', 'nansum', 'median', 'count_nonzero', 'prod'):
                r(name, x, axis=1)
                r(name, x, axis=0)
                r(name, x)
        for name in REDUCTIONS + PLACES:
            r(name, layout(a[0], kind), axis=-1)


def keywords(r):
    a, mask = halves(r.rng, 'float64', (3, 4)), r.rng.random((3, 4)) < 0.6
    ints = ordinary(r.rng, 'int32', (3, 4))
    for name in SUMS + ('max', 'min', 'amax', 'amin', 'nanmax', 'nanmin') + ('mean', 'std', 'var', 'all', 'any', 'nanmean', 'nanstd', 'nanvar'):
        where = {'initial': 2} if name in ('max', 'min', 'amax', 'amin', 'nanmax', 'nanmin') else {}
        for x in (a, ints, with_nans(r.rng, 'float32', (3, 4))):
            r(name, x, where=mask, **where)
            r(name, x, axis=0, where=mask, **where)
            r(name, x, axis=1, keepdims=True, where=mask[0], **where)
        r(name, a, axis=0, out=np.zeros(4))
        r(name, a, 0, out=np.zeros(4, 'complex128'))
        r(name, a, axis=0, out=np.zeros(4, 'int32'))
        r(name, a, axis=0, out=np.zeros(3))
    for name in SUMS + ('max', 'min', 'nanmax', 'nanmin'):
        for initial in (0, 1.5, -100):
            r(name, a, initial=initial)
            r(name, ints, axis=1, initial=initial)
            r(name, np.zeros((0, 3)), axis=0, initial=initial)
    for name in SUMS + MOMENTS + SCANS + NEW_SCANS:
        for x in (a, ints, ordinary(r.rng, 'uint8', (3, 4)), ordinary(r.rng, 'float16', (3, 4))):
            for dtype in ('float32', 'float64', 'complex128') + (() if name in MOMENTS else ('int64', 'int8')):
                if np.dtype(dtype).kind in 'fc' or x.dtype.kind != 'f':
                    r(name, x, axis=0, dtype=dtype)
    for name in ('std', 'var', 'nanstd', 'nanvar'):
        for ddof in (0, 1, 0.5, 3, 5):
            r(name, a, ddof=ddof)
            r(name, ints, axis=0, ddof=ddof)
        r(name, a, axis=0, correction=1)
        r(name, a, axis=0, correction=1, ddof=1)
        r(name, a, axis=1, mean=np.mean(a, axis=1, keepdims=True))
        r(name, ordinary(r.rng, 'complex128', (3, 4)), axis=0, ddof=1)
    for name in SCANS:
        r(name, a, 1, None, np.zeros((3, 4)))
        r(name, ints, 0, out=np.zeros((3, 4), 'int64'))
        r(name, ints, out=np.zeros(12, 'float32'))
    for name in NEW_SCANS:
        r(name, a, axis=1, include_initial=True)
        r(name, a[0], include_initial=True, dtype='float32')
        r(name, a)
        r(name, ints, axis=0, out=np.zeros((3, 4), 'int64'))
    for name in PLACES:
        r(name, a, axis=0, out=np.zeros(4, 'int64'))
        r(name, a, axis=0, out=np.zeros(4))
        r(name, a, keepdims=True)
        r(name, a, axis=1, keepdims=True)
        r(name, np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]), axis=1)
        r(name, np.array([False, True, True]))
    r('count_nonzero', a, keepdims=True)
    r('count_nonzero', a, axis=(0, 1), keepdims=True)


def quantiles(r):
    a, n = r.rng.permutation(24).reshape(4, 6) / 4, with_nans(r.rng, 'float64', (4, 6), 0.2)
    several = np.array([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
    methods = ('inverted_cdf', 'averaged_inverted_cdf', 'closest_observation', 'interpolated_inverted_cdf', 'hazen',
               'weibull', 'linear', 'median_unbiased', 'normal_unbiased', 'lower', 'higher', 'midpoint', 'nearest')
    for name in ('quantile', 'nanquantile'):
        for x in (a, n):
            for method in methods:
                r(name, x, several, axis=1, method=method)
                r(name, x, 0.3, method=method)
            for axis in (0, 1, None, (0, 1), -1):
                r(name, x, several[1:4], axis=axis)
                r(name, x, 0.35, axis=axis, keepdims=True)
            r(name, x, several.reshape(2, 3), axis=0)
            r(name, x, 0.5, axis=0, out=np.zeros(6))
        for dtype in ('float32', 'float16', 'int32', 'uint8', 'int64', 'bool'):
            r(name, ordinary(r.rng, dtype, (7,)), several)
            r(name, ordinary(r.rng, dtype, (7,)), np.array(0.3, 'float32'))
        weights = np.array([1.0, 2.0, 0.0, 3.0, 1.5, 1.0])
        if name == 'quantile':
            r(name, a, several, axis=1, weights=weights, method='inverted_cdf')
            r(name, a, 0.4, axis=0, weights=np.arange(1.0, 5.0), method='inverted_cdf')
            r(name, a, several, weights=np.abs(a) + 1, method='inverted_cdf')
        r(name, a, 0.4, weights=np.abs(a) + 1)
        for bad in (1.5, -0.1, float('nan')):
            r(name, a, bad)
        r(name, a, 0.5, method='guess')
        r(name, a, 0.5, axis=2)
        r(name, a + 1j, 0.5)
        r(name, np.zeros(0), 0.5)
        r(name, np.zeros((3, 0)), 0.5, axis=1)
    for name in ('percentile', 'nanpercentile'):
        for x in (a, n, a.astype('int16'), a.astype('float32')):
            for q in (0, 25, 50, 99.5, 100, np.array([10.0, 62.5])):
                r(name, x, q, axis=0)
            r(name, x, 33, method='nearest')
            r(name, x, 75, axis=(0, 1), keepdims=True)
        r(name, a, 101)
        r(name, a, -1)
    for name in MIDDLES:
        for x in (a, n):
            for axis in (0, 1, (0, 1), None):
                r(name, x, axis=axis, keepdims=True)
            r(name, x, axis=0, out=np.zeros(6))
            r(name, x.copy(), axis=1, overwrite_input=False)


def averages(r):
    a, w = halves(r.rng, 'float64', (3, 4)), np.array([1.0, 2.0, 3.0, 0.5])
    r('average', a)
    for dtype in DTYPES:
        r('average', a.astype(dtype) if dtype in FLOATS else ordinary(r.rng, dtype, (3, 4)), axis=0)
        r('average', ordinary(r.rng, dtype, (3, 4)), axis=1, weights=w)
    r('average', a, axis=1, weights=w, returned=True)
    r('average', a, weights=np.abs(a) + 1)
    r('average', a, weights=np.abs(a) + 1, returned=True)
    r('average', a, axis=1, weights=w, keepdims=True)
    r('average', a, axis=(0, 1), weights=np.abs(a) + 1, keepdims=True)
    r('average', a, axis=0, returned=True, keepdims=True)
    r('average', a, weights=w)
    r('average', a, axis=0, weights=w)
    r('average', a, axis=1, weights=np.array([1.0, -1.0, 0.0, 0.0]))
    r('average', a, axis=2)
    r('average', halves(r.rng, 'float64', (2, 3, 4)), axis=(0, 2), weights=np.arange(8.0).reshape(2, 4))


def long_sums(r):
    """Sums long enough for the pairwise order to show in the last bits."""
    for dtype in ('float64', 'float32'):
        for n in (7, 8, 9, 15, 16, 17, 127, 128, 129, 136, 255, 256, 257, 1000, 4099):
            a = (r.rng.normal(size=n) * 10.0 ** r.rng.integers(-3, 4, n)).astype(dtype)
            r('sum', a)
            r('add.reduce', a)
            r('mean', a)
            if n < 300:
                r('sum', a[::-1])
                r('sum', a[::2])
                r('var', a)
                r('prod', np.abs(a) ** 0.01)
                r('cumsum', a)
        m = r.rng.normal(size=(37, 41)).astype(dtype)
        for axis in (0, 1, None):
            r('sum', m, axis=axis)
            r('sum', m.T, axis=axis)
            r('mean', m, axis=axis)
            r('std', m, axis=axis)
            r('sum', m[::2, ::3], axis=axis)
            r('sum', m[:, ::-1], axis=axis)
        cube = r.rng.normal(size=(7, 11, 13)).astype(dtype)
        for axis in ((0, 1), (0, 2), (1, 2), (0, 1, 2), 1):
            r('sum', cube, axis=axis)
            r('sum', cube.transpose(2, 0, 1), axis=axis)
    for dtype in ('float16', 'complex64', 'complex128'):
        for n in (8, 33, 129, 515):
            a = ordinary(r.rng, dtype, (n,))
            r('sum', a)
            r('mean', a)
        r('sum', ordinary(r.rng, dtype, (20, 21)), axis=0)
        r('sum', ordinary(r.rng, dtype, (20, 21)), axis=1)


def methods(r):
    mask = r.rng.random((3, 4)) < 0.5
    for name in METHODS:
        for dtype in ('float64', 'int32', 'bool', 'complex128', 'uint8', 'float16'):
            a = halves(r.rng, dtype, (3, 4))
            r(f'.{name}', a)
            r(f'.{name}', a, 0)
            r(f'.{name}', a, axis=1)
            if name not in ('cumsum', 'cumprod'):
                r(f'.{name}', a, axis=-1, keepdims=True)
            r(f'.{name}', a, axis=2)
            r(f'.{name}', a, nonsense=1)
        if name in ('sum', 'prod', 'all', 'any', 'mean', 'std', 'var'):
            r(f'.{name}', halves(r.rng, 'float64', (3, 4)), where=mask, axis=0)
        r(f'.{name}', np.array(2.5))
    a = halves(r.rng, 'float64', (3, 4))
    r('.sum', a, 0, 'float32', np.zeros(4, 'float32'))
    r('.std', a, 0, 'float32', None, 1)
    r('.var', a, axis=1, ddof=1)
    r('.max', a, 0, np.zeros(4))
    r('.min', a, initial=-50)


def errors(r):
    a = halves(r.rng, 'float64', (2, 3, 4))
    for name in REDUCTIONS + PLACES + SCANS + NEW_SCANS:
        for axis in (3, -4, 1.5, 'x') + (() if name in ONE_AXIS else ((0, 0), (1, -2), (0, 3))):
            r(name, a, axis=axis)
        r(name, a, nonsense=True)
        r(name)
    for name in SUMS + MOMENTS + ('max', 'min'):
        r(name, a, axis=0, out=np.zeros((3, 5)))
        r(name, a, axis=0, out=layout(np.zeros((3, 4)), 'readonly'))
        r(name, a, where=np.ones((5,), bool), **({'initial': 0} if name in ('max', 'min') else {}))
    for name in EXTREMES + PLACES:
        r(name, np.zeros((0,)))
        r(name, np.zeros((0, 3)), axis=0)
        r(name, np.zeros((0, 3)), axis=1)
    for name in NEW_SCANS:
        r(name, a, include_initial=1, axis=5)
        r(name, a)
