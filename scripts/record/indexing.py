"""`a[index]` and `a[index] = value` with every kind of index and every mixture, and the functions around them."""

import numpy as np

from .core import Big, F, Text
from .samples import DTYPES, LAYOUTS, layout, ordinary
from .tables import FUNCTIONS


def arange(shape, dtype='float64'):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


I = np.array
ALL = slice(None)


def basic_indices():
    return [(), (0,), (-1,), (1, 2), (1, 2, 2), (-2, -3, -3), (ALL,), (slice(1, 3),), (slice(None, None, -1),), (slice(None, None, 2), 1),
            (Ellipsis,), (Ellipsis, 0), (0, Ellipsis), (0, Ellipsis, 1), (None,), (None, 0), (Ellipsis, None), (ALL, None, 1),
            (None, Ellipsis, None), (slice(5, 1, -1), slice(-3, None)), (slice(2, 2),), (slice(10, 20),), (slice(-100, 100, 3),),
            (0, slice(None, None, -2), slice(3, 0, -1)), (ALL, ALL, ALL), (1, ALL, None, slice(1, 2)), (None, None, None),
            (slice(3, None, -1), 0, slice(None, 2))]


def texts():
    return ['1:3', '::-1', '...', '1:3, ::-1', ':, None, 1', '-1', '0, 1, 2', '..., 0', '::2, 1:, ::-2', 'None', ' 1 : 3 , 2 ', ':', '::',
            '1:, ..., -1', '2:1', 'np.newaxis, 0']


def fancy_indices():
    return [(I([0, 1]),), (I([[0, 1], [1, 0]]),), (I([0, -1, 0]), I([2, 1, 0])), (I([0, 1])[:, None], I([0, 2])), (ALL, I([0, 2])),
            (I([0, 1]), ALL), (I([0, 1]), ALL, I([0, 2])), (ALL, I([0, 1]), I([1, 2])), (0, I([0, 1])), (I([0, 1]), 0), (I([0, 1]), ALL, 0),
            (0, ALL, I([0, 1])), (Ellipsis, I([1, 0])), (I([1, 0]), Ellipsis), (I([1, 0]), None, I([0, 1])), (None, I([1, 0])),
            (I([0, 1]), slice(1, 3)), (slice(0, 2), I([0, 2]), slice(None, None, -1)), (I([], dtype='int64'),), (I(1),), (I(1), I([0, 2])),
            (I([[0], [1]]), I([[0, 1, 2]]), I(2)), (I([0, 1], 'int8'),), (I([0, 1], 'uint8'), I([1, 2], 'uint64')), (I([1, 1, 1]), slice(None, None, -1), 2),
            (I([[1]]), ALL, I([[0, 2]])), (ALL, I([[0, 1]]), None, I([[2], [1]])), (0, None, I([0, 1]))]


def mask_indices(shape):
    whole = np.arange(np.prod(shape)).reshape(shape) % 3 == 0
    rows = np.arange(shape[0]) % 2 == 0
    return [(whole,), (rows,), (rows, 0), (ALL, whole[0]), (ALL, whole[0, :, 0]), (Ellipsis, whole[0, 0]), (rows, I([0])), (rows, ALL, whole[0, 0]),
            (np.zeros(shape, bool),), (np.zeros(shape[0], bool),), (whole[:, :, 0],), (whole[:, :, 0], 1), (rows, None), (None, whole),
            (True,), (False,), (I(True),), (True, 0), (ALL, True), (I([True] * shape[0]),), (ALL, whole[0]), (0, whole[0])]


def bad_indices(shape):
    return [(shape[0],), (-shape[0] - 1,), (0, 0, 0, 0), (Ellipsis, Ellipsis), (0.5,), (I([0.5]),), (I([shape[0]]),), (I([-shape[0] - 1]),),
            (I([0, 1]), I([0, 1, 2])), (I([True]),), (np.ones(shape[::-1], bool),), ('x',), (float('nan'),), (I([0, np.nan]),), (1 + 0.5j,),
            (slice(None, None, 0),), (slice(0.5, 1),), (np.ones(shape + (1,), bool),), (I([0]), I([5]), I([0]), I([0])), (ALL, ALL, shape[2]),
            (2**40,), (-2**62,), (ALL, I([7])), (slice(None, 'x'),)]


