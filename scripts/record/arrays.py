"""ndarray itself: attributes, flags, methods, operators, the constructor, in-place arithmetic and iteration."""

import numpy as np

from .samples import BROADCAST, DTYPES, FEW, LAYOUTS, SHAPES, halves, layout, ordinary, special
from .special import IN_PLACE, OPERATORS

I = np.array


def record(r):
    attributes(r)
    constructor(r)
    operators(r)
    methods(r)
    iteration(r)
    iterators(r)


def attributes(r):
    for d in DTYPES:
        a = ordinary(r.rng, d, (2, 3))
        for name in ('dtype', 'itemsize', 'nbytes', 'strides', 'real', 'imag'):
            r(f'.{name}', a)
    for shape in SHAPES:
        for d in ('float64', 'int16'):
            a = ordinary(r.rng, d, shape)
            for name in ('shape', 'ndim', 'size', 'nbytes', 'T'):
                r(f'.{name}', a)
            if a.size:
                r('.strides', a)
            for flag in ('c_contiguous', 'f_contiguous', 'writeable', 'aligned', 'fnc', 'forc', 'contiguous', 'fortran', 'behaved', 'carray', 'farray'):
                r('flags', a, flag)
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'float32', (3, 4)), kind)
        r('.strides', a)
        r('.strides', a.T)
        r('.strides', a[1:, ::-2])
        for flag in ('c_contiguous', 'f_contiguous', 'writeable', 'contiguous'):
            r('flags', a, flag)
            r('flags', a[:, :1], flag)
            r('flags', a[:1], flag)
        r('.T', a)
        r('.real', a)
    c = ordinary(r.rng, 'complex64', (2, 3))
    r('.real', c[:, ::2])
    r('.imag', c[:, ::2])
    r('.imag', ordinary(r.rng, 'float64', (2,)))


def constructor(r):
    room = np.arange(24, dtype='uint8')
    r('ndarray', (2, 3), 'float32', room)
    r('ndarray', (2, 3), dtype='int16', buffer=room, offset=4)
    r('ndarray', (2, 3), dtype='int16', buffer=room, offset=2, strides=(2, 4))
    r('ndarray', (2, 3), 'int16', room, 0, None, 'F')
    r('ndarray', (2, 2), dtype='int8', buffer=room, strides=(-1, 2), offset=5)
    r.property('ndarray', (2, 3), _check='shape and dtype')
    r.property('ndarray', (2, 3), 'int8', order='F', _check='shape and dtype')
    r('ndarray', (0,), 'int8')
    r('ndarray', (7,), 'float32', room)
    r('ndarray', (2,), 'float64', room, 9)
    r('ndarray', (2, 3), dtype='int8', buffer=room, strides=(1,))
    r('ndarray', (2, 3), dtype='int8', buffer=room, strides=(100, 1))
    r('ndarray', (-1,), 'int8')
    r('ndarray')


def operators(r):
    for name in OPERATORS:
        for d, e in (('float64', 'int32'), ('int32', 'int32'), ('bool', 'bool'), ('uint8', 'int8'), ('complex64', 'float32')):
            shapes = ((3, 3), (3, 3)) if name == 'matmul' else ((3, 1), (4,))
            r(f'.{name}', halves(r.rng, d, shapes[0]), ordinary(r.rng, e, shapes[1], 1, 4))
        for s in (2, 0.5, True):
            r(f'.{name}', ordinary(r.rng, 'int32', (3,), 1, 4), s)
            r(f'.{name}', ordinary(r.rng, 'float32', (3,), 1, 4), s)
        r(f'.{name}', np.zeros((2, 3)), np.zeros((4,)))
    for name in IN_PLACE:
        for d in FEW:
            for e in ('float64', 'int32', 'uint8', 'bool'):
                r(f'.{name}', ordinary(r.rng, d, (4,), 1, 5), ordinary(r.rng, e, (4,), 1, 4))
            for s in (2, 0.5, True, -1, 300):
                r(f'.{name}', ordinary(r.rng, d, (4,), 1, 5), s)
        dtype = 'float64' if name in ('divide_', 'div_') else 'int64'
        for s, t in BROADCAST:
            r(f'.{name}', ordinary(r.rng, dtype, s, 1, 4), ordinary(r.rng, dtype, t, 1, 4))
        for kind in LAYOUTS:
            r(f'.{name}', layout(ordinary(r.rng, dtype, (3, 4), 1, 5), kind), ordinary(r.rng, dtype, (4,), 1, 3))
        a = ordinary(r.rng, 'int32', (6,), 1, 5)
        r(f'.{name}', a[1:], a[:-1])
        r(f'.{name}', a, a[::-1])
    for d in DTYPES:
        for name in ('neg', 'negative', 'invert', 'conj', 'conjugate', 'copy', 'any', 'all'):
            r(f'.{name}', special(d))


