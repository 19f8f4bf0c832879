"""What a ufunc object does besides the plain call: keywords, reduce, accumulate, reduceat, outer, at, frompyfunc."""

import numpy as np

from .samples import COMPLEX, DTYPES, FLOATS, LAYOUTS, halves, layout, ordinary, special, with_nans
from .tables import FUNCTIONS
from .ufuncs import BINARY, UNARY

REDUCIBLE = [n for n in BINARY if getattr(np, n).nout == 1 and n != 'ldexp']
BUSY = ('add', 'multiply', 'maximum', 'minimum', 'logical_and', 'logical_or', 'bitwise_or', 'bitwise_and', 'bitwise_xor',
        'fmax', 'fmin', 'hypot', 'logaddexp', 'gcd', 'subtract', 'divide')


def record(r):
    out_and_where(r)
    dtype_and_casting(r)
    keyword_errors(r)
    reduce(r)
    accumulate(r)
    reduceat(r)
    outer(r)
    at(r)
    python_functions(r)


def out_and_where(r):
    a, b = ordinary(r.rng, 'float64', (3, 4), 1, 5), ordinary(r.rng, 'int32', (4,), 1, 5)
    mask = r.rng.random((3, 4)) < 0.5
    outs = {d: ordinary(r.rng, d, (3, 4)) for d in DTYPES}
    for name in UNARY + BINARY:
        f = getattr(np, name)
        args = (a, b)[:f.nin]
        ints = (b, b[::-1])[:f.nin]
        for k, x in enumerate(('float64', 'float32', 'int64', 'complex128', 'bool')):
            if f.nout == 1:
                r(name, *args, out=outs[x])
                if k < 3:
                    r(name, *ints, outs[x][1])
                    r(name, *args, out=outs[x], where=mask)
        if f.nout == 1:
            r(name, *args, out=layout(outs['float64'], 'F'))
            r(name, *args, out=layout(outs['float64'], 'reversed'), where=mask[0])
            r(name, *args, out=outs['float64'], where=False)
            r(name, *args, where=True)
            r(name, *args, out=(outs['float64'],))
            r(name, *args, order='F')
            r(name, layout(a, 'F'), *args[1:], order='C')
        else:
            r(name, *args, out=(outs['float64'], None))
            r(name, *args, outs['float64'], outs['float32'])
            r(name, *args, out=(outs['float64'], outs['float64'].copy()), where=mask)
    for d in DTYPES:
        for e in DTYPES:
            r('add', ordinary(r.rng, d, (4,)), ordinary(r.rng, d, (4,)), out=ordinary(r.rng, e, (4,)))
    big = ordinary(r.rng, 'float64', (2, 3, 4))
    r('add', a, b, out=big)
    r('sqrt', np.abs(a), out=big, where=mask)
    r('add', b, 1, out=np.zeros((2, 4), 'int32'), where=mask[:1, :1])


def dtype_and_casting(r):
    arrays = {d: ordinary(r.rng, d, (4,), 1, 5) for d in DTYPES}
    for name in ('add', 'divide', 'sqrt', 'greater', 'floor', 'multiply', 'exp', 'negative', 'bitwise_and', 'isnan', 'power'):
        f = getattr(np, name)
        for d in DTYPES:
            for e in DTYPES:
                if name in ('add', 'sqrt') or e in ('float32', 'int16', 'complex64', 'uint64', 'bool'):
                    r(name, *[arrays[d]] * f.nin, dtype=e)
    for casting in ('no', 'equiv', 'safe', 'same_kind', 'unsafe', 'wrong'):
        for d, e in (('float64', 'float32'), ('float32', 'float64'), ('int64', 'int32'), ('int32', 'float32'),
                     ('float64', 'int32'), ('complex64', 'float32'), ('bool', 'uint8'), ('int8', 'uint8')):
            r('add', arrays[d], arrays[d], dtype=e, casting=casting)
            r('multiply', arrays[d], arrays[d], out=arrays[e], casting=casting)
            r('negative', arrays[d], dtype=e, casting=casting)


