"""Linear algebra: dtypes, layouts, stacks, empty and singular matrices, norms of every order, and what is refused.

Matrices that equations are solved with have condition numbers below 10, so that results agree to a few units in the last place.
"""

import itertools

import numpy as np

from .core import F
from .samples import DTYPES, LAYOUTS, layout, ordinary

WIDE = ('float32', 'float64', 'complex64', 'complex128')
SIZES = (1, 2, 3, 5, 9, 20)
SOLVED = ('linalg.inv', 'linalg.det', 'linalg.slogdet')
MODES = ('reduced', 'complete', 'r', 'raw')


def record(r):
    dtypes(r)
    sizes(r)
    layouts(r)
    stacks(r)
    factors(r)
    singular(r)
    special_values(r)
    tensors(r)
    powers(r)
    norms(r)
    products(r)
    singular_values(r)
    eigenvalues(r)
    errors(r)


def orthonormal(r, dtype, shape):
    return np.linalg.qr(ordinary(r.rng, dtype, shape))[0]


def regular(r, dtype, *shape):
    """Matrices with singular values between 1 and 4; integers near multiples of the identity."""
    n = shape[-1]
    if np.dtype(dtype).kind not in 'fc' or dtype == 'float16':
        return (ordinary(r.rng, dtype, shape, low=0, high=3) + np.eye(n, dtype='int8') * 12).astype(dtype) if dtype != 'bool' else np.broadcast_to(np.tri(n, dtype=bool), shape).copy()
    kind = 'complex128' if np.dtype(dtype).kind == 'c' else 'float64'
    values = r.rng.uniform(1, 4, shape[:-1])
    return ((orthonormal(r, kind, shape) * values[..., None, :]) @ orthonormal(r, kind, shape)).astype(dtype)


def definite(r, dtype, *shape):
    a = regular(r, dtype, *shape)
    if np.dtype(dtype).kind not in 'fc':
        return (a + np.swapaxes(a, -1, -2)) if dtype != 'bool' else np.broadcast_to(np.eye(shape[-1], dtype=bool), shape).copy()
    return a @ np.conj(np.swapaxes(a, -1, -2))


def dtypes(r):
    for d in DTYPES:
        a = regular(r, d, 3, 3)
        for name in SOLVED:
            r(name, a)
        r('linalg.cholesky', definite(r, d, 3, 3))
        for mode in MODES:
            r('linalg.qr', ordinary(r.rng, d, (4, 3)), mode)
        r('linalg.solve', a, ordinary(r.rng, d, 3))
        r('linalg.norm', ordinary(r.rng, d, 6))
        r('linalg.matrix_power', ordinary(r.rng, d, (3, 3)) if d != 'bool' else a, 4)
        r('linalg.matrix_power', a, 0)
    for one, other in itertools.product(('int16', 'float32', 'float64', 'complex64', 'complex128'), repeat=2):
        r('linalg.solve', regular(r, one, 3, 3), ordinary(r.rng, other, (3, 2)))


def sizes(r):
    for n in SIZES:
        for d in ('float64', 'complex128'):
            a = regular(r, d, n, n)
            for name in SOLVED:
                r(name, a)
            r('linalg.solve', a, ordinary(r.rng, d, n))
            r('linalg.solve', a, ordinary(r.rng, d, (n, 3)))
            r('linalg.cholesky', definite(r, d, n, n))
            r('linalg.cholesky', definite(r, d, n, n), upper=True)
    for m, n in ((1, 1), (1, 4), (4, 1), (3, 5), (5, 3), (9, 7)):
        for d in ('float64', 'complex128'):
            for mode in MODES:
                r('linalg.qr', ordinary(r.rng, d, (m, n)), mode=mode)
    # Larger than what is factored column by column.
    a = regular(r, 'float64', 36, 36)
    for name in SOLVED:
        r(name, a)
    r('linalg.cholesky', a @ a.T)
    r('linalg.qr', a)


def layouts(r):
    for name in LAYOUTS:
        a = layout(regular(r, 'float64', 4, 4), name)
        for function in SOLVED:
            r(function, a)
        r('linalg.solve', a, layout(ordinary(r.rng, 'float64', (4, 2)), name))
        r('linalg.cholesky', layout(definite(r, 'complex64', 2, 3, 3), name))
        if name != 'broadcast':  # equal rows leave most of Q open
            r('linalg.qr', layout(ordinary(r.rng, 'float64', (4, 3)), name))
        r('linalg.norm', layout(ordinary(r.rng, 'float64', (4, 3)), name))