def record(r):
    getting(r)
    setting(r)
    overlapping(r)
    selecting(r)
    along_axis(r)
    writing(r)
    numbering(r)
    triangles(r)


def getting(r):
    a = arange((3, 4, 3))
    for kind in LAYOUTS:
        x = layout(a.astype('int32'), kind)
        for index in basic_indices() + fancy_indices()[::2] + mask_indices(a.shape)[::2]:
            r('get', x, *index)
    for dtype in ('float64', 'bool', 'complex128', 'float16', 'uint8', 'int64'):
        x = (a % 7).astype(dtype)
        for index in fancy_indices() + mask_indices(a.shape):
            r('get', x, *index)
        r('get', x, 1, 2, 2)
    for text in texts():
        r('get', a, Text(text))
    for index in bad_indices(a.shape):
        r('get', a, *index)
    for x in (np.array(5.0), np.zeros(0), np.zeros((0, 3)), np.zeros((2, 0)), np.array([7])):
        for index in ((), (Ellipsis,), (None,), (0,), (True,), (False,), (ALL,), (I([], dtype='int64'),), (np.asarray(x > 0),), (I([0]),), (Ellipsis, None), (-1,), (None, Ellipsis)):
            r('get', x, *index)
    r('get', a, [0, 1])
    r('get', a, [[0], [1]], [0, 1])
    r('get', a, [True, False, True])
    r('get', a, Big([0, 1]))
    r('get', a, F([0, 5]))
    for value in (2, 1):
        r('.item', a, value, 0, 1)
    for i in (0, 35, -1, 36, -37):
        r('.item', a, i)
    r('.item', a, (1, 2, 0))
    r('.item', a, 1, 2)
    r('.item', a)
    r('.item', np.array([7], 'int8'))
    r('iter', a[0])
    r('iter', np.arange(4))
    r('iter', np.array(1.0))
    r.deviation('a float64 array of whole numbers is an index', 'get', a, np.array([0.0, 2.0]), _ours=lambda: a[[0, 2]])
    r.deviation('a float64 array of whole numbers is an index', 'get', a, np.array([[1.0], [-1.0]]), 0, _ours=lambda: a[np.array([[1], [-1]]), 0])
    r.deviation('a float64 array of whole numbers is an index', 'take', a, np.array([3.0, 2.0]), _ours=lambda: a.take([3, 2]))


def setting(r):
    shape = (3, 4, 3)
    for dtype in ('float64', 'int16', 'complex64', 'bool', 'float16', 'uint64'):
        for kind in ('C', 'F', 'reversed', 'stepped') if dtype == 'int16' else ('C', 'F'):
            x = layout((arange(shape) % 5).astype(dtype), kind)
            indices = basic_indices() + fancy_indices() + mask_indices(shape)
            for index in indices if (dtype, kind) in (('float64', 'C'), ('int16', 'F')) else indices[::3]:
                r('set', x, *index, 7)
                picked = x[index if len(index) != 1 else index[0]]
                if np.ndim(picked) and kind != 'reversed':
                    r('set', x, *index, ordinary(r.rng, 'int8', np.shape(picked), 0, 9))
                    r('set', x, *index, ordinary(r.rng, 'float32', np.shape(picked)[-1:], 1, 9))
    a = arange(shape)
    for text in texts():
        r('set', a, Text(text), 9)
    for index in bad_indices(shape):
        r('set', a, *index, 1)
    for dtype in DTYPES:
        for other in DTYPES:
            if not (np.dtype(dtype).kind in 'ui' and np.dtype(other).kind in 'fc'):
                r('set', np.zeros(4, dtype), slice(1, 3), ordinary(r.rng, other, (2,), 0, 9))
                r('set', np.zeros(4, dtype), I([0, 2]), ordinary(r.rng, other, (2,), 0, 9))
        for value in (3, 1.5, True, -1, 300, 2 + 1j, 2**40, F(4)):
            r('set', np.zeros(3, dtype), 1, value)
            r('set', np.zeros(3, dtype), ALL, value)
            r('set', np.zeros(3, dtype), I([True, False, True]), value)
    r('set', np.zeros(3, 'int8'), 0, float('nan'))
    r('set', np.zeros(3, 'int32'), ALL, float('inf'))
    r('set', a, 0, np.zeros(3))
    r('set', a, 0, np.zeros((2, 4, 3)))
    r('set', a, 0, np.zeros((1, 1, 4, 3)))
    r('set', a, I([0, 1]), np.zeros((3, 4, 3)))
    r('set', a, a > 5, np.zeros(3))
    r('set', a, a > 5, np.arange(30.0))
    r('set', a, a > 100, np.zeros(3))
    r('set', a, a > 5, np.zeros((2, 15)))
    r('set', a, 0, F([1, 2, 3]))
    r('set', a, 0, 0, F([1, 2]))
    r('set', np.array(1.0), 5)
    r('set', np.array(1.0), Ellipsis, np.array([2.0]))
    r('set', np.array(1.0), np.array([2.0, 3.0]))
    r('set', np.zeros((0, 3)), ALL, 1)
    r('set', np.zeros((0, 3)), ALL, np.zeros((2, 3)))
    r('set', I([1, 1, 1]), I([0, 0, 0]), I([5, 6, 7]))
    r('set', layout(a, 'readonly'), 0, 1)
    r('set', layout(a, 'broadcast'), 0, 1)
    r('set', layout(a, 'readonly'), I([0]), 1)
    r('set', layout(a, 'readonly'), a > 0, 1)


