"""Gradients of linear algebra: factorisations, equations, determinants, norms, of well-conditioned matrices."""

import numpy as np
import torch

DTYPES = ('float32', 'float64', 'complex128')


def record(r):
    for dtype in DTYPES:
        factors(r, dtype)
        equations(r, dtype)
    determinants(r)
    norms(r)
    products(r)
    spectra(r)


def regular(r, dtype, *shape):
    """Matrices with singular values between 1 and 4."""
    def orthonormal():
        a = r.rng.standard_normal(shape)
        return np.linalg.qr(a + 1j * r.rng.standard_normal(shape) if dtype.startswith('complex') else a)[0]

    values = r.rng.uniform(1, 4, shape[:-1])
    return r.give((orthonormal() * values[..., None, :]) @ orthonormal(), dtype)


def definite(r, dtype, *shape):
    a = regular(r, dtype, *shape).array
    return r.give(a @ np.conj(np.swapaxes(a, -1, -2)), dtype)


def factors(r, dtype):
    for shape in ((1, 1), (3, 3), (2, 4, 4)):
        # Of complex numbers PyTorch's gradient keeps imaginary parts on the diagonal, which a Hermitian matrix does not have.
        for upper in (False, True) if not dtype.startswith('complex') else ():
            r.np('linalg.cholesky', torch.linalg.cholesky, definite(r, dtype, *shape), upper=upper)
        r.np('linalg.inv', torch.linalg.inv, regular(r, dtype, *shape))
        r.np('linalg.det', torch.linalg.det, regular(r, dtype, *shape))
        r.np('linalg.slogdet', torch.linalg.slogdet, regular(r, dtype, *shape))
    # Complex Q and R have a phase that a loss must not depend on, or PyTorch refuses to differentiate.
    if not dtype.startswith('complex'):
        for shape in ((3, 3), (2, 4, 3), (5, 2)):
            r.np('linalg.qr', torch.linalg.qr, r.x(*shape, dtype=dtype))
        r.np('linalg.qr', lambda a, mode: torch.linalg.qr(a, mode=mode), r.x(3, 3, dtype=dtype), mode='complete')


def equations(r, dtype):
    for a, b in (((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 2)), ((2, 1, 3, 3), (2, 3, 1))):
        r.np('linalg.solve', torch.linalg.solve, regular(r, dtype, *a), r.x(*b, dtype=dtype))
    for upper in (False, True):
        for left in (False, True):
            for unit in (False, True):
                given = regular(r, dtype, 3, 3)
                r.np('linalg.solveTriangular', triangular, given, r.x(*((3, 2) if left else (2, 3)), dtype=dtype),
                     upper=upper, left=left, unitriangular=unit)
        r.np('linalg.solveTriangular', triangular, regular(r, dtype, 2, 1, 3, 3), r.x(2, 3, 2, dtype=dtype), upper=upper)


def triangular(a, b, upper, left=True, unitriangular=False):
    return torch.linalg.solve_triangular(a, b, upper=upper, left=left, unitriangular=unitriangular)


def determinants(r):
    for dtype in ('float32', 'float64'):
        for values in ([[1, 2], [2, 1]], [[0, 1], [1, 0]], [[2]]):
            r.np('linalg.det', torch.linalg.det, r.give(values, dtype))
            r.np('linalg.slogdet', torch.linalg.slogdet, r.give(values, dtype))


def norms(r):
    inf = float('inf')
    for order in (1, 2, 3, inf, -inf):
        r.np('linalg.vector_norm', lambda x, ord: torch.linalg.vector_norm(x, ord), r.x(5), ord=order)
        r.np('linalg.norm', lambda x, ord, axis: torch.linalg.vector_norm(x, ord, axis), r.x(3, 4), ord=order, axis=1)
    for order in ('fro', 1, -1, inf, -inf):
        r.np('linalg.matrix_norm', lambda x, ord: torch.linalg.matrix_norm(x, ord), r.x(2, 3, 4), ord=order)
    r.np('linalg.norm', torch.linalg.norm, r.x(3, 4))
    r.np('linalg.norm', torch.linalg.norm, r.x(4, dtype='complex128'))
    r.np('linalg.norm', torch.linalg.norm, r.give([0, 0, 0]))
    r.np('linalg.norm', lambda x, axis: torch.linalg.vector_norm(x, 2, axis), r.give([[0, 0], [3, 4]]), axis=1)


def products(r):
    for n in (1, 2, 3, 5, -1, -2):
        r.np('linalg.matrix_power', torch.linalg.matrix_power, regular(r, 'float32', 3, 3), n)
    r.np('linalg.multi_dot', torch.linalg.multi_dot, [r.x(2, 3), r.x(3, 4), r.x(4, 2)])
    r.np('linalg.multi_dot', torch.linalg.multi_dot, [r.x(3), r.x(3, 4), r.x(4, 2), r.x(2)])
    r.np('linalg.tensorsolve', torch.linalg.tensorsolve, r.give(regular(r, 'float64', 6, 6).array.reshape(2, 3, 6), 'float64'), r.x(2, 3, dtype='float64'))
    r.np('linalg.tensorinv', torch.linalg.tensorinv, r.give(regular(r, 'float64', 6, 6).array.reshape(2, 3, 6), 'float64'))


def spectra(r):
    for dtype in ('float32', 'float64'):
        for shape in ((3, 3), (4, 2), (2, 3)):
            r.np('linalg.svdvals', torch.linalg.svdvals, r.x(*shape, dtype=dtype))
        r.np('linalg.pinv', torch.linalg.pinv, r.x(4, 2, dtype=dtype))
        a = regular(r, dtype, 3, 3).array
        # Only what an element adds to a symmetric matrix counts: PyTorch's gradient is that of the whole.
        r.np('linalg.eigvalsh', torch.linalg.eigvalsh, r.give(a + np.swapaxes(a, -1, -2), dtype))
        for order in (2, -2, 'nuc'):
            r.np('linalg.matrix_norm', lambda x, ord: torch.linalg.matrix_norm(x, ord), r.x(3, 4, dtype=dtype), ord=order)
    r.np('linalg.cond', torch.linalg.cond, r.x(3, 3, dtype='float64'))
