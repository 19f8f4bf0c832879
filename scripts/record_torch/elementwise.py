"""Gradients of the elementwise functions of the NumPy part: domains, ties, zeros, broadcasting, weak numbers, complex numbers."""

import math

import torch

from .core import transposed

ANY = ('absolute abs; negative neg; positive; exp; exp2; expm1; sin; cos; tan; sinh; cosh; tanh; arcsinh asinh; arctan atan; square; '
       'sign; floor; ceil; trunc; rint round; degrees rad2deg; radians deg2rad; sinc; reciprocal; rad2deg; deg2rad; fabs abs; '
       'atan; asinh; abs; conjugate conj; real; i0')
POSITIVE = 'log; log2; log10; log1p; sqrt; cbrt'
INSIDE = 'arcsin asin; arccos acos; arctanh atanh; asin; acos; atanh'
COMPLEX = ('absolute abs; negative neg; positive; exp; sin; cos; tan; sinh; cosh; tanh; square; reciprocal; log; log10; sqrt; conjugate conj; '
           'real; imag; angle; arcsin asin; arccos acos; arctan atan; arcsinh asinh; arctanh atanh; log2')
REAL_PAIRS = ('add; subtract sub; multiply mul; divide div; true_divide; maximum; minimum; fmax; fmin; hypot; arctan2; logaddexp; logaddexp2; '
              'copysign; float_power; power pow; fmod; remainder; mod remainder; floor_divide')
COMPLEX_PAIRS = 'add; subtract sub; multiply mul; divide div; power pow'
CALLS = {
    'cbrt': lambda x: x.pow(1 / 3), 'real': lambda x: x.real if x.is_complex() else x * 1, 'imag': lambda x: x.imag,
    'floor_divide': lambda x, y: torch.div(x, y, rounding_mode='floor'), 'i0': torch.special.i0,
    'rint': lambda x: torch.round(x), 'float_power': lambda x, y: torch.float_power(x, y),
}


def pairs_of(text):
    """Names of NumPy with PyTorch's functions: `negative neg; exp`."""
    for item in text.split('; '):
        name, other = (item.split() * 2)[:2]
        yield name, CALLS.get(name) or getattr(torch, other)


def record(r):
    for text, kind in ((ANY, 'normal'), (POSITIVE, 'positive'), (INSIDE, 'unit')):
        for name, call in pairs_of(text):
            r.np(name, call, r.x(2, 3, kind=kind))
            r.np(name, call, r.x(4, dtype='float64', kind=kind))
            r.np(name, call, r.x(kind=kind))
            r.np(name, call, transposed(r.x(2, 3, kind=kind), 1, 0))
    r.np('arccosh', torch.acosh, r.give([1.5, 2, 7.25]))
    r.np('acosh', torch.acosh, r.give([1.5, 2, 7.25], 'float64'))
    for name, call in pairs_of(COMPLEX):
        r.np(name, call, r.x(5, dtype='complex64'))
        r.np(name, call, r.x(2, 2, dtype='complex128'))
    edges(r)
    real_pairs(r)
    complex_pairs(r)
    clipping(r)
    choosing(r)
    without_gradient(r)


def edges(r):
    zeros = [0, 1, -1, 0, 2, -0.5]
    for name in ('absolute', 'sign', 'square', 'exp', 'sin', 'tanh', 'sinc', 'arctan', 'expm1', 'floor', 'rint'):
        r.np(name, dict(pairs_of(ANY))[name], r.give(zeros))
    r.np('sqrt', torch.sqrt, r.give([0, 1, 4]))
    r.np('log', torch.log, r.give([0, 1, math.inf]))
    r.np('arcsin', torch.asin, r.give([-1, 0, 1]))
    r.np('reciprocal', torch.reciprocal, r.give([0, 2, -4]))
    r.np('absolute', torch.abs, r.give([0, 3 - 4j, 1j], 'complex64'))
    r.np('angle', torch.angle, r.give([2, -3, 0, -0.5]))
    r.np('nan_to_num', lambda x: torch.nan_to_num(x), r.give([1, math.nan, math.inf, -math.inf]))
    r.np('nan_to_num', lambda x, nan, posinf, neginf: torch.nan_to_num(x, nan, posinf, neginf), r.give([1, math.nan, math.inf, -math.inf]),
         nan=5, posinf=7, neginf=-7)
    r.np('round', lambda x, decimals: torch.round(x, decimals=decimals), r.give([0.123, -4.56, 2.5]), decimals=1)
    for name, call in (('exp', torch.exp), ('log', torch.log), ('tanh', torch.tanh), ('sqrt', torch.sqrt)):
        r.np(name, call, r.x(0, 3))