def keyword_errors(r):
    a, b = ordinary(r.rng, 'float64', (3, 4)), ordinary(r.rng, 'float64', (3, 4))
    readonly = layout(a, 'readonly')
    for name in ('add', 'greater', 'maximum', 'arctan2', 'logical_xor'):
        r(name, a, b, out=readonly)
        r(name, a, b, out=np.broadcast_to(b[0], (3, 4)))
        r(name, a, b, out=np.zeros((2, 4)))
        r(name, a, b, out=np.zeros((3, 1)))
        r(name, a, b[:, :3])
        r(name, a)
        r(name, a, b, where=np.ones((3, 3), bool))
        r(name, a, b, where=a)
        r(name, a, b, axis=0)
        r(name, a, b, keepdims=True)
        r(name, a, b, nonsense=1)
        r(name, a, b, b.copy(), out=b.copy())
        r(name, a, b, out=(b, b))
        r(name, a, b, dtype='nonsense')
        r(name, a, b, order='X')
        if name != 'logical_xor':
            r(name, a, 'text')
    for name in ('sqrt', 'isnan', 'frexp'):
        r(name)
        r(name, a, b, a.copy(), b)
        r(name, a, out=np.zeros((4, 3)))
        r(name, a, out='x')
        r(name, a, casting='never')


def reduce(r):
    for name in REDUCIBLE:
        for dtype in real_if_power(name, DTYPES):
            a = halves(r.rng, dtype, (3, 4))
            for axis in (0, 1) if dtype in ('float64', 'int32') else (0,):
                r(f'{name}.reduce', a, axis=axis)
            r(f'{name}.reduce', a[:, :1], 1)
            r(f'{name}.reduce', a[0])
        empty = np.zeros((0, 3))
        r(f'{name}.reduce', empty)
        r(f'{name}.reduce', empty, axis=1)
        r(f'{name}.reduce', np.array(5.0))
        r(f'{name}.reduce', np.zeros((2, 0), 'int32'), axis=1, initial=3)
    cube = {d: halves(r.rng, d, (2, 3, 4)) for d in DTYPES}
    mask = r.rng.random((2, 3, 4)) < 0.5
    for name in BUSY:
        main = name in ('add', 'multiply', 'maximum', 'logical_or')
        for d in ('float64', 'float32', 'int32', 'bool', 'uint8', 'complex128', 'float16', 'int64') if main else ('float64', 'int16', 'bool'):
            a = cube[d]
            for axis in (0, -1, (0, 2), (0, 1, 2), None, ()):
                r(f'{name}.reduce', a, axis=axis)
            r(f'{name}.reduce', a, axis=1, keepdims=True)
            r(f'{name}.reduce', a, axis=None, keepdims=True)
            r(f'{name}.reduce', a, axis=1, initial=2)
            r(f'{name}.reduce', a, axis=1, where=mask)
            r(f'{name}.reduce', a, axis=1, where=mask, initial=1)
            r(f'{name}.reduce', a, axis=0, dtype='float64')
            r(f'{name}.reduce', a, axis=0, out=np.zeros((3, 4)))
            r(f'{name}.reduce', a, axis=0, out=np.zeros((3, 4), d))
            r(f'{name}.reduce', a, 2, None, np.zeros((2, 3), 'float32'))
        for kind in LAYOUTS:
            r(f'{name}.reduce', layout(cube['int32'], kind), axis=1)
            r(f'{name}.reduce', layout(cube['float32'], kind), axis=-1)
            r(f'{name}.reduce', layout(cube['int64'], kind).T, axis=0)
        r(f'{name}.reduce', cube['int16'], axis=0, dtype='int8')
        for bad in (3, -4, (0, 0), (0, 5), 0.5, 'x'):
            r(f'{name}.reduce', cube['float64'], axis=bad)
        r(f'{name}.reduce', cube['float64'], axis=0, out=np.zeros((4, 3)))
        r(f'{name}.reduce', cube['float64'], axis=0, out=np.zeros((3, 4), 'int32'))
        r(f'{name}.reduce', cube['float64'], axis=0, where=np.ones(5, bool))
        r(f'{name}.reduce', cube['float64'], nonsense=1)
    for name in ('sqrt', 'negative', 'divmod', 'modf'):
        for method in ('reduce', 'accumulate'):
            r(f'{name}.{method}', cube['float64'])
    for d in FLOATS + COMPLEX:
        for name in ('maximum', 'minimum', 'fmax', 'fmin', 'add', 'multiply', 'hypot' if d in FLOATS else 'add'):
            r(f'{name}.reduce', with_nans(r.rng, d, (4, 5)), axis=0)
            r(f'{name}.reduce', special(d))