def overlapping(r):
    a = np.arange(10.0)
    for target, source in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None)), (ALL, slice(None, None, -1)),
                           (slice(None, None, 2), slice(5, None)), (slice(2, 8), slice(7, 1, -1)), (slice(5, 0, -1), slice(0, 5))):
        r('set', a, target, a[source])
        r('copyto', a[target], a[source])
    r('set', a, I([0, 1, 2]), a[1:4])
    r('set', a, I([9, 8, 7]), a[:3])
    r('set', a, a > 4, a[:5])
    m = arange((4, 4))
    r('set', m, ALL, m.T)
    r('set', m, ALL, m[:, ::-1])
    r('set', m, ALL, m[0])
    r('set', m, ALL, m[:, :1])
    r('set', m, slice(1, None), m[:-1])
    r('set', m, ALL, slice(1, None), m[:, :-1].T[:3].T)
    r('copyto', m, m.T)
    r('copyto', m, m[::-1], where=m > 5)
    r('copyto', m[:, 1:], m[:, :-1])


def selecting(r):
    a = arange((3, 4), 'int32')
    for mode in ('raise', 'wrap', 'clip'):
        for index in (I([0, 2, -1]), I([[0, 1], [5, -7]]), I(1), I([], dtype='int64'), I([100])):
            for axis in (None, 0, 1, -1):
                r('take', a, index, axis, mode=mode)
                r('.take', a, index, axis, None, mode)
    r('take', a, 1)
    r('take', a, [0, 1], 0)
    r('take', a, I([0, 1]), out=np.zeros(2, 'int32'))
    r('take', a, I([0, 1]), out=np.zeros(2, 'float32'))
    r('take', a, I([0, 1]), out=np.zeros(3, 'int32'))
    r('take', a, I([0.5]))
    r('take', a, I([0]), axis=2)
    r('take', np.zeros((0, 3)), I([0]), axis=0)
    r('take', np.zeros((0, 3)), I([1]), axis=1)
    for kind in LAYOUTS:
        r('take', layout(a, kind), I([[2, 1], [0, 2]]), axis=0)
        r('take', layout(a, kind), I([3, 1, 0]), axis=1)
        r('compress', [True, False, True], layout(a, kind), axis=0)
        r('where', layout(a, kind) > 3, layout(a, kind), 0)
        r('nonzero', layout(a, kind))
        r('argwhere', layout(a % 3, kind))
    choices = [I([0, 1, 2, 3]), I([10, 11, 12, 13]), I([20, 21, 22, 23])]
    for c in (I([0, 1, 2, 0]), I([[2], [1]]), I([0, 1, 3, 0]), I([-1, 0, 0, 0]), I(1)):
        for mode in ('raise', 'wrap', 'clip'):
            r('choose', c, choices, mode=mode)
    r('choose', I([0, 1]), [I([1, 2]), I([1.5, 2.5])])
    r('choose', I([0, 1]), [5, I([1.5, 2.5])])
    r('.choose', I([0, 1]), [I([1, 2]), I([3, 4])])
    r('choose', I([0, 1]), [I([1, 2, 3]), I([3, 4])])
    x = np.arange(6.0)
    r('select', [x < 2, x > 3], [x, x**2], 42)
    r('select', [x < 2, x > 3], [x.astype('int8'), x], 0)
    r('select', [x < 2, x > 1], [x, x**2])
    r('select', [x < 2], [x, x])
    r('select', [], [])
    r('select', [x.astype('int8')], [x])
    r('select', [(x < 2)[:, None]], [x])
    for d in DTYPES:
        for e in DTYPES[::2]:
            r('where', x[:4] > 1, ordinary(r.rng, d, (4,)), ordinary(r.rng, e, (4,)))
        for scalar in (1, 0.5, True, -1, 1j, 300):
            r('where', x[:4] > 1, ordinary(r.rng, d, (4,)), scalar)
        r('nonzero', ordinary(r.rng, d, (3, 4), 0, 2) if d != 'float16' else np.array([0, 1, np.nan, -0.0], d))
        r('argwhere', ordinary(r.rng, d, (2, 3), 0, 2))
        r('flatnonzero', ordinary(r.rng, d, (2, 3), 0, 2))
        r('where', ordinary(r.rng, d, (2, 3), 0, 2))
        r('where', ordinary(r.rng, d, (4,), 0, 2), x[:4], -x[:4])
        r('.nonzero', ordinary(r.rng, d, (7,), 0, 2))
    r('where', True, x, 0)
    r('where', x > 2, 1, 0)
    r('where', x > 2, 1, 0.5)
    r('where', x > 2, x)
    r('where', x > 2, x[:, None], x[:2, None].T)
    r('where', (x > 2)[:, None], x[:2], F([1, 2]))
    r('where', I(float('nan')), x, 1)
    for z in (np.array(0), np.array(1), np.zeros((0, 2)), np.zeros((3, 0))):
        r('nonzero', z)
        r('argwhere', z)
        r('flatnonzero', z)
    for condition in ([True, False, True], I([0, 1, 1]), [False], [True] * 5, I([[True]]), []):
        for axis in (None, 0, 1, 2):
            r('compress', condition, a, axis)
        r('.compress', a, condition, 1)
    r('compress', [True, False], a, 0, np.zeros((1, 4), 'int32'))
    r('extract', a > 4, a)
    r('extract', I([1, 0, 1, 0]), a)
    r('extract', np.zeros((3, 4)), a)
    for k in (0, 1, -1, 3, -5):
        r('diagonal', a, k)
        r('.diagonal', a, k)
        r('diagonal', arange((2, 3, 4)), k, 1, 2)
        r('diagonal', arange((2, 3, 4)), offset=k, axis1=-1, axis2=0)
    r('diagonal', a, 0, 0, 0)
    r('diagonal', a, axis1=2)
    r('diagonal', a[0])
    r('set', np.diagonal(a), 0, 1)


