"""Making arrays, from nothing, from numbers, from other arrays and from bytes."""

import numpy as np

from .core import Big, F
from .samples import BOOL, DTYPES, INTEGERS, LAYOUTS, SHAPES, layout, ordinary, special, wide
from .tables import FUNCTIONS


def record(r):
    filled(r)
    likes(r)
    from_values(r)
    copies(r)
    ranges(r)
    spaces(r)
    matrices(r)
    grids(r)
    functions_and_bytes(r)
    errors(r)


def filled(r):
    for name in ('zeros', 'ones'):
        for shape in SHAPES + [3, 0]:
            r(name, shape)
            r(name, shape, dtype='int16', order='F')
        for dtype in DTYPES:
            r(name, (2, 3), dtype)
            r(name, (2, 3), dtype=np.dtype(dtype))
        for bad in (-1, (2, -3), 2.5, 'x', (2.5, 1), [[1, 2]]):
            r(name, bad)
        r(name, (2, 3), dtype='nonsense')
        r(name, (2, 3), order='Q')
        r(name, (2, 3), nonsense=1)
        r(name, (2**40, 2**40))
        r(name, [1] * 65)
        r(name, [1] * 64)
    for dtype in DTYPES:
        r.property('empty', (2, 3), dtype, _check='shape and dtype')
        r('full', (2, 3), 1, dtype=dtype)
        r('full', (2,), np.array(1, dtype))
    r.property('empty', (2, 3), order='F', _check='shape and dtype')
    r('empty', (0, 4))
    r('empty', -1)
    r('full', (2, 3), F(7))
    r('full', (), F(7))
    r('full', (2, 3), 0.5)
    r('full', (2, 3), True)
    r('full', (2, 3), 1 - 2j)
    r('full', (2, 3), np.array([1.0, 2.0, 3.0]))
    r('full', (2, 3), np.array([1, 2], 'int8'))
    r('full', (2, 3), float('nan'), dtype='float32')
    r('full', (2, 3), 300, dtype='uint8')
    r('full', (2, 3), -1, dtype='uint64')
    r('full', (2, 3), 2.5, dtype='int32')
    r('full', (2, 3), F(1), order='F')
    r.deviation('a number makes float64', 'full', (2,), 7, _ours=lambda: np.full((2,), 7.0))


def likes(r):
    for name in ('zeros_like', 'ones_like', 'full_like'):
        extra = (3,) if name == 'full_like' else ()
        for dtype in DTYPES:
            r(name, ordinary(r.rng, dtype, (2, 3)), *extra)
        for kind in LAYOUTS:
            a = layout(ordinary(r.rng, 'float32', (2, 3, 4)), kind)
            r(name, a, *extra)
            r(name, a.transpose(1, 0, 2), *extra)
            for order in 'CFAK':
                r(name, a, *extra, order=order)
        for shape in SHAPES:
            r(name, ordinary(r.rng, 'int8', shape), *extra)
        a = ordinary(r.rng, 'int16', (2, 3))
        r(name, a, *extra, dtype='float64')
        r(name, a, *extra, shape=(4, 5))
        r(name, a, *extra, shape=3)
        r(name, a, *extra, order='Z')
    r('full_like', np.zeros((2, 2), 'uint8'), 300)
    r('full_like', np.zeros((2, 2), 'int32'), 2.7)
    r('full_like', np.zeros((2, 2)), np.array([1.0, np.nan]))
    r('full_like', np.zeros((2, 2)), np.array([1.0, 2.0, 3.0]))
    r.property('empty_like', np.zeros((2, 3), 'int8', order='F'), _check='shape and dtype')