def real_if_power(name, dtypes):
    """A chain of complex powers multiplies the rounding of each."""
    return [d for d in dtypes if d not in COMPLEX] if 'power' in name else dtypes


def accumulate(r):
    for name in REDUCIBLE:
        for d in real_if_power(name, ('float64', 'int32', 'bool', 'uint8', 'float32', 'complex64')):
            r(f'{name}.accumulate', halves(r.rng, d, (3, 4)), axis=1)
        r(f'{name}.accumulate', halves(r.rng, 'int64', (5,)))
    a = halves(r.rng, 'float64', (3, 4, 2))
    for name in BUSY:
        for axis in (0, 1, 2, -1, 3, None, (0, 1)):
            r(f'{name}.accumulate', a, axis=axis)
        for kind in LAYOUTS:
            r(f'{name}.accumulate', layout(a.astype('int16'), kind), axis=1)
        r(f'{name}.accumulate', a, axis=1, dtype='float32')
        r(f'{name}.accumulate', a, axis=1, out=np.zeros((3, 4, 2)))
        r(f'{name}.accumulate', a, 1, None, np.zeros((3, 4, 2), 'float32'))
        r(f'{name}.accumulate', a, axis=1, out=np.zeros((3, 4)))
        r(f'{name}.accumulate', np.zeros((0, 3)))
        r(f'{name}.accumulate', np.zeros((3, 0)), axis=1)
        r(f'{name}.accumulate', np.array(1.0))
        r(f'{name}.accumulate', a, keepdims=True)


def reduceat(r):
    a, m = halves(r.rng, 'float64', (8,)), halves(r.rng, 'int32', (4, 6))
    pairs = np.array([0, 4, 1, 5, 2, 6, 3, 7])
    for name in REDUCIBLE:
        r(f'{name}.reduceat', a.astype('int32'), np.array([0, 3, 3, 6]))
        r(f'{name}.reduceat', np.abs(a), np.array([0, 2, 5]))
    for name in BUSY:
        r(f'{name}.reduceat', np.abs(a), pairs)
        r(f'{name}.reduceat', np.abs(a), pairs[::2], dtype='float32')
        for axis in (0, 1, -1, 2):
            r(f'{name}.reduceat', m, np.array([0, 2, 1]), axis=axis)
            r(f'{name}.reduceat', layout(m, 'F'), np.array([3, 0]), axis)
        r(f'{name}.reduceat', m, np.array([0, 2]), axis=1, out=np.zeros((4, 2), 'int64'))
        for bad in ([8], [-1], [[0, 1]], []):
            r(f'{name}.reduceat', a, np.array(bad, dtype='int64'))
        r(f'{name}.reduceat', a, np.array([0.5, 1.5]))


def outer(r):
    for name in REDUCIBLE + ['divmod']:
        for d, e in (('float64', 'float64'), ('int32', 'uint8'), ('bool', 'float32'), ('int64', 'int8')):
            r(f'{name}.outer', ordinary(r.rng, d, (3,), 1, 5), ordinary(r.rng, e, (4,), 1, 5))
        r(f'{name}.outer', ordinary(r.rng, 'int16', (2, 3), 1, 5), ordinary(r.rng, 'int16', (2,), 1, 5))
        r(f'{name}.outer', ordinary(r.rng, 'int16', (), 1, 5), ordinary(r.rng, 'int16', (2,), 1, 5))
    a = ordinary(r.rng, 'float64', (3,))
    r('add.outer', a, a, out=np.zeros((3, 3)))
    r('add.outer', a, a, dtype='float32')
    r('add.outer', a, a, where=np.eye(3, dtype=bool), out=np.zeros((3, 3)))
    r('add.outer', a, 2)
    r('add.outer', 2.5, a)
    r('add.outer', a)
    r('sqrt.outer', a, a)
    r('add.outer', np.zeros(0), a)


