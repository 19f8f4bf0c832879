"""Dtypes: promotion, casting rules, limits, and conversion of arrays."""

import numpy as np

from .core import Ref, root_of
from .samples import COMPLEX, DTYPES, FLOATS, LAYOUTS, layout, ordinary, special, special_integers, wide

CASTINGS = ('no', 'equiv', 'safe', 'same_kind', 'unsafe')
KINDS = ('bool', 'signed integer', 'unsigned integer', 'integral', 'real floating', 'complex floating', 'numeric')
ABSTRACT = ('generic', 'number', 'integer', 'signedinteger', 'unsignedinteger', 'inexact', 'floating', 'complexfloating')
NAMES = ('?', 'b', 'B', 'h', 'H', 'i', 'I', 'l', 'L', 'q', 'Q', 'e', 'f', 'd', 'F', 'D', 'i1', 'u2', 'f4', '<f8', '=i4', '|u1', 'c16', 'float', 'int', 'complex', 'bool',
         'double', 'single', 'half', 'intp', 'uintp', 'uint8', 'complex64', 'longlong', 'short', 'ubyte', 'p', 'f2', 'b1', 'byte', 'uint')
BAD_NAMES = ('nonsense', 'f3', 'int7', 'i5', '', 'float63', 'xx', '<', 'c4')


def record(r):
    rules(r)
    limits(r)
    parsing(r)
    conversions(r)
    results(r)


def rules(r):
    for d in DTYPES:
        for e in DTYPES:
            r('promote_types', d, np.dtype(e))
            for casting in CASTINGS:
                r('can_cast', d, e, casting)
            r('can_cast', np.dtype(d), np.dtype(e))
            r('issubdtype', np.dtype(d), np.dtype(e))
        for kind in KINDS:
            r('isdtype', np.dtype(d), kind)
        for kind in ABSTRACT:
            r('issubdtype', np.dtype(d), Ref(kind))
        r('isdtype', np.dtype(d), ('integral', 'real floating'))
        r('isdtype', np.dtype(d), np.dtype('float64'))
        r('min_scalar_type', ordinary(r.rng, d, (2,)))
    for kind in ABSTRACT:
        for other in ABSTRACT:
            r('issubdtype', Ref(kind), Ref(other))
    r('isdtype', np.dtype('float64'), 'bogus')
    r('isdtype', np.dtype('float64'), ('integral', 'bogus'))
    for value in (0, 255, 256, -1, -129, 2**40, 2**63, -2**63, 0.5, 1e-7, True, 1j):
        r('min_scalar_type', value)
    r('promote_types', 'nonsense', 'f4')
    r('can_cast', 'f4', 'nonsense')
    r('can_cast', 'f4', 'f8', 'bogus')
    r('can_cast', 5, 'f8')
    r('can_cast', np.zeros(2, 'int8'), 'f4')


def limits(r):
    for name in ('pi', 'e', 'inf', 'nan', 'euler_gamma', 'newaxis'):
        r(name)
    for d in FLOATS + COMPLEX:
        for name in ('bits', 'eps', 'epsneg', 'max', 'min', 'tiny', 'smallest_normal', 'smallest_subnormal', 'resolution', 'precision', 'nmant', 'nexp', 'machep', 'negep',
                     'iexp', 'minexp', 'maxexp', 'dtype'):
            r('finfo', d, name)
    for d in DTYPES[1:9]:
        for name in ('bits', 'min', 'max', 'kind', 'dtype'):
            r('iinfo', d, name)
    r('iinfo', 'float32', 'max')
    r('iinfo', 'bool', 'max')
    r('finfo', 'int32', 'eps')


def parsing(r):
    for name in NAMES:
        r('dtype', name)
        r('zeros', 2, name)
    for name in BAD_NAMES:
        r('dtype', name)
    for d in DTYPES:
        for fact in ('name', 'char', 'kind', 'itemsize', 'str', 'num', 'alignment', 'byteorder', 'isnative', 'ndim'):
            r('dtype:get', d, fact)
        r('dtype', np.dtype(d))
    r('dtype', 5)


def castable(a, e):
    """Values whose conversion the C language defines."""
    e = np.dtype(e)
    if e.kind not in 'iu' or a.dtype.kind not in 'fc':
        return a
    info = np.iinfo(e)
    real = a.real.astype('float64')
    with np.errstate(all='ignore'):
        keep = np.isfinite(real) & (real > max(info.min, -2.0**53)) & (real < min(info.max, 2.0**53)) & ((real > -1) | (e.kind == 'i'))
    return a[keep]


