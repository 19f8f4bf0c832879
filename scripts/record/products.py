"""Products of arrays. Values are small multiples of 1/4, so that every order of summation gives the same bits."""

import numpy as np

from .core import F
from .samples import COMPLEX, DTYPES, FLOATS, LAYOUTS, halves, layout, ordinary, wide

I = np.array
MATMUL_SHAPES = [((3, 4), (4, 2)), ((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 3, 4), (2, 4, 2)), ((1, 3, 4), (5, 4, 2)),
                 ((2, 1, 3, 4), (3, 4, 1)), ((0, 4), (4, 2)), ((3, 0), (0, 2)), ((1, 1), (1, 1)), ((3, 4), (3, 4)), ((3,), (4,)), ((), (3,)), ((2, 3, 4), (3, 4, 2)),
                 ((4,), (2, 4, 3)), ((2, 4, 3), (3,)), ((3, 4), ())]
SIZES = [(1, 1, 1), (2, 3, 5), (4, 4, 4), (5, 7, 9), (8, 8, 8), (13, 17, 11), (33, 5, 3), (3, 65, 4), (21, 33, 18)]
EINSUMS = ['ij,jk->ik', 'ij,jk', 'ij->ji', 'ij->', 'ii', 'ii->i', 'ij,ij->', 'ij,ij->ij', 'ij->j', 'i,j->ij', 'ij,kj->ik', 'i...->...', '...i->...', 'ij...->ji...',
           '...ij,...jk->...ik', '...', '...,...', 'ji', 'ij->i', ' ij , jk -> ik ']


def record(r):
    matrix_products(r)
    large(r)
    vectors(r)
    generalised(r)
    contraction(r)
    einsum(r)
    others(r)


def pair(r, d, e, shapes):
    return halves(r.rng, d, shapes[0]), halves(r.rng, e, shapes[1])


def matrix_products(r):
    for name in ('matmul', 'dot', 'inner'):
        for shapes in MATMUL_SHAPES:
            for d, e in (('float64', 'float64'), ('int32', 'float32'), ('int64', 'int8'), ('complex64', 'complex64')):
                r(name, *pair(r, d, e, shapes))
        for d in DTYPES:
            for e in DTYPES:
                r(name, *pair(r, d, e, ((2, 3), (3, 2) if name != 'inner' else (2, 3))))
        for p in LAYOUTS:
            for q in LAYOUTS:
                x, y = pair(r, 'float64', 'float64', ((3, 4), (4, 3)))
                r(name, layout(x, p), layout(y if name != 'inner' else x, q))
        x, y = pair(r, 'float64', 'float64', ((3, 4), (4, 3)))
        r(name, x, 2)
        r(name, 0.5, x)
        r(name, x)
        r(name, x, 'text')
        r(name, x.astype('float32'), y.astype('float32')[::-1])
    r('dot', x, y, np.zeros((3, 3)))
    r('dot', x, y, out=np.zeros((3, 3), 'float32'))
    r('dot', x, y, out=np.zeros((3, 3), order='F'))
    r('dot', x, y, np.zeros((3, 2)))
    r('dot', halves(r.rng, 'float64', (2, 3, 4)), halves(r.rng, 'float64', (5, 4, 2)))
    r('.dot', x, y)
    r('.dot', x, y[:, 0])
    r('.matmul', x, y)
    r('matmul', x, y, np.zeros((3, 3)))
    r('matmul', x, y, out=np.zeros((3, 3), 'float32'))
    r('matmul', x, y, out=np.zeros((3, 3), 'int32'))
    r('matmul', x, y, out=np.zeros((3, 3), order='F'))
    r('matmul', x, y, out=np.zeros((2, 3, 3)))
    r('matmul', x, y, out=np.zeros((3, 2)))
    r('matmul', x, y, dtype='float32')
    r('matmul', x, y, dtype='complex128', order='F')
    r('matmul', x.astype('int16'), y.astype('int16'), dtype='int64', casting='same_kind')
    r('matmul', x, y, axes=[(0, 1), (0, 1), (0, 1)])
    r('matmul', x, x, axes=[(1, 0), (0, 1), (0, 1)])
    r('matmul', x, x, axes=[(-1, -2), (-2, -1), (-2, -1)])
    r('matmul', x, y, axes=[(0, 1), (0, 1)])
    r('matmul', x, y, axis=0)
    r('matmul', x, y, keepdims=True)
    r('matmul', x, y, where=True)
    r('matmul', x, x, axes=[(0, 0), (0, 1), (0, 1)])
    s = halves(r.rng, 'float64', (3, 3))
    r('matmul', s, s, out=s)
    r('matmul', s, s.T, out=s)
    r('matmul', I([[np.nan, 1.0], [np.inf, 0.0]]), I([[0.0, 1.0], [1.0, np.inf]]))