def stacks(r):
    for shape in ((2, 3, 3), (2, 2, 4, 4), (1, 3, 3), (0, 3, 3), (3, 0, 0), (0, 0), (2, 0, 0, 0)):
        a = regular(r, 'float64', *shape) if 0 not in shape else np.zeros(shape)
        for function in (*SOLVED, 'linalg.cholesky'):
            r(function, a if function != 'linalg.cholesky' else a @ np.swapaxes(a, -1, -2))
        for mode in MODES:
            r('linalg.qr', a, mode)
    for shape in ((0, 3), (3, 0), (2, 0, 3), (2, 3, 0), (0, 3, 2)):
        for mode in MODES:
            r('linalg.qr', np.zeros(shape), mode)
    a = regular(r, 'float64', 2, 1, 3, 3)
    for shape in ((3,), (3, 2), (2, 1, 3, 2), (4, 3, 2), (3, 0), (0, 3, 2), (2, 3)):
        r('linalg.solve', a, ordinary(r.rng, 'float64', shape))
    r('linalg.solve', a[0, 0], ordinary(r.rng, 'float64', (2, 2, 3, 1)))
    r('linalg.solve', np.zeros((0, 0)), np.zeros(0))
    r('linalg.solve', np.zeros((0, 0)), np.zeros((0, 4)))
    r('linalg.solve', np.zeros((0, 3, 3)), np.zeros(3))


def factors(r):
    # What is not read does not matter.
    for d in WIDE:
        a = definite(r, d, 2, 3, 3)
        for upper in (False, True):
            half = np.tril(a) if upper else np.triu(a)
            r('linalg.cholesky', a + (half - half * np.eye(3, dtype=d)), upper=upper)
    for d in WIDE:
        for mode in MODES:
            r('linalg.qr', ordinary(r.rng, d, (2, 4, 3)), mode)
            r('linalg.qr', np.zeros((3, 2), d), mode)
            r('linalg.qr', np.eye(3, 4, dtype=d), mode)
    r('linalg.qr', np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.0]]))
    r('linalg.qr', [[1, 2], [3, 4]])


def singular(r):
    for a in (np.zeros((2, 2)), np.ones((3, 3)), np.array([[1.0, 2.0], [2.0, 4.0]]), np.diag([1.0, 0.0, 2.0])):
        for d in ('float64', 'complex64'):
            for function in SOLVED:
                r(function, a.astype(d))
            r('linalg.solve', a.astype(d), ordinary(r.rng, d, len(a)))
            r('linalg.cholesky', a.astype(d))
    for function in (*SOLVED, 'linalg.cholesky'):
        r(function, np.array([np.eye(2), np.zeros((2, 2)), np.eye(2)]))
        r(function, np.array([[1.0, 2.0], [2.0, 1.0]]))
        r(function, np.array([[-1.0]]))
    r('linalg.cholesky', np.array([[1, 1j], [-1j, 1]]))
    r('linalg.det', np.diag([1e200, 1e200, 1e-300]))
    r('linalg.slogdet', np.diag([1e-200, 1e-200, 1e-200]))
    r('linalg.det', np.array([[0.0, 1.0], [1.0, 0.0]]))
    r('linalg.slogdet', np.array([[0, 1j], [1j, 0]]))


def special_values(r):
    r('linalg.cholesky', np.array([[np.inf, 1.0], [1.0, 3.0]]))
    # OpenBLAS, unlike LAPACK's own code, does not look for NaN.
    r.deviation('NaN is not positive', 'linalg.cholesky', np.array([[np.nan, 1.0], [1.0, 3.0]]),
                _ours=np.linalg.LinAlgError('Matrix is not positive definite'))
    for values in ([1e-200, 3e-200], [1e200, 1e200], [5e-324, 0.0]):
        r('linalg.qr', np.array([values, values[::-1]]))
        r('linalg.norm', np.array(values) if values[0] < 1e-300 else np.array([3.0]))


def tensors(r):
    a = regular(r, 'float64', 6, 6)
    r('linalg.tensorsolve', a.reshape(2, 3, 6), ordinary(r.rng, 'float64', (2, 3)))
    r('linalg.tensorsolve', a.reshape(6, 2, 3), ordinary(r.rng, 'float64', 6))
    r('linalg.tensorsolve', a.reshape(2, 3, 6).transpose(2, 0, 1).copy(), ordinary(r.rng, 'float64', (2, 3)), axes=[0])
    r('linalg.tensorsolve', a.reshape(2, 3, 6), ordinary(r.rng, 'float64', (3, 2)), (0, 2))
    r('linalg.tensorsolve', a.reshape(2, 3, 6), ordinary(r.rng, 'float64', 6))
    r('linalg.tensorsolve', a.reshape(2, 3, 6), ordinary(r.rng, 'float64', (2, 3)), axes=[3])
    r('linalg.tensorinv', a.reshape(2, 3, 6))
    r('linalg.tensorinv', a.reshape(6, 3, 2), ind=1)
    r('linalg.tensorinv', a.reshape(6, 3, 2), 1)
    for ind in (0, -1, 3):
        r('linalg.tensorinv', a.reshape(2, 3, 6), ind=ind)
    r('linalg.tensorinv', np.zeros((2, 3, 6)))