def conversions(r):
    for d in DTYPES:
        for e in DTYPES:
            for a in (special(d), ordinary(r.rng, d, (6,)), wide(r.rng, d, (6,))):
                r('.astype', castable(a, e), e)
            for casting in CASTINGS[1:4]:
                r('.astype', ordinary(r.rng, d, (2,), 0, 5), e, casting=casting)
    halfway = np.array([2049, 2051, 65519, 65520, 0.1, 1e-8, 6e-8, 2.98e-8, 2.99e-8, 1 + 2**-11, 1 + 3 * 2**-11, 65536, -1e-9])
    r('.astype', halfway, 'float16')
    r('.astype', halfway.astype('float32'), 'float16')
    r('.astype', np.arange(0, 65536, 13).astype('uint16').view('float16'), 'float32')
    r('.astype', np.arange(5, 65536, 17).astype('uint16').view('float16'), 'float64')
    r('.astype', r.rng.uniform(-70000, 70000, 600), 'float16')
    r('.astype', 2.0 ** r.rng.uniform(-26, -12, 600), 'float16')
    big = np.array([2**53, 2**53 + 1, 2**53 + 3, 2**62 + 1, 2**63 - 1, -2**63, -2**53 - 1, 2**60 + 2**7, 2**24 + 1, 2**24 + 3], 'int64')
    for e in ('float64', 'float32', 'float16', 'complex64', 'uint64', 'int32'):
        r('.astype', big, e)
        r('.astype', big.view('uint64'), e)
    a = ordinary(r.rng, 'float64', (3, 4))
    for kind in LAYOUTS:
        for order in 'CFAK':
            r('.astype', layout(a, kind), 'int32', order)
            r('.astype', layout(a, kind), 'float64', order=order, copy=False)
        r('.astype', layout(a, kind), 'float32')
        r('.astype', layout(a, kind), 'float64', copy=False)
        r('astype', layout(a, kind), np.dtype('float32'))
        for e in ('uint8', 'int64', 'complex128', 'float32', 'int32', 'float16'):
            for x in (layout(a, kind), layout(a.astype('int16'), kind)):
                if is_aligned_view(x, e):
                    r('.view', x, e)
    r('astype', a, np.dtype('float64'), copy=False)
    r('.astype', a, 'nonsense')
    r('.astype', a, 'int32', casting='bogus')
    r('.view', a)
    r('.view', np.zeros((2, 3), 'uint8'), 'int32')
    r('.view', np.array(1.0), 'int32')
    r('.view', np.array(1.0), 'int64')
    for d in ('int16', 'float64', 'complex64', 'bool'):
        r('.byteswap', ordinary(r.rng, d, (3,)))
        r('.byteswap', ordinary(r.rng, d, (3,)), True)
    for d in DTYPES:
        r('.tolist', special(d))
        r('.tolist', ordinary(r.rng, d, (2, 2)))
        r('.item', special_integers(d)[-1:] if d[:3] in ('int', 'uin') else special(d)[-1:])
        r('.tolist', ordinary(r.rng, d, ()))


def is_aligned_view(x, dtype):
    """Whether the elements of `x.view(dtype)` lie at multiples of their size (or the view is an error)."""
    try:
        view = x.view(dtype)
    except ValueError:
        return True
    size = min(8, view.itemsize)
    return all(step % size == 0 for step in view.strides) and (view.ctypes.data - root_of(x).ctypes.data) % size == 0


def results(r):
    scalars = (3, 2.5, True, 1j, -1, 300, 2**40)
    for d in DTYPES:
        a = ordinary(r.rng, d, (2,))
        for s in scalars:
            r('result_type', a, s)
            r('result_type', np.dtype(d), s)
        for e in DTYPES[::3]:
            r('result_type', a, np.dtype(e))
            r('result_type', np.dtype(d), e, 1)
            r('result_type', a, ordinary(r.rng, e, ()), 'float16')
    r('result_type', 1, 2.5)
    r('result_type', 1, True)
    r('result_type', True, 1j)
    r('result_type', 3)
    r('result_type')
    r('common_type', np.zeros(2, 'float32'), np.zeros(2, 'int8'))
    r('common_type', np.zeros(2, 'float32'), np.zeros(2, 'complex64'))
    r('common_type', np.zeros(2, 'bool'))