def along_axis(r):
    a = r.rng.permutation(24).reshape(4, 6)
    for axis in (0, 1, -1, None):
        order = np.argsort(a, axis=axis, kind='stable')
        r('take_along_axis', a, order, axis)
        r('take_along_axis', a.astype('float32'), order[:2] if axis != 0 else order[:, :6], axis)
        r('put_along_axis', a.copy(), order[:1] if axis is not None else order[:2], 99, axis)
        r('put_along_axis', a.astype('float64'), order, a / 2, axis)
    r('take_along_axis', a, np.array([[0], [1]]), 1)
    r('take_along_axis', a, np.array([0, 1]), 1)
    r('take_along_axis', a, np.array([[9], [0], [0], [0]]), 1)
    r('take_along_axis', a, np.array([[0.5]]), 1)
    r('take_along_axis', a, np.array([[0]]), 2)
    r('take_along_axis', a, np.array([[-1], [0], [2], [-2]]), axis=1)


def writing(r):
    a = arange((3, 4), 'int32')
    for mode in ('raise', 'wrap', 'clip'):
        for index in (I([0, 5]), I([20, -30]), I([[0], [-1]]), I([], dtype='int64')):
            r('put', a, index, I([100, 200]), mode)
            r('.put', a, index, 7, mode=mode)
    r('put', a, I([0, 1, 2, 3]), I([1, 2]))
    r('put', a, 3, -5)
    r('put', a, I([0, 1]), I([], dtype='int32'))
    r('put', layout(a, 'F'), I([1, 2]), I([100, 200]))
    r('put', layout(a, 'readonly'), I([1]), 1)
    r('put', a, I([0.5]), 1)
    mask = a % 3 == 0
    for values in (I([7]), I([7, 8, 9]), 5, I([1.5]), a * 2, I([], dtype='int32')):
        r('place', a, mask, values)
        r('putmask', a, mask, values)
    r('putmask', a.astype('float64'), mask, I([1.5, 2.5]))
    r('putmask', layout(a, 'stepped'), mask, I([1, 2, 3]))
    r('putmask', a, mask[0], 1)
    r('place', a, mask[0], I([1]))
    for source in (5, I([1, 2, 3, 4]), a[:, ::-1], a[::-1, :1], True):
        r('copyto', a, source)
        r('copyto', layout(a, 'F'), source, where=mask)
        r('copyto', layout(a, 'stepped'), source, where=mask[0])
    for casting in ('same_kind', 'unsafe', 'safe', 'no'):
        r('copyto', a, I([1.0, 2.0, 3.0, 4.0]), casting)
        r('copyto', a.astype('float32'), I([1.0, 2.0, 3.0, 4.0]), casting)
    r('copyto', a, 2.5)
    r('copyto', a, I([1, 2, 3]))
    r('copyto', layout(a, 'readonly'), 1)
    r('copyto', a, 5, where=np.ones(3, bool))
    r('copyto', np.zeros(3, 'uint8'), 300)
    for shape in ((4, 4), (3, 5), (5, 3), (3, 3, 3), (7, 2), (4,), (2, 3, 2)):
        for wrap in (False, True):
            r('fill_diagonal', np.zeros(shape), 5, wrap)
        r('fill_diagonal', np.zeros(shape, 'int32'), I([1, 2]))
    r('.fill', a, 3)
    r('.fill', layout(a, 'stepped'), 2)
    r('.fill', a, 2.5)
    r('.fill', np.zeros(2, 'uint8'), 256)