def powers(r):
    for d in ('int64', 'float32', 'complex128'):
        a = ordinary(r.rng, d, (2, 3, 3), low=-2, high=2)
        for n in range(8):
            r('linalg.matrix_power', a, n)
        for n in (-1, -2, -3, -5):
            r('linalg.matrix_power', regular(r, d, 3, 3), n)
    for n in (2.5, 'text', None, [2]):
        r('linalg.matrix_power', np.eye(2), n)
    r('linalg.matrix_power', np.ones((2, 3)), 2)
    r('linalg.matrix_power', np.ones((2, 2)), -1)
    r('linalg.matrix_power', np.ones(2), 2)
    x = {shape: ordinary(r.rng, 'float64', shape) for shape in ((2, 3), (3, 4), (4, 5), (5, 2), (2,), (3,), (5,), (2, 2))}
    r('linalg.multi_dot', [x[2, 3], x[3, 4]])
    r('linalg.multi_dot', [x[2, 3], x[3, 4], x[4, 5]])
    r('linalg.multi_dot', [x[2, 3], x[3, 4], x[4, 5], x[5, 2]])
    r('linalg.multi_dot', [x[2,], x[2, 3], x[3, 4]])
    r('linalg.multi_dot', [x[3, 4], x[4, 5], x[5,]])
    r('linalg.multi_dot', [x[2,], x[2, 3], x[3,]])
    r('linalg.multi_dot', [x[2,], x[2,]])
    r('linalg.multi_dot', [x[2, 2]] * 5)
    r('linalg.multi_dot', [x[2, 3], x[3, 4], x[4, 5]], out=np.zeros((2, 5)))
    r('linalg.multi_dot', [x[2, 3], x[3, 4], x[4, 5]], out=np.zeros((5, 2)))
    r('linalg.multi_dot', [x[2, 3]])
    r('linalg.multi_dot', [x[2, 3], x[4, 5], x[3, 4]])
    r('linalg.multi_dot', [x[2, 3], x[3,], x[3, 4]])
    r('linalg.multi_dot', [x[2, 3].astype('float32'), x[3, 4].astype('int16'), x[4, 5].astype('float32')])


def norms(r):
    vector_orders = (None, 0, 1, 2, 3, -1, -2, 0.5, np.inf, -np.inf)
    matrix_orders = (None, 'fro', 1, -1, np.inf, -np.inf)
    for d in ('int16', *WIDE, 'float16'):
        vector, matrix = ordinary(r.rng, d, 5), ordinary(r.rng, d, (3, 4))
        for order in vector_orders:
            r('linalg.norm', vector, order)
            r('linalg.norm', matrix, ord=order, axis=1)
            r('linalg.vector_norm', matrix, ord=order if order is not None else 2)
        for order in matrix_orders:
            r('linalg.norm', matrix, order)
            r('linalg.matrix_norm', matrix, ord=order)
    cube = ordinary(r.rng, 'float64', (2, 3, 4))
    for order in matrix_orders:
        for axis in ((0, 1), (1, 0), (2, 0), (-1, -2)):
            for keepdims in (False, True):
                r('linalg.norm', cube, order, axis, keepdims)
        r('linalg.matrix_norm', cube, ord=order, keepdims=True)
    for order in vector_orders:
        for axis in (0, -1):
            r('linalg.norm', cube, ord=order, axis=axis, keepdims=True)
        if order is not None:
            for axis in (None, 1, (0, 2), (2, 0), (0, 1, 2), ()):
                r('linalg.vector_norm', cube, axis=axis, ord=order)
                r('linalg.vector_norm', cube, axis=axis, ord=order, keepdims=True)
    r('linalg.norm', cube)
    r('linalg.norm', cube, keepdims=True)
    r('linalg.norm', 3)
    r('linalg.norm', F([[3, 4]]))
    r('linalg.norm', np.zeros(3), 3)
    r('linalg.norm', np.array([np.nan, 1.0]), 1)
    for shape in ((0,), (0, 3), (3, 0)):
        for order in (None, 1, np.inf, -np.inf, 0, 3):
            r('linalg.norm', np.zeros(shape), order)
            r('linalg.norm', np.zeros(shape), order, axis=0)
    for order in ('fro', 'nuc', 'text'):
        r('linalg.norm', np.ones(3), order)
    for order in (0, 3, 'text'):
        r('linalg.norm', np.ones((2, 3)), order)
    r('linalg.norm', cube, axis=(0, 1, 2))
    r('linalg.norm', cube, axis=(1, 1))
    r('linalg.norm', cube, axis=3)
    r('linalg.vector_norm', cube, axis=5)