def at(r):
    index = np.array([0, 2, 2, -1])
    for name in REDUCIBLE:
        for d in ('float64', 'int32'):
            r(f'{name}.at', ordinary(r.rng, d, (5,), 1, 5), index, ordinary(r.rng, d, (4,), 1, 5))
    for name in UNARY:
        if getattr(np, name).nout == 1:
            r(f'{name}.at', ordinary(r.rng, 'float64', (5,), 1, 5), index[[0, 1, 3]])
            r(f'{name}.at', ordinary(r.rng, 'int32', (5,), 1, 5), index[[0, 1, 3]])
    for name in ('negative', 'square', 'invert'):
        r(f'{name}.at', ordinary(r.rng, 'int32', (5,), 1, 5), index)
    m = ordinary(r.rng, 'float64', (3, 4))
    for name in BUSY + ('copysign', 'power'):
        r(f'{name}.at', m, (index[:2], index[1:3]), 2.5)
        r(f'{name}.at', m, index[:3], ordinary(r.rng, 'float64', (4,)))
        r(f'{name}.at', m, (slice(None), index), ordinary(r.rng, 'float64', (3, 4)))
        r(f'{name}.at', m, m > 0, 1)
        r(f'{name}.at', layout(m.astype('int16'), 'reversed'), index[:2], 3)
        r(f'{name}.at', m, np.array([5]), 1)
        r(f'{name}.at', m, index[:2], ordinary(r.rng, 'float64', (3,)))
        r(f'{name}.at', layout(m, 'readonly'), index[:2], 1)
        r(f'{name}.at', m.astype('int32'), index[:2], 1.5)
        r(f'{name}.at', m.astype('float32'), index[:2], m[:2])
        r(f'{name}.at', m, 1, 2)
        r(f'{name}.at', m, Ellipsis, 2)
        r(f'{name}.at', m, index[:2])


def python_functions(r):
    a, b = halves(r.rng, 'float64', (3, 4)), halves(r.rng, 'float64', (4,))
    for f in ('plus', 'larger', 'hypotenuse'):
        r('vectorize:call', FUNCTIONS[f], {}, a, b)
        r('vectorize:call', FUNCTIONS[f], {'otypes': ['float32']}, a, b)
        r('vectorize:call', FUNCTIONS[f], {'otypes': 'd'}, a, 0.5)
        r('vectorize:call', FUNCTIONS[f], {}, a, b[:3])
        r('frompyfunc:call', FUNCTIONS[f], 2, 1, a, b)
        r('frompyfunc:call', FUNCTIONS[f], 2, 1, a, 0.5)
    for f in ('square_plus_one', 'is_positive'):
        r('vectorize:call', FUNCTIONS[f], {}, a)
        r('vectorize:call', FUNCTIONS[f], {'otypes': ['float64']}, np.zeros((0, 2)))
        r('vectorize:call', FUNCTIONS[f], {}, np.zeros((0, 2)))
        r('frompyfunc:call', FUNCTIONS[f], 1, 1, a)
    r('vectorize:call', FUNCTIONS['mean_of_row'], {'signature': '(n)->()'}, a)
    r('vectorize:call', FUNCTIONS['mean_of_row'], {'signature': '(n)->()'}, b)
    r('vectorize:call', FUNCTIONS['both'], {'otypes': 'dd'}, a, b)
    r('vectorize:call', FUNCTIONS['plus'], {'otypes': 'd', 'excluded': [1]}, a, 2.5)