def from_values(r):
    nested = ([1, 2, 3], [[1, 2], [3, 4]], [0.5, -1.5], [[1.5]], [], [[]], [[], []], [[[1], [2]], [[3], [4]]], [1, 2.5])
    for value in nested:
        r('array', F(value))
        for dtype in ('float32', 'int32', 'complex64', 'bool', 'uint8', 'float16'):
            if dtype not in INTEGERS + BOOL or '.' not in str(value):
                r('array', F(value), dtype=dtype)
        r('asarray', F(value))
        r('array', F(value), ndmin=3)
    r('array', [True, False])
    r('array', [[True], [False]])
    r('array', [True, False], 'int8')
    r('array', [1j, 2 - 1j])
    r('array', [0.5, 1j])
    r('array', Big([1, 2**60, -2**62]))
    r('array', Big([[1], [2]]), dtype='uint64')
    r('array', Big([2**63, 1]), dtype='uint64')
    r('array', Big([2**64]), dtype='uint64')
    r('array', [300], dtype='uint8')
    r('array', [-1], dtype='uint16')
    r('array', [2.75, -2.75], dtype='int32')
    r('array', [float('nan'), float('inf'), 0.5])
    r('array', True)
    r('array', 0.5)
    r('array', F(7))
    for value in ([[1, 2], [3]], [[1, 2], 3], [1, [2, 3]], [[1, 2], [3, [4]]]):
        r('array', value, dtype='float64')
    a = ordinary(r.rng, 'int16', (2, 3))
    r('array', [a, a])
    r('array', [a[0], a[1].astype('float32')])
    r('array', [a[0], F([1, 2, 3])])
    r('array', [a, a[0]])
    r.deviation('a number in an array makes float64', 'array', [1, 2, 3], _ours=lambda: np.array([1.0, 2.0, 3.0]))
    r.deviation('a number in an array makes float64', 'array', [[1, 2], [3, 4]], _ours=lambda: np.array([[1.0, 2], [3, 4]]))
    r.deviation('a number in an array makes float64', 'asarray', 5, _ours=lambda: np.array(5.0))


def copies(r):
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'float64', (3, 4)), kind)
        for order in ('C', 'F', 'A', 'K', None):
            r('array', a, order=order)
            r('asarray', a, order=order)
            r('copy', a, order=order or 'K')
            r('.copy', a, order or 'C')
        r('array', a, copy=None)
        r('array', a, copy=False)
        r('asarray', a, copy=True)
        r('asarray', a, 'float32')
        r('asarray', a, dtype='float64', copy=False)
        r('asarray', a, dtype='int32', copy=False)
        r('ascontiguousarray', a)
        r('asfortranarray', a)
        r('ascontiguousarray', a, 'float32')
        r('asanyarray', a)
        r('array', a, ndmin=4)
        for requirement in ('C', 'F', 'W', ['C', 'W'], ['F', 'W'], ['C', 'F'], 'Q', None):
            r('require', a, None, requirement)
        r('require', a, 'float32', ['F'])
        r('copy', a)
    for shape in SHAPES:
        for name in ('ascontiguousarray', 'asfortranarray', 'copy', 'array', 'asarray'):
            r(name, ordinary(r.rng, 'int8', shape))
    for dtype in DTYPES:
        for other in DTYPES:
            if not (np.dtype(dtype).kind in 'fc' and np.dtype(other).kind == 'u'):
                r('array', ordinary(r.rng, dtype, (4,)), dtype=other)


def ranges(r):
    plain = [(5,), (0,), (-3,), (2, 7), (7, 2), (2, 10, 3), (10, 2, -3), (0.5,), (5.5,), (0.5, 3.5), (0, 1, 0.1), (1, 0, -0.25),
             (0, 10, 2.5), (-2.5, 2.5), (0, 1, 0.3), (1, 1.0000001, 1e-8), (3, 3), (0, -1, 0.5), (-5, 5, 3)]
    for args in plain:
        r('arange', *args)
        for dtype in ('float32', 'float64', 'int32', 'complex64', 'uint8', 'float16'):
            if np.dtype(dtype).kind not in 'iu' or all(isinstance(a, int) and 0 <= a for a in args):
                r('arange', *args, dtype=dtype)
    r('arange', 5, step=2)
    r('arange', 1, stop=5)
    r('arange', start=1, stop=5)
    r('arange', 2**40, 2**40 + 3)
    r('arange', 2**53, 2**53 + 4)
    r('arange', 0, 5, 0)
    r('arange', 0, float('nan'))
    r('arange', 0, float('inf'))
    r('arange')
    r('arange', 2, dtype='bool')
    r('arange', 3, dtype='bool')
    r('arange', 0, 10**30)