def numbering(r):
    r('ravel_multi_index', (I([3, 6, 6]), I([4, 5, 1])), (7, 6))
    r('ravel_multi_index', (I([3, 6, 6]), I([4, 5, 1])), (7, 6), order='F')
    r('ravel_multi_index', (3, 1), (4, 6))
    for mode in ('raise', 'wrap', 'clip', ('clip', 'wrap')):
        r('ravel_multi_index', (I([3, 9, -1]), I([4, 7, 1])), (4, 6), mode)
    r('ravel_multi_index', (I([0]), I([0]), I([0])), (4, 6))
    r('ravel_multi_index', (I([0.5]), I([0])), (4, 6))
    r('ravel_multi_index', I([[3, 6], [4, 5]]), (7, 6))
    for index in (I([22, 41, 37]), 1621, I([[0, 5], [3, 2]]), 42, -1, I([0.5])):
        r('unravel_index', index, (7, 6))
        r('unravel_index', index, (6, 7, 8, 9), order='F')
    r('unravel_index', I([], dtype='int64'), (10, 3, 5))
    r('unravel_index', 0, ())
    for n, ndim in ((3, 2), (0, 2), (4, 1), (2, 3)):
        r('diag_indices', n, ndim)
    r('diag_indices_from', np.zeros((3, 3)))
    r('diag_indices_from', np.zeros((3, 4)))
    r('diag_indices_from', np.zeros(3))


def triangles(r):
    for n, m in ((3, None), (3, 5), (4, 2), (0, None), (1, 1)):
        for k in (0, 1, -1, 4):
            r('tril_indices', n, k, m)
            r('triu_indices', n, k, m)
    for k in (0, 1, -2):
        r('tril_indices_from', np.zeros((3, 4)), k)
        r('triu_indices_from', np.zeros((3, 4)), k)
        r('mask_indices', 3, FUNCTIONS['upper'], k)
    r('tril_indices_from', np.zeros(3))
