"""Differences, interpolation, filters, rounding and the other numeric helpers."""

import numpy as np

from .core import F
from .samples import DTYPES, FLOATS, LAYOUTS, halves, layout, ordinary, special, wide

I = np.array


def record(r):
    differences(r)
    interpolation(r)
    filters(r)
    clipping(r)
    rounding(r)
    curves(r)


def differences(r):
    for d in DTYPES:
        a = ordinary(r.rng, d, (3, 5))
        for n in (0, 1, 2, 6):
            r('diff', a, n)
        r('diff', a, axis=0)
        r('ediff1d', a)
        r('ediff1d', a[0], to_end=ordinary(r.rng, d, (2,)), to_begin=ordinary(r.rng, d, (1,)))
        if d != 'bool':
            r('gradient', a)
            r('gradient', a[0])
            r('trapezoid', a)
    a = halves(r.rng, 'float64', (4, 5))
    r('diff', a, prepend=0)
    r('diff', a, append=a[:, :1], axis=1)
    r('diff', a, prepend=a[:1], append=a[:1], axis=0)
    r('diff', a, 1, -1, a[:, :2])
    for args, keywords in (((a, -1), {}), ((a, 1, 2), {}), ((I(1.0),), {}), ((a, 1), {'prepend': a[:2]}), ((a, 1.5), {})):
        r('diff', *args, **keywords)
    r('ediff1d', I([1, 2, 4], 'int8'), to_end=I([1.5]))
    r('ediff1d', np.zeros(0))
    r('ediff1d', np.zeros(1), 5)
    for keywords in ({'axis': 0}, {'axis': 1}, {'axis': (0, 1)}, {'edge_order': 2}, {'axis': 1, 'edge_order': 2}, {'axis': 2}, {'axis': (0, 0)}, {'edge_order': 3}):
        r('gradient', a, **keywords)
    r('gradient', a, 2)
    r('gradient', a, 2, 0.5)
    r('gradient', a, I([0.0, 1.0, 2.5, 3.0]), I([0.0, 1.0, 1.5, 3.0, 4.0]))
    r('gradient', a, I([0.0, 1.0, 1.5, 3.0, 4.0]), axis=1, edge_order=2)
    r('gradient', a, 1, 2, 3)
    r('gradient', a, I([1.0, 2.0]), axis=0)
    r('gradient', I([1.0]))
    r('gradient', I([1.0, 2.0]), edge_order=2)
    x = np.sort(halves(r.rng, 'float64', (5,)))
    r('trapezoid', a, x)
    r('trapezoid', a, dx=0.5, axis=0)
    r('trapezoid', a, x, axis=1)
    r('trapezoid', a, np.arange(4.0), axis=0)
    r('trapezoid', a, axis=2)
    r('trapezoid', np.zeros(0))
    r('trapezoid', a, np.arange(3.0))
    r('cross', I([1.0, 2.0, 3.0]), I([4.0, 5.0, 6.0]))
    for d, e in (('float64', 'int32'), ('int8', 'int8'), ('complex64', 'float64'), ('uint8', 'int16'), ('float32', 'float32'), ('bool', 'int8')):
        r('cross', ordinary(r.rng, d, (4, 3)), ordinary(r.rng, e, (4, 3)))
        r('cross', ordinary(r.rng, d, (4, 3)), ordinary(r.rng, e, (3,)))
        r('cross', ordinary(r.rng, d, (3, 4)), ordinary(r.rng, e, (3, 4)), axis=0)
    r('cross', ordinary(r.rng, 'float64', (3, 2, 4)), ordinary(r.rng, 'float64', (4, 3, 2)), axisa=0, axisb=1, axisc=0)
    r('cross', I([1.0, 2.0]), I([3.0, 4.0]))
    r('cross', np.zeros((2, 4)), np.zeros((2, 4)))
    r('cross', np.zeros((2, 3)), np.zeros((4, 3)))


def interpolation(r):
    xp, fp = I([0.0, 1.0, 2.5, 4.0]), I([1.0, 3.0, -2.0, 0.5])
    points = I([-1.0, 0.0, 0.5, 1.0, 2.0, 3.9, 4.0, 5.0, np.nan])
    for x in (points, points.reshape(3, 3), 1.5, 3, I(0.25), I([], dtype='float64'), I([1, 2], 'int32'), points.astype('float32'), np.linspace(-1, 5, 40)):
        r('interp', x, xp, fp)
        r('interp', x, xp, fp, left=-9, right=9.5)
    r('interp', points, xp, fp + 1j * fp[::-1])
    r('interp', points, xp, fp + 1j, 0, 1j)
    r('interp', points, I([10.0, 200.0, 350.0, 1.0]), fp, period=360)
    r('interp', points, xp, fp, period=3)
    r('interp', points, xp, fp, period=-3.5)
    r('interp', points, xp, fp, period=0)
    r('interp', points, xp, fp[:2])
    r('interp', points, xp[:0], fp[:0])
    r('interp', points, xp[:1], fp[:1])
    r('interp', points, xp.reshape(2, 2), fp)
    r('interp', points, I([0.0, 0.0, 1.0, 1.0]), fp)
    r('interp', points, xp, I([1.0, np.nan, np.inf, 0.0]))
    r('interp', points * 1j, xp, fp)
    r('interp', points, xp.astype('int32'), fp.astype('float32'))