def ranked(r, dtype, m, n, rank):
    """A matrix of a rank, with singular values from 1 to 4."""
    kind = 'complex128' if np.dtype(dtype).kind == 'c' else 'float64'
    left, right = orthonormal(r, kind, (m, m))[:, :rank], orthonormal(r, kind, (n, n))[:rank]
    return ((left * np.linspace(4, 1, rank)) @ right).astype(dtype)


def singular_values(r):
    """Values and what is made of them; signs of vectors are anybody's."""
    for d in (*WIDE, 'int16', 'bool', 'float16'):
        r('linalg.svdvals', ordinary(r.rng, d, (3, 4)))
        r('linalg.svd', ordinary(r.rng, d, (4, 3)), compute_uv=False)
        r('linalg.pinv', regular(r, d, 3, 3))
        r('linalg.matrix_rank', ordinary(r.rng, d, (3, 3)))
        r('linalg.cond', regular(r, d, 3, 3))
        r('linalg.lstsq', regular(r, d, 3, 3), ordinary(r.rng, d, 3))
    for m, n in ((1, 1), (1, 3), (3, 1), (2, 5), (5, 2), (7, 7), (12, 9)):
        a = ranked(r, 'float64', m, n, min(m, n))
        for function in ('svdvals', 'pinv', 'cond', 'matrix_rank'):
            r(f'linalg.{function}', a)
        r('linalg.lstsq', a, ordinary(r.rng, 'float64', m))
        r('linalg.lstsq', a, ordinary(r.rng, 'float64', (m, 2)))
        r('linalg.pinv', ranked(r, 'complex128', m, n, min(m, n)))
        for order in (2, -2, 'nuc'):
            r('linalg.norm', a, order)
    for m, n, rank in ((3, 3, 2), (5, 3, 1), (3, 5, 2)):
        for d in ('float64', 'complex64'):
            a = ranked(r, d, m, n, rank)
            r('linalg.matrix_rank', a)
            r('linalg.pinv', a, 1e-5)
            r('linalg.pinv', a, rtol=1e-5)
            r('linalg.lstsq', a, ordinary(r.rng, d, (m, 2)), 1e-5)
    a = np.array([ranked(r, 'float64', 3, 4, 3) for _ in range(4)]).reshape(2, 2, 3, 4)
    for function in ('svdvals', 'pinv', 'cond', 'matrix_rank'):
        r(f'linalg.{function}', a)
    for order in (2, -2, 'nuc'):
        r('linalg.matrix_norm', a, ord=order)
        r('linalg.norm', a, order, (0, 3), True)
    for p in (None, 2, -2, 'fro', 1, -1, np.inf, -np.inf, 'nuc', 3, 'text'):
        r('linalg.cond', regular(r, 'float64', 3, 3), p)
        if p not in (None, 2, -2, 'nuc'):
            r('linalg.cond', np.ones((2, 2)), p)
    r('linalg.cond', np.array([np.eye(2), np.ones((2, 2))]), 1)
    r('linalg.cond', np.zeros((2, 2)))
    r('linalg.cond', np.zeros((0, 2)))
    r('linalg.cond', np.ones((2, 3)), 1)
    for shape in ((0, 0), (0, 3), (3, 0), (0, 3, 2)):
        for function in ('svdvals', 'pinv', 'matrix_rank'):
            r(f'linalg.{function}', np.zeros(shape))
        for order in (2, 'nuc'):
            r('linalg.matrix_norm', np.zeros(shape), ord=order)
    r('linalg.lstsq', np.zeros((3, 0)), np.ones(3))
    for value in (0, 1):
        r('linalg.matrix_rank', np.full(3, value))
        r('linalg.matrix_rank', np.full((3, 3), value))
    r('linalg.matrix_rank', np.diag([4, 2, 1]), tol=1.5)
    r('linalg.matrix_rank', np.diag([4, 2, 1]), rtol=0.3)
    r('linalg.matrix_rank', np.array([np.diag([4, 2, 1])] * 2), np.array([1.5, 3]))
    r('linalg.matrix_rank', np.eye(2), 1, rtol=1)
    r('linalg.matrix_rank', np.array([[1.0, 9.0], [0.0, 1.0]]), hermitian=True)
    r('linalg.pinv', np.array([[2.0, 9.0], [1.0, 3.0]]), hermitian=True)
    r('linalg.svd', np.array([[2.0, 9.0], [1.0, 3.0]]), compute_uv=False, hermitian=True)
    r('linalg.svdvals', np.array([[np.nan, 1.0], [1.0, 1.0]]))
    for scale in (1e-200, 1e200):
        r('linalg.svdvals', ranked(r, 'float64', 3, 3, 3) * scale)
    r('linalg.svd', np.ones(3))
    r('linalg.svdvals', 3)
    r('linalg.pinv', np.ones(3))
    r('linalg.lstsq', np.eye(3), np.ones(2))
    r('linalg.lstsq', np.ones(3), np.ones(3))
    r('linalg.lstsq', np.eye(3), np.ones((1, 3, 1)))


