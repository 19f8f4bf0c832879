"""Gradients of products: matrices, stacks, vectors, einsum, tensordot, Kronecker, cross; complex ones with PyTorch's conjugates."""

import torch

from .core import transposed


def record(r):
    matmul(r)
    vectors(r)
    einsum(r)
    others(r)


def matmul(r):
    shapes = (((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 2, 3), (3, 2)), ((2, 2, 3), (2, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)),
              ((3,), (2, 3, 2)), ((2, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 1)), ((4, 17), (17, 5)))
    for a, b in shapes:
        r.np('matmul', torch.matmul, r.x(*a), r.x(*b))
    for dtype in ('float64', 'complex64', 'complex128'):
        r.np('matmul', torch.matmul, r.x(2, 3, dtype=dtype), r.x(3, 2, dtype=dtype))
        r.np('matmul', torch.matmul, r.x(2, 2, 3, dtype=dtype), r.x(3, dtype=dtype))
    r.np('matmul', torch.matmul, transposed(r.x(3, 2), 1, 0), transposed(r.x(4, 3), 1, 0))
    r.np('matmul', torch.matmul, transposed(r.x(2, 3, 2), 2, 0, 1), r.x(3, 2))
    r.np('matmul', torch.matmul, r.const(2, 3), r.x(3, 2))
    x = r.x(3, 3)
    r.np('matmul', torch.matmul, x, x)
    r.np('matmul', torch.matmul, r.x(2, 3), r.x(2, 3))


def vectors(r):
    # Debian's build takes complex dot products for zero: they are written as sums.
    def dot(x, y):
        return (x * y).sum()

    def vdot(x, y):
        return (x.conj() * y).sum()

    for name, call in (('dot', dot), ('inner', torch.inner), ('vdot', vdot), ('outer', torch.outer)):
        r.np(name, call, r.x(3), r.x(3))
        r.np(name, call, r.x(2, dtype='float64'), r.x(2, dtype='float64'))
        r.np(name, call, r.x(3, dtype='complex64'), r.x(3, dtype='complex64'))
        r.np(name, call, r.x(2, dtype='complex128'), r.x(2, dtype='complex128'))
    r.np('dot', torch.matmul, r.x(2, 3), r.x(3, 4))
    r.np('dot', lambda x, y: torch.tensordot(x, y, ([2], [1])), r.x(2, 2, 3), r.x(2, 3, 2))
    r.np('dot', torch.mul, r.x(), r.x(3))
    r.np('inner', torch.inner, r.x(2, 3), r.x(4, 3))
    r.np('inner', torch.inner, r.x(2, 2, 3), r.x(3))
    r.np('outer', torch.outer, r.x(2), r.x(4))


def einsum(r):
    cases = (('ij,jk->ik', (2, 3), (3, 2)), ('ij,jk', (2, 3), (3, 2)), ('ij->ji', (2, 3)), ('ii', (3, 3)), ('ii->i', (3, 3)), ('ij->', (2, 3)),
             ('ij->j', (2, 3)), ('i,j->ij', (2,), (3,)), ('bij,bjk->bik', (2, 2, 3), (2, 3, 2)), ('...ij,...jk->...ik', (2, 2, 3), (3, 2)),
             ('i,i', (3,), (3,)), ('ij,ij->i', (2, 3), (2, 3)), ('ij,jk,kl->il', (2, 3), (3, 2), (2, 4)), ('bhqd,bhkd->bhqk', (1, 2, 2, 3), (1, 2, 3, 3)),
             ('ijk,jil->kl', (2, 3, 2), (3, 2, 2)), ('i,ij,j->', (2,), (2, 3), (3,)))
    for text, *shapes in cases:
        r.np('einsum', torch.einsum, text, *[r.x(*s) for s in shapes])
    for dtype in ('float64', 'complex64'):
        r.np('einsum', torch.einsum, 'ij,jk->ik', r.x(2, 3, dtype=dtype), r.x(3, 2, dtype=dtype))
        r.np('einsum', torch.einsum, 'bij,bj->bi', r.x(2, 2, 3, dtype=dtype), r.x(2, 3, dtype=dtype))


def others(r):
    def tensordot(x, y, axes=2):
        return torch.tensordot(x, y, axes)

    r.np('tensordot', tensordot, r.x(2, 3, 4), r.x(3, 4, 2))
    r.np('tensordot', tensordot, r.x(2, 3), r.x(3, 4), 1)
    r.np('tensordot', tensordot, r.x(2, 3), r.x(2, 2), axes=0)
    r.np('tensordot', tensordot, r.x(2, 3, 4), r.x(4, 2, 2), axes=[[2, 0], [0, 1]])
    r.np('tensordot', tensordot, r.x(2, 3, dtype='complex64'), r.x(3, 2, dtype='complex64'), 1)
    r.np('kron', torch.kron, r.x(2, 2), r.x(2, 3))
    r.np('kron', torch.kron, r.x(3), r.x(2))
    r.np('kron', torch.kron, r.x(2, 2, dtype='complex64'), r.x(1, 2, dtype='complex64'))
    r.np('cross', lambda x, y: torch.cross(x, y, dim=-1), r.x(3), r.x(3))
    r.np('cross', lambda x, y: torch.cross(x, y, dim=-1), r.x(2, 3), r.x(2, 3))
    r.np('trace', torch.trace, r.x(3, 3))
    r.np('trace', torch.trace, r.x(2, 4))
    r.np('convolve', lambda x, y: torch.conv1d(x[None, None], y.flip(0)[None, None], padding=y.shape[0] - 1)[0, 0], r.x(5), r.x(3))
