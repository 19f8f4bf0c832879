"""Fourier transforms: every length up to 40 and some of each kind beyond, dtypes, layouts, lengths, axes, norms and `out`."""

import numpy as np

from .samples import COMPLEX, DTYPES, LAYOUTS, REAL, layout, ordinary

ONE = ('fft.fft', 'fft.ifft', 'fft.rfft', 'fft.irfft', 'fft.hfft', 'fft.ihfft')
MANY = ('fft.fftn', 'fft.ifftn', 'fft.rfftn', 'fft.irfftn', 'fft.fft2', 'fft.ifft2', 'fft.rfft2', 'fft.irfft2')
REAL_ONLY = ('fft.rfft', 'fft.ihfft', 'fft.rfftn', 'fft.rfft2')
# Powers, products of small primes, squares of primes, and primes that take a convolution.
LENGTHS = list(range(1, 41)) + [45, 48, 49, 53, 60, 64, 77, 81, 97, 100, 101, 121, 125, 128, 131, 169, 210, 211, 243, 250, 256, 257, 307, 360, 509, 512]
NORMS = (None, 'backward', 'ortho', 'forward')


def record(r):
    lengths(r)
    dtypes(r)
    layouts(r)
    arguments(r)
    several_axes(r)
    special_values(r)
    frequencies(r)
    shifts(r)
    errors(r)


def given(r, function, dtype, shape):
    return ordinary(r.rng, dtype if function not in REAL_ONLY else np.dtype(dtype).type(0).real.dtype, shape)


def lengths(r):
    for n in LENGTHS:
        for function in ONE:
            r(function, given(r, function, 'complex128', n))
            if function in ('fft.irfft', 'fft.hfft'):
                r(function, given(r, function, 'complex128', n // 2 + 1), n)
    for n in (1000, 1009, 1024):
        for function in ('fft.fft', 'fft.rfft', 'fft.irfft'):
            r(function, given(r, function, 'complex128', n))


def dtypes(r):
    for d in DTYPES:
        for function in ONE:
            for n in (6, 7, 53):
                r(function, ordinary(r.rng, d, n))
            for norm in NORMS:
                r(function, ordinary(r.rng, d, (2, 12)), norm=norm)
        for function in MANY:
            r(function, ordinary(r.rng, d, (3, 4)))
            r(function, ordinary(r.rng, d, (3, 4)), norm='ortho')


def layouts(r):
    for name in LAYOUTS:
        for function in ONE:
            for axis in (0, 1, 2, -2):
                r(function, layout(given(r, function, 'complex128', (4, 5, 3)), name), axis=axis)
            r(function, layout(given(r, function, 'complex64', (4, 5)), name), None, 0)
        for function in MANY:
            r(function, layout(given(r, function, 'complex128', (3, 4, 5)), name))
            r(function, layout(given(r, function, 'complex64', (3, 4)), name))


def arguments(r):
    for function in ONE:
        a = given(r, function, 'complex128', (3, 8))
        for n in (1, 2, 5, 8, 11, 16, 53):
            r(function, a, n)
            r(function, a, n, 0, 'forward')
        for norm in NORMS:
            r(function, a, norm=norm)
            r(function, a, 9, -1, norm)
        result = getattr(np.fft, function[4:])(a)
        for dtype in ('complex128', 'complex64', 'float64', 'float32'):
            r(function, a, out=np.zeros(result.shape, dtype))
            r(function, a, None, -1, None, np.zeros(result.shape, dtype, order='F'))
        r(function, a, out=np.zeros((3, 3), result.dtype))
        r(function, a, out=np.zeros(result.shape[1], result.dtype))
        r(function, a, out=layout(np.zeros(result.shape, result.dtype), 'reversed'))
        r(function, a, out=layout(np.zeros(result.shape, result.dtype), 'readonly'))
    for d in COMPLEX:
        a = ordinary(r.rng, d, (4, 4))
        r('fft.fft', a, out=a)
        r('fft.fft', a.T, out=a)
        r('fft.ifft', a, axis=0, out=a[::-1])
        r('fft.fftn', a, out=a)


def several_axes(r):
    for function in MANY:
        a = given(r, function, 'complex128', (3, 4, 5))
        for s in ([2, 3], [4, 6], [5, -1], [-1, -1], [3, 4]):
            r(function, a, s, [0, 1])
            r(function, a, s, [-1, 0])
            r(function, a, s=s, axes=[1, 2], norm='forward')
        for axes in ([0], [2], [0, 1], [1, 0], [2, 0, 1], [-1, -3], [0, 0], [], [3]):
            r(function, a, axes=axes)
        for norm in NORMS:
            r(function, a, norm=norm)
        r(function, a, [2, 2], [0])
        r(function, a, [2, 2, 2, 2], [0, 1, 2, 3])
        result = getattr(np.fft, function[4:])(a)
        if function not in ('fft.ifft2', 'fft.irfft2'):  # these ignore `out`, against their own documentation
            r(function, a, out=np.zeros(result.shape, result.dtype))
            r(function, a, out=np.zeros((3, 4, 5), result.dtype))
        for shape in ((), (3,), (0, 3), (3, 0), (2, 1), (1, 2, 2, 3)):
            r(function, given(r, function, 'complex128', shape))


def special_values(r):
    for function in ONE:
        for n in (2, 3, 4):
            r(function, np.zeros(n))
            r(function, np.ones(n))
        for values in ([np.nan], [np.inf], [1e308, -1e308], [5e-324, 0.0]):
            r(function, np.array(values), 2)
        big = given(r, function, 'complex128', 16) * 1e300
        r(function, big)
        r(function, big * 1e-305 * 1e-300)


def frequencies(r):
    for name in ('fft.fftfreq', 'fft.rfftfreq'):
        for n in (1, 2, 5, 8, 9, 100):
            r(name, n)
            for d in (0.1, 2, -0.5):
                r(name, n, d)
                r(name, n, d=d)
        for wrong in (2.5, 'text', None, [3]):
            r(name, wrong)
        r(name, 0)
        r(name, 5, 0)
    r('fft.fftfreq', -2)


def shifts(r):
    for name in ('fft.fftshift', 'fft.ifftshift'):
        for d in REAL + COMPLEX:
            r(name, ordinary(r.rng, d, 7))
        for shape in ((), (0,), (1,), (6,), (3, 4), (2, 3, 5)):
            a = ordinary(r.rng, 'float64', shape)
            r(name, a)
            for axes in (0, -1, 1, 3, [0], [0, 1], [1, 0], [], [0, 0], None):
                r(name, a, axes)
        for kind in LAYOUTS:
            r(name, layout(ordinary(r.rng, 'int16', (3, 4)), kind), axes=1)


def errors(r):
    a = ordinary(r.rng, 'float64', (3, 4))
    for function in ONE:
        for n in (0, -1, 2.5, 'text', [3]):
            r(function, a, n)
        for axis in (2, -3, 0.5, 'text', [0]):
            r(function, a, axis=axis)
        for norm in ('other', 'Ortho', ''):
            r(function, a, norm=norm)
        r(function, 3)
        r(function, np.zeros((0, 3)))
        r(function, np.zeros((3, 0)))
        r(function, np.zeros((3, 1)))
        r(function, a, unknown=1)