def filters(r):
    for name in ('convolve', 'correlate'):
        for d, e in (('float64', 'float64'), ('int32', 'int32'), ('float32', 'int16'), ('complex128', 'float64'), ('uint8', 'int8'), ('bool', 'bool'), ('complex64', 'complex64')):
            for n, m in ((5, 3), (3, 5), (1, 1), (4, 4), (1, 6), (20, 9)):
                for mode in ('full', 'same', 'valid'):
                    r(name, halves(r.rng, d, (n,)), halves(r.rng, e, (m,)), mode)
        a = halves(r.rng, 'float64', (6,))
        r(name, a, a[:3])
        r(name, a, a[::-2], mode='same')
        r(name, a, a[:0])
        r(name, a[:0], a)
        r(name, a, a.reshape(2, 3))
        r(name, a, a, 'bogus')
        r(name, a, 2)
        r(name, 3, a)


def clipping(r):
    for d in DTYPES:
        a = special(d) if d not in ('complex64', 'complex128') else ordinary(r.rng, d, (6,))
        for bounds in ((1, 3), (None, 2), (0, None), (3, 1)):
            r('clip', a, *bounds)
        r('clip', a, I(1, d), I(2, d))
        r('.clip', a, 0, 2)
    a = halves(r.rng, 'float64', (3, 4))
    r('clip', a, float('nan'), 1)
    r('clip', a, I([-1.0, 0.0, np.nan, 1.0]), 2)
    r('clip', a, a[::-1], a + 1)
    r('clip', a, -1, 1, a.copy())
    r('clip', a, -1, 1, out=np.zeros((3, 4), 'float32'))
    r('clip', a, -1, 1, out=np.zeros((3, 4), 'int32'))
    r('clip', a, min=-1, max=1)
    r('clip', a, min=-0.5)
    r('clip', a)
    r('clip', a, None, None)
    r('clip', a, -1, 1, dtype='float32')
    r('clip', a, -1, 1, where=a > 0, out=np.zeros((3, 4)))
    r('clip', a, I([1.0, 2.0]), 3)
    for d in ('int8', 'uint8', 'int64', 'uint64'):
        for low, high in ((-1, 300), (0, 2.5), (-(2**70), 2**70), (I(0, 'float32'), 4), (2, 5)):
            r('clip', ordinary(r.rng, d, (4,)), low, high)
    for kind in LAYOUTS:
        r('clip', layout(a, kind), -1, 1)
    r('.clip', a, max=0)
    r('clip', 5, 1, 3)


def rounding(r):
    values = I([0.5, 1.5, 2.5, -0.5, -1.5, 1.005, 2.675, 1234.5678, -1234.5678, 1e15 + 0.5, 1e-7, np.nan, np.inf, -0.0, 5.015, 0.285])
    for name in ('round', 'around'):
        for decimals in (0, 1, 2, 3, -1, -2, -3, 10, 25, -25, 300, 400):
            r(name, values, decimals)
            r(name, values.astype('float32'), decimals)
        for d in DTYPES:
            for decimals in (0, 1, -1, -2, -20):
                r(name, ordinary(r.rng, d, (6,), 0, 100), decimals)
        r(name, I([15, 25, -15, 149, 150, 151, 32767], 'int16'), -1)
        r(name, I([15, 25, -15, 149, 150, 2**62], 'int64'), -2)
        r(name, values[:8] * 1j + values[:8][::-1], 1)
        r(name, values, decimals=1, out=np.zeros(16))
        r(name, values, 1.5)
        r(name, 2.567, 1)
    r('.round', values, 2)
    r('.round', values, decimals=1, out=np.zeros(16))
    for name in ('fix', 'trunc', 'rint', 'floor', 'ceil'):
        r(name, values)


def curves(r):
    for d in FLOATS:
        r('sinc', np.linspace(-4, 4, 33).astype(d))
        r('i0', np.linspace(-12, 12, 33).astype(d))
    r('sinc', I([0, 1, 2]))
    r('sinc', 0.5)
    r('sinc', special('complex128')[::9])
    r('i0', I([0, 1, 9], 'int32'))
    r('i0', special('float64')[:14])
    r('i0', I([1j]))
    phase = np.linspace(0, np.pi, num=5)
    phase[3:] += np.pi
    for x in (phase, phase.astype('float32'), np.cumsum(r.rng.uniform(-5, 5, (3, 7)), axis=1), I([0, 1, 2, -1, 0])):
        r('unwrap', x)
        r('unwrap', x, axis=0)
    r('unwrap', I([0, 1, 2, -1, 0]), period=4)
    r('unwrap', I([2, 3, 4, 5, 2, 3, 4, 5]), period=4)
    r('unwrap', I([0.0, 75, 150, 225, 300, 430]), period=255)
    r('unwrap', phase, 1.5)
    r('unwrap', phase, discont=3.5, axis=0)
    r('unwrap', phase, axis=1)
    for d in DTYPES:
        r('nan_to_num', wide(r.rng, d, (5,)))