def real_pairs(r):
    shapes = (((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2,)), ((2, 3, 1), (1, 2)), ((0, 2), (2,)))
    for name, call in pairs_of(REAL_PAIRS):
        kind = 'positive' if name in ('power', 'float_power') else 'normal'
        for a, b in shapes:
            if name == 'float_power':
                r.np(name, call, r.x(*a, dtype='float64', kind=kind), r.x(*b, dtype='float64'))
            else:
                r.np(name, call, r.x(*a, kind=kind), r.x(*b))
        if name != 'float_power':
            r.np(name, lambda x, y, call=call: call(x, torch.as_tensor(y, dtype=x.dtype)), r.x(3, kind=kind), 1.5)
            r.np(name, lambda x, y, call=call: call(torch.as_tensor(x, dtype=y.dtype), y), 2, r.x(3))
            r.np(name, call, r.x(2, dtype='float64', kind=kind), r.x(2, dtype='float64'))
        r.np(name, call, r.const(2, dtype='float64', kind=kind), r.x(2, dtype='float64'))
    ties = r.give([1, 2, 3, 0]), r.give([1, 5, 3, -2.0])
    for name in ('maximum', 'minimum', 'fmax', 'fmin', 'copysign', 'hypot', 'arctan2'):
        r.np(name, dict(pairs_of(REAL_PAIRS))[name], *ties)
    r.np('hypot', torch.hypot, r.give([0, 3]), r.give([0, 4.0]))
    r.np('power', torch.pow, r.give([0, 2, -3, 0]), 2)
    r.np('power', torch.pow, r.give([0, 2, -3, 1]), 0)
    r.np('power', torch.pow, r.give([0.5, 2, 3]), -1.5)
    r.np('power', torch.pow, r.give([0, 0, 2, 1]), r.give([0, 2, 0, -1.5]))
    r.np('power', torch.pow, r.give([4, 0, 1]), 0.5)
    r.np('divide', torch.div, r.give([1, 0, 3]), r.give([2, 4, -0.5]))
    x = r.x(3)
    for name in ('add', 'multiply', 'subtract', 'divide', 'maximum'):
        r.np(name, dict(pairs_of(REAL_PAIRS))[name], x, x)
    r.np('fmod', torch.fmod, r.give([5.5, -5.5, 3]), r.give([2, 2, -1.5]))
    r.np('remainder', torch.remainder, r.give([5.5, -5.5, 3]), r.give([2, 2, -1.5]))


def complex_pairs(r):
    for name, call in pairs_of(COMPLEX_PAIRS):
        r.np(name, call, r.x(3, dtype='complex64'), r.x(3, dtype='complex64'))
        r.np(name, call, r.x(2, 2, dtype='complex128'), r.x(2, dtype='complex128'))
        r.np(name, call, r.x(3, dtype='complex64'), r.x(3))
        r.np(name, call, r.x(3), r.x(3, dtype='complex64'))
        r.np(name, lambda x, y, call=call: call(x, torch.tensor(y, dtype=x.dtype)), r.x(3, dtype='complex64'), 2 - 1j)


def clipping(r):
    x = [-2, -1, 0, 0.5, 1, 3]
    for low, high in ((-1, 1), (0, 0.5), (None, 1), (-1, None)):
        r.np('clip', torch.clamp, r.give(x), low, high)
        r.np('clip', torch.clamp, r.x(2, 3), low, high)
    r.np('clip', torch.clamp, r.x(2, 3), r.x(3, kind='small'), r.x(2, 3, kind='positive'))
    r.np('clip', torch.clamp, r.x(2, 3), r.x(2, 1), r.x(3))
    r.np('clip', torch.clamp, r.give(x, 'float64'), -1, 1)


def choosing(r):
    mask = r.give([[True, False, True], [False, False, True]], 'bool')
    r.np('where', torch.where, mask, r.x(2, 3), r.x(2, 3))
    r.np('where', torch.where, mask, r.x(3), r.x(2, 1))
    r.np('where', torch.where, r.give([True, False, True], 'bool'), r.x(2, 3), r.x())
    r.np('where', lambda m, x, y: torch.where(m, x, torch.tensor(y, dtype=x.dtype)), mask, r.x(2, 3), 0)
    r.np('where', torch.where, mask, r.x(2, 3, dtype='complex64'), r.x(3, dtype='complex64'))
    r.np('where', torch.where, mask, r.x(2, 3, dtype='float64'), r.x(2, 3, dtype='float64'))
    other = r.give([[False, True, True], [True, False, False]], 'bool')
    r.np('select', lambda masks, values, default: torch.where(masks[0], values[0], torch.where(masks[1], values[1], torch.tensor(float(default)))),
         [mask, other], [r.x(2, 3), r.x(2, 3)], 4)


def without_gradient(r):
    """Results that have no gradient, and those whose gradient is zero."""
    x, y = r.x(3), r.x(3)
    comparisons = 'equal eq; not_equal ne; less lt; less_equal le; greater gt; greater_equal ge'
    for name, call in pairs_of(comparisons):
        r.np(name, call, x, y)
    for name, call in (('isnan', torch.isnan), ('isfinite', torch.isfinite), ('isinf', torch.isinf), ('signbit', torch.signbit),
                       ('logical_not', torch.logical_not)):
        r.np(name, call, x)
    r.np('argmax', torch.argmax, x)
    r.np('argmin', lambda x, axis: torch.argmin(x, axis), r.x(2, 3), 1)
    r.np('argsort', lambda x: torch.argsort(x), r.x(5))
    r.np('count_nonzero', torch.count_nonzero, r.give([0, 2, 0, 3]))