def spaces(r):
    for args in ((0, 1), (0, 1, 5), (2, 3, 1), (2, 3, 0), (1, -1, 7), (0, 10, 11), (-0.5, 0.5, 4), (3, 3, 4), (0, 5e-324, 3), (1e-3, 1000, 6)):
        r('linspace', *args)
        r('linspace', *args, endpoint=False)
        r('linspace', *args, retstep=True)
        r('linspace', *args, dtype='float32')
        r('linspace', *args, dtype='int32')
    a, b = np.array([0.0, 1.0, -2.0]), np.array([1.0, 5.0, 2.0])
    for axis in (0, -1, 1):
        r('linspace', a, b, 4, axis=axis)
    r('linspace', a, b[:, None], 3)
    r('linspace', 0, a, 3, retstep=True)
    r('linspace', 0, 1 + 2j, 5)
    r('linspace', a.astype('float32'), b.astype('float32'), 3)
    r('linspace', a.astype('int32'), 9, 3)
    for bad in (-1, 2.5, 'x'):
        r('linspace', 0, 1, bad)
    r('linspace', 0)
    r('linspace', a, b, 4, axis=3)
    for args in ((0, 2, 5), (1, 3), (-2.5, 2.5, 6), (0, 1, 1), (2, 0, 4)):
        r('logspace', *args)
        r('logspace', *args, endpoint=False)
        r('logspace', *args, base=2)
        r('logspace', *args, dtype='float32')
    r('logspace', a, b, 4, axis=1)
    r('logspace', 0, 3, 4, base=np.array([2.0, 10.0]))
    for args in ((1, 1000, 4), (1, 256), (1000, 1, 5), (-1, -1000, 4), (1, 256, 9), (0.5, 8, 5), (1, 2, 1), (1, 5, 0)):
        r('geomspace', *args)
        r('geomspace', *args, endpoint=False)
        r('geomspace', *args, dtype='float32')
    r('geomspace', 1j, 1000j, 4)
    r('geomspace', 1 + 1j, 100 - 3j, 5)
    r('geomspace', 0, 1, 4)
    r('geomspace', -1, 1, 4)
    r('geomspace', np.array([1.0, 2.0]), np.array([8.0, 32.0]), 3, axis=1)
    r('geomspace', 1, 16, -2)


def matrices(r):
    for n in (0, 1, 3):
        for m in (None, 0, 2, 5):
            for k in (0, 1, -1, 7):
                r('eye', n, m, k)
                r('tri', n, m, k)
        r('identity', n)
        r('identity', n, 'int8')
        r('eye', n, dtype='complex64', order='F')
    for bad in (-1, 2.5, 'x'):
        r('eye', bad)
        r('identity', bad)
    for dtype in ('float64', 'int32', 'bool', 'complex64', 'float16'):
        a = ordinary(r.rng, dtype, (3, 4), 1, 5)
        for k in (0, 1, -1, 2, -3, 9):
            for name in ('diag', 'tril', 'triu', 'diagflat'):
                r(name, a, k)
            r('diag', a[0], k)
            r('diagflat', a[0], k=k)
            r('triu', a[0], k)
        r('tri', 3, 4, 1, dtype)
    cube = ordinary(r.rng, 'float64', (2, 3, 4))
    for name in ('tril', 'triu', 'diag', 'diagflat'):
        r(name, cube)
        r(name, cube[:, ::-1, 0])
        r(name, np.zeros((0, 2)))
        if name.startswith('diag'):
            r(name, np.array(3.0))