def methods(r):
    a = halves(r.rng, 'float64', (3, 4))
    for d in DTYPES:
        x = ordinary(r.rng, d, (2, 3))
        r('.tobytes', x)
        r('.tobytes', x, 'F')
        r('.tobytes', layout(x, 'F'), 'A')
        r('.tobytes', layout(x, 'reversed'))
    for size in ((2, 3), (5,), (6, 4), (12,), (0,), 3, (2, -1)):
        r('resized', np.arange(12), size)
        r('resized', np.arange(12.0).reshape(3, 4), size)
    r('.searchsorted', np.arange(5.0), I([0.5, 3.0]), 'right')
    r('.swapaxes', a, 0, 1)
    r('.diagonal', a, 1)
    r('.trace', a)
    r('.setflags', a.copy(), write=False)
    r('.setflags', layout(a, 'readonly'), write=True)
    r('.squeeze', a[None], 0)
    r('.squeeze', a[None], 1)
    r('.partition', np.array(1.0), 0)
    for d in ('float64', 'int16', 'complex64'):
        r.property('partitioned', ordinary(r.rng, d, (4, 6)), 2, _check='partition')
        r.property('partitioned', ordinary(r.rng, d, (4, 6)), [1, 3], 0, _check='partition')
    for name in ('sort', 'cumsum', 'nonzero', 'round', 'clip', 'repeat', 'take', 'argmax', 'flatten', 'reshape'):
        r(f'.{name}', a, bogus=1)


def iteration(r):
    for shape in ((), (1,), (3,), (2, 3), (0,), (2, 0), (2, 1, 2), (0, 2)):
        a = ordinary(r.rng, 'float64', shape)
        r('ndindex', *shape)
        r('ndindex', shape)
        r('ndenumerate', a)
        r('flat:values', a)
        r('iter', a)
    r('ndindex', -1)
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'int16', (3, 4)), kind)
        r('flat:values', a)
        r('ndenumerate', a)
        r('iter', a)
        for i in (0, 5, -1, 12, slice(1, 9, 3), I([0, 11, 3]), slice(None, None, -1), a.ravel() > 2, 1.5):
            r('flat:get', a, i)
            r('flat:set', a, i, 7)
            r('flat:set', a, i, I([1, 2, 3], 'int16'))


def iterators(r):
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'int32', (2, 3)), kind)
        r('nditer:values', a)
        for order in 'CFAK':
            r('nditer:values', a, order=order)
        for flag in ('multi_index', 'c_index', 'f_index'):
            r('nditer:indices', a, flag)
            r('nditer:indices', a, flag, order='F')
        r('nditer:values', a, ['external_loop'])
        r('nditer:values', a, ['external_loop'], order='F')
        r('nditer:values', a, ['external_loop', 'buffered'], order='F')
    a, b = ordinary(r.rng, 'float64', (2, 3)), ordinary(r.rng, 'int32', (3,))
    r('nditer:values', [a, b])
    r('nditer:values', [a, b[:2]])
    r('nditer:values', [a, b], ['external_loop'])
    r('nditer:values', np.zeros((0, 2)))
    r('nditer:values', np.zeros((0, 2)), ['zerosize_ok'])
    r('nditer:values', np.array(3.0))
    r('nditer:values', a, ['bogus'])
    r('nditer:values', a, ['multi_index', 'external_loop'])
    r('nditer:values', b, op_dtypes=['float64'])
    r('nditer:values', b, flags=['buffered'], op_dtypes=['float64'])
    r('nditer:values', a, flags=['buffered'], op_dtypes=['int32'])
    r('nditer:values', a, flags=['buffered'], op_dtypes=['int32'], casting='unsafe')
    r('nditer:values', a, flags=['buffered', 'external_loop'], buffersize=4)