def large(r):
    """Sizes that have edge tiles; and values whose sums are rounded, with a tolerance."""
    for m, k, n in SIZES:
        for d in ('float64', 'float32', 'int32', 'complex128') if m * n < 900 else ('float64',):
            x, y = pair(r, d, d, ((m, k), (k, n)))
            r('matmul', x, y)
            r('matmul', layout(x, 'F'), y)
            if m < 20:
                r('matmul', x, layout(y, 'transposed'))
                r('matmul', layout(x, 'reversed'), layout(y, 'stepped'))
    for d in FLOATS + COMPLEX:
        for m, k, n in SIZES[:6]:
            x, y = ordinary(r.rng, d, (m, k)), ordinary(r.rng, d, (k, n))
            r('matmul', x, y)
            r('dot', x, y)
            r('einsum', 'ij,jk->ik', x, y)
        v = ordinary(r.rng, d, (300,), 1, 4)
        r('dot', v, v[::-1])
        r('vdot', v, v)
        r('inner', v, v)


def vectors(r):
    for name in ('vdot', 'outer', 'inner', 'kron'):
        for d, e in (('float64', 'float64'), ('int32', 'float32'), ('complex64', 'complex128'), ('bool', 'bool'), ('uint8', 'int8'), ('int64', 'uint64')):
            r(name, *pair(r, d, e, ((4,), (4,))))
            r(name, *pair(r, d, e, ((2, 3), (2, 3))))
            r(name, *pair(r, d, e, ((2, 3), (4,))))
            r(name, *pair(r, d, e, ((), (3,))))
            r(name, *pair(r, d, e, ((0,), (0,))))
        r(name, halves(r.rng, 'float64', (3,)), 0.5)
    r('outer', I([1.0, 2.0]), I([3.0, 4.0]), out=np.zeros((2, 2)))
    r('outer', I([1.0, 2.0]), I([3.0, 4.0]), out=np.zeros((2, 3)))
    r('kron', halves(r.rng, 'float64', (2, 3)), halves(r.rng, 'float64', (2, 1, 2)))
    r('kron', halves(r.rng, 'int16', (1, 2, 3)), halves(r.rng, 'float32', (2, 2)))


def generalised(r):
    cases = {'vecdot': ((2, 3, 4), (3, 4)), 'matvec': ((2, 3, 4), (2, 4)), 'vecmat': ((2, 3), (3, 4))}
    for name, shapes in cases.items():
        for d, e in [(d, d) for d in DTYPES] + [('int32', 'float64'), ('bool', 'int8'), ('complex64', 'float64')]:
            r(name, *pair(r, d, e, shapes))
        x, y = pair(r, 'float64', 'float64', shapes)
        r(name, x, y[..., :-1])
        r(name, np.zeros(()), y)
        r(name, x[..., :0], y[..., :0])
        r(name, x, y, dtype='float32')
        r(name, x, y, nonsense=1)
        r(name, layout(x, 'F'), layout(y, 'reversed'))
    x, y = pair(r, 'complex128', 'complex128', ((3, 4), (3, 4)))
    r('vecdot', x, y, axis=0)
    r('vecdot', x, y, axis=-1, keepdims=True)
    r('vecdot', x, y, axes=[0, 0])
    r('vecdot', x, y, axes=[(0,), (0,), ()])
    r('vecdot', x, y, axis=2)
    r('vecdot', x, y, out=np.zeros(3, 'complex128'))
    r('vecdot', x, y, out=np.zeros(4, 'complex128'))
    r('vecdot', x, y, where=True)
    r('matvec', x, y[0], axes=[(0, 1), 0, 0])
    r('matvec', x, y[:, 0], axes=[(1, 0), 0, 0])
    r('vecmat', y[:, 0], x)
    r('vecmat', y[:, 0], x, out=np.zeros(4, 'complex128'))
    r('vecdot', x.real, y)


def contraction(r):
    a, b = halves(r.rng, 'float64', (3, 4, 5)), halves(r.rng, 'float64', (4, 3, 2))
    for axes in (([1, 0], [0, 1]), ((0,), (1,)), (0, 1), (1, 0), 0, 1, 2, ([0], [0]), ([0, 0], [1, 1]), ([5], [0]), -1):
        r('tensordot', a, b, axes)
    r('tensordot', a, a.transpose(1, 2, 0), 2)
    r('tensordot', a, b)
    r('tensordot', a.astype('int32'), b.astype('float32'), ([0, 1], [1, 0]))
    r('tensordot', np.zeros((0, 3)), np.zeros((3, 2)), 1)
    r('tensordot', np.zeros((2, 0)), np.zeros((0, 2)), 1)
    for k in (0, 1, -1, 4, -6):
        for d in ('float64', 'int8', 'bool', 'complex64', 'uint8', 'float16'):
            r('trace', ordinary(r.rng, d, (3, 4)), k)
        r('trace', a, k, 1, 2)
        r('.trace', a, k, 2, 0)
    r('trace', a, dtype='float32')
    r('trace', a, axis1=0, axis2=0)
    r('trace', a, out=np.zeros(5))
    r('trace', a[0, 0])
    r('trace', a, axis1=0, axis2=3)