def grids(r):
    x, y, z = np.arange(3.0), np.array([1, 2], 'int16'), np.array([0.5])
    for args in ((x,), (x, y), (x, y, z), (), (x[:0], y), (np.array(2.0), x)):
        for indexing in ('xy', 'ij'):
            for sparse in (False, True):
                r('meshgrid', *args, indexing=indexing, sparse=sparse)
                r('meshgrid', *args, indexing=indexing, sparse=sparse, copy=False)
    r('meshgrid', x, y, indexing='qq')
    for name in ('mgrid.get', 'ogrid.get'):
        for index in ((slice(0, 3),), (slice(0, 3), slice(1, 3)), (slice(None, 3), slice(0, 6, 2)), (slice(0, 1, 5j), slice(0, 2, 3j)),
                      (slice(-1, 1, 0.5),), (slice(-1, 1, 3j),), (slice(0, 0), slice(0, 2)), (slice(0, 2), slice(0.5, 3))):
            r(name, *index)
    a, b = np.array([1.0, 2.0]), np.array([3, 4, 5], 'int32')
    for args in ((a, b), (a, a), ('r', a, b), ('c', a), ('0,2', a, a), ('-1', a[None], a[None]), ('1,2,0', a, a), (slice(0, 4), a),
                 (slice(0, 1, 3j), a), (a, 0.5, 1.5), ('0', a[:, None], a[:, None]), (a[:, None], a[:, None])):
        r('r_.get', *args)
    for args in ((a, a), (a, b[:2]), (a[:, None], a), (slice(0, 2), a), (np.ones((2, 3)), a), (a, b)):
        r('c_.get', *args)
    for args in ((slice(1, 3),), (slice(None, None, 2), None), (Ellipsis, 3), (2,)):
        r('s_.get', *args)
        r('index_exp.get', *args)
    for args in ((a,), (np.arange(3), np.arange(2)), (np.array([True, False, True]), np.arange(2)), (np.zeros(0),), (np.zeros((2, 2)),), ()):
        r('ix_', *args)
    for dims in ((2, 3), (3,), (0, 2), (), (2, 1, 2)):
        r('indices', dims)
        r('indices', dims, sparse=True)
        r('indices', dims, dtype='float32')


def functions_and_bytes(r):
    for f in ('grid', 'same', 'constant'):
        r('fromfunction', FUNCTIONS[f], (2, 3))
    r('fromfunction', FUNCTIONS['same'], (2, 3), dtype='int32')
    r('fromiter', F([1, 2, 3]), 'float64')
    r('fromiter', F([1, 2, 3]), dtype='float32', count=2)
    r('fromiter', F([1, 2, 3]), dtype='float32', count=4)
    r('fromiter', F([]), 'float64')
    r('fromiter', [True, False], 'bool')
    data = bytearray(special('float64').tobytes()[:64])
    for dtype in DTYPES:
        if dtype != 'bool':
            r('frombuffer', data, dtype=dtype)
    r('frombuffer', data)
    r('frombuffer', data, 'int16', 3, 4)
    r('frombuffer', data, 'int16', count=3)
    r('frombuffer', data, 'int32', offset=60)
    for keywords in ({'offset': 64}, {'offset': 65}, {'offset': -1}, {'count': 100}, {'offset': 1}, {'count': 0}):
        r('frombuffer', data, 'float64', **keywords)
    r('frombuffer', bytearray(), 'int8')
    r('frombuffer', data[:7], 'float32')


def errors(r):
    r('array')
    r('array', F([1]), nonsense=1)
    r('array', F([1]), order='Q')
    r('array', F([1]), dtype='float99')
    r('array', wide(r.rng, 'float64', (2, 2)), ndmin=65)