def eigenvalues(r):
    for d in (*WIDE, 'int16', 'float16'):
        a = ordinary(r.rng, d, (2, 4, 4))
        r('linalg.eigvalsh', a)
        r('linalg.eigvalsh', a, 'U')
        r('linalg.eigvalsh', a[0], UPLO='l')
    for n in (0, 1, 2, 9, 20):
        r('linalg.eigvalsh', ordinary(r.rng, 'float64', (n, n)))
    r('linalg.eigvalsh', np.zeros((3, 3)))
    r('linalg.eigvalsh', np.eye(3))
    r('linalg.eigvalsh', np.ones((2, 3)))
    r('linalg.eigvalsh', np.ones(3))
    r('linalg.eigvalsh', np.eye(2), 'X')


def products(r):
    for d in ('int32', 'float64', 'complex64'):
        x, y = ordinary(r.rng, d, (2, 3)), ordinary(r.rng, d, (2, 3))
        a = ordinary(r.rng, d, (2, 3, 3))
        r('linalg.outer', x[0], y[1])
        r('linalg.cross', x, y)
        r('linalg.cross', x.T.copy(), y.T.copy(), axis=0)
        r('linalg.matmul', x, a)
        r('linalg.tensordot', x, y, axes=[[0, 1], [0, 1]])
        r('linalg.tensordot', x, a[0], axes=1)
        r('linalg.tensordot', x, y)
        r('linalg.vecdot', x, y)
        r('linalg.vecdot', x, y, axis=0)
        r('linalg.matrix_transpose', a)
        for offset in (0, 1, -2, 5):
            r('linalg.diagonal', a, offset=offset)
            r('linalg.trace', a, offset=offset)
        r('linalg.trace', a[0])
        r('linalg.trace', a, dtype=np.dtype('complex128'))
    r('linalg.outer', np.ones((2, 2)), np.ones(2))
    r('linalg.outer', np.ones(2), 3)
    r('linalg.cross', np.ones((3, 2)), np.ones((3, 2)))
    r('linalg.cross', np.ones(3), np.ones(3), axis=1)
    r('linalg.matmul', np.ones(2), 3)
    r('linalg.vecdot', np.ones(2), np.ones(3))
    r('linalg.diagonal', np.ones(3))
    r('linalg.trace', np.ones(3))
    r('linalg.matrix_transpose', np.ones(3))


def errors(r):
    for function in (*SOLVED, 'linalg.cholesky'):
        for a in (3, np.ones(3), np.ones((2, 3)), np.ones((2, 3, 2)), np.eye(2, dtype='float16'), np.zeros((0, 3))):
            r(function, a)
    for a in (np.ones(3), 3, np.eye(2, dtype='float16')):
        r('linalg.qr', a)
    for function in ('linalg.cholesky', 'linalg.qr', 'linalg.norm'):
        r(function, np.eye(2), unknown=1)
    r('linalg.qr', np.eye(2), 'text')
    r('linalg.qr', np.eye(2), mode=None)
    r('linalg.solve', np.eye(3), 3)
    for shape in ((2,), (2, 3), (4, 2, 3), (0,), (2, 2, 2)):
        r('linalg.solve', np.eye(3), np.ones(shape))
    r('linalg.solve', np.ones((2, 3)), np.ones(3))
    r('linalg.solve', np.ones(3), np.ones(3))
    r('linalg.solve', np.array([np.eye(3)] * 4), np.ones((2, 3, 1)))
    r('linalg.solve', np.eye(3), np.ones(3, 'float16'))
    r('linalg.tensorsolve', np.ones((2, 3)), np.ones(2))