def einsum(r):
    operands = {'ij': (3, 4), 'jk': (4, 2), 'ii': (3, 3), 'kj': (2, 4), 'i': (3,), 'j': (4,), 'i...': (3, 2), '...i': (2, 3), 'ij...': (3, 4, 2), '...ij': (2, 3, 4),
                '...jk': (2, 4, 2), '...': (2, 3), 'ji': (2, 3)}
    for subscripts in EINSUMS:
        names = subscripts.split('->')[0].replace(' ', '').split(',')
        for d in ('float64', 'int32', 'complex64', 'float32', 'bool', 'uint8', 'float16'):
            r('einsum', subscripts, *[halves(r.rng, d, operands[n]) for n in names])
        for kind in ('F', 'reversed', 'stepped'):
            r('einsum', subscripts, *[layout(halves(r.rng, 'float64', operands[n]), kind) for n in names])
        arrays = [halves(r.rng, 'float64', operands[n]) for n in names]
        if subscripts == 'ij,ij->':
            reason = 'a result without axes is a scalar, however it is computed'
            r.deviation(reason, 'einsum', subscripts, *arrays, optimize=True, _ours=lambda: np.einsum('ij,ij->', *arrays))
        else:
            r('einsum', subscripts, *arrays, optimize=True)
    a, b, c = halves(r.rng, 'float64', (3, 4)), halves(r.rng, 'float64', (4, 5)), halves(r.rng, 'float64', (5, 2))
    r('einsum', 'ij,jk,kl->il', a, b, c)
    r('einsum', 'ij,jk,kl->il', a, b, c, optimize='optimal')
    r('einsum', 'ij,jk,kl', a, b, c, optimize='greedy')
    r('einsum', 'ij,jk->ik', a, b, optimize=['einsum_path', (0, 1)])
    r('einsum', a, [0, 1], b, [1, 2], [0, 2])
    r('einsum', a, [0, 1], b, [1, 2])
    r('einsum', a, [Ellipsis, 1], [1, Ellipsis])
    r('einsum', 'iij->j', halves(r.rng, 'int16', (2, 2, 3)))
    r('einsum', 'iii', halves(r.rng, 'int16', (3, 3, 3)))
    r('einsum', 'iji->ij', halves(r.rng, 'int16', (3, 2, 3)))
    r('einsum', 'ijk,jil->kl', halves(r.rng, 'float64', (3, 4, 2)), halves(r.rng, 'float64', (4, 3, 2)))
    r('einsum', 'ij,jk->ik', a, b, out=np.zeros((3, 5)))
    r('einsum', 'ij,jk->ik', a, b, out=np.zeros((3, 4)))
    r('einsum', 'ij,jk->ik', a, b, dtype='float32', casting='same_kind')
    r('einsum', 'ij,jk->ik', a, b, dtype='float32')
    r('einsum', 'ij,jk->ik', a, b, order='F')
    r('einsum', 'ij,ij->ij', a, a[:1])
    r('einsum', 'ab,bc->ca', a, b)
    r('einsum', 'Ab,bC', a, b)
    r('einsum', ',ij', np.array(2.0), a)
    r('einsum', ',->', np.array(2.0), np.array(3.0))
    r('einsum', '...j,j', halves(r.rng, 'float64', (2, 3, 4)), halves(r.rng, 'float64', (4,)))
    r('einsum', '...ij,jk...->...ik', halves(r.rng, 'float64', (2, 3, 4)), halves(r.rng, 'float64', (4, 3, 2)))
    r('einsum', 'i,i->', np.zeros(0), np.zeros(0))
    view = halves(r.rng, 'float64', (3, 3))
    r('einsum', 'ii->i', view)
    r('einsum', 'ij->ji', view)
    for bad in ('ij,jk->iz', 'i', 'ij,jk,kl', 'ij->ii', 'i j', 'ij->j->i', 'ijk,jk', 'i$', '', 'ij,jk->i.k', '....ij,jk', 'ij-jk', 'ij,jk->ik,', 'i..,jk', 'ij>jk'):
        r('einsum', bad, a, b)
    r('einsum', 'ij,jk', a, a)
    r('einsum', 'ij,jk', a)
    r('einsum', 'ii', a)
    r('einsum')
    r('einsum', 'ij', a, nonsense=1)
    for subscripts, args in (('ij,jk,kl->il', (a, b, c)), ('ij,jk', (a, b)), ('ij,ij,ij->i', (a, a, a)), ('ij->i', (a,))):
        for optimize in ('greedy', 'optimal', False, True):
            r('einsum_path', subscripts, *args, optimize=optimize)


def others(r):
    x = ordinary(r.rng, 'float64', (3, 3))
    for d in ('int32', 'float64', 'bool', 'complex64'):
        a = wide(r.rng, d, (2, 3)) if d == 'int32' else halves(r.rng, d, (2, 3))
        r('matmul', a, a.T)
        r('matmul', a.T, a)
        r('dot', a, a.T)
    r('matmul', x, F([1, 2, 3]))
    r('matmul', F([[1, 2], [3, 4]]), F([1, 2]))
