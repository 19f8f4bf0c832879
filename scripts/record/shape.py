"""Changing shape, joining, splitting, tiling, padding: which results are views is part of the answer."""

import numpy as np

from .core import F
from .samples import DTYPES, LAYOUTS, SHAPES, layout, ordinary
from .tables import FUNCTIONS

JOINED = ('vstack', 'hstack', 'dstack', 'column_stack')
PAD_MODES = ('constant', 'edge', 'linear_ramp', 'maximum', 'mean', 'median', 'minimum', 'reflect', 'symmetric', 'wrap', 'empty')


def record(r):
    reshaping(r)
    axes(r)
    broadcasting(r)
    joining(r)
    splitting(r)
    tiling(r)
    padding(r)
    flipping(r)
    editing(r)
    strides(r)


def reshaping(r):
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'float64', (4, 6)), kind)
        for shape in ((24,), (2, 12), (4, 2, 3), (2, 2, 6), (-1, 3), (8, -1), -1, (4, 6), (1, 4, 6, 1), (6, 4)):
            for order in ('C', 'F', 'A'):
                r('reshape', a, shape, order=order)
            r('.reshape', a, shape)
        r('.reshape', a, 2, 12)
        r('.reshape', a, 3, -1, order='F')
        r('reshape', a, (2, 12), copy=True)
        r('reshape', a, (2, 12), copy=False)
        r('reshape', a, (3, 8), order='F', copy=False)
        for order in 'CFAK':
            r('ravel', a, order)
            r('.ravel', a, order)
            r('.flatten', a, order)
        for bad in ((5, 5), (-1, -1), (-1, 5), (0,), (24, -1, 0), 2.5, 'x'):
            r('reshape', a, bad)
    for shape in SHAPES:
        a = ordinary(r.rng, 'int16', shape)
        for name in ('ravel', 'squeeze', 'transpose', 'atleast_1d', 'atleast_2d', 'atleast_3d', 'shape', 'ndim', 'size', '.flatten',
                     '.squeeze', '.transpose', '.T', '.ravel'):
            r(name, a)
        r('reshape', a, -1)
        r('reshape', a, a.shape + (1,))
        if a.ndim:
            r('size', a, 0)
            r('size', a, -1)
    r('reshape', np.zeros((0, 3)), (3, 0))
    r('reshape', np.zeros((0, 3)), (-1, 3))
    r('reshape', np.zeros((0, 3)), (0, -1))
    r('size', np.zeros((2, 3)), 2)
    a = ordinary(r.rng, 'float32', (3, 4))
    r('reshape', a, (2, 6), 'K')
    r('reshape', a)
    r('atleast_1d', a, np.array(2.0))
    r('atleast_2d', a[0], np.array(2.0))
    r('atleast_3d', a[0], a)


def axes(r):
    a = ordinary(r.rng, 'float64', (2, 3, 4))
    for p in ((0, 1, 2), (2, 0, 1), (1, 0, 2), (-1, 0, 1), None, (0, 1), (0, 0, 1), (0, 1, 3), (0, 1, 2, 3)):
        r('transpose', a, p)
        r('permute_dims', a, p)
        r('.transpose', a, p)
    r('.transpose', a, 2, 0, 1)
    r('.transpose', a, 2, 0)
    r('matrix_transpose', a)
    r('.mT', a)
    r('.T', a)
    r('.mT', a[0, 0])
    for i in (0, 1, -1, 3, -4, (0, 1), (2, 0), (0, 0), 0.5):
        for j in (0, 2, -2, (1, 2), (0, 2)):
            r('moveaxis', a, i, j)
            if not isinstance(i, tuple) and not isinstance(j, tuple):
                r('swapaxes', a, i, j)
                r('.swapaxes', a, i, j)
                r('rollaxis', a, i, j)
    r('rollaxis', a, 2)
    r('rollaxis', a, 0, 3)
    r('rollaxis', a, 0, 4)
    s = ordinary(r.rng, 'int32', (1, 3, 1, 2))
    for axis in (None, 0, 2, -2, (0, 2), (0, 0), 1, 4, -5, ()):
        r('squeeze', s, axis)
        r('.squeeze', s, axis)
        r('squeeze', s, axis=axis)
    for axis in (0, 1, -1, 3, (0, 1), (0, 4), (0, 0), (-1, 0), 4, -5, 2):
        r('expand_dims', a, axis)
    r('expand_dims', np.array(1.0), (0, 1))
    for kind in LAYOUTS:
        x = layout(a, kind)
        r('transpose', x)
        r('moveaxis', x, 0, -1)
        r('expand_dims', x, 1)
        r('swapaxes', x, 0, 2)


def broadcasting(r):
    for a, shape in ((ordinary(r.rng, 'float64', (3,)), (2, 3)), (ordinary(r.rng, 'int8', (3, 1)), (3, 4)), (np.array(2.0), (2, 2)),
                     (np.zeros((2, 3)), (2, 3)), (np.zeros((0,)), (3, 0)), (np.zeros((1, 0)), (5, 0)), (np.zeros(3), 3),
                     (np.zeros(3), (4,)), (np.zeros((2, 3)), (3,)), (np.zeros((2, 3)), (3, 3)), (np.zeros(1), (0,)),
                     (np.zeros(1), (-1,)), (np.zeros(3), ()), (np.zeros(1), (2, -3)), (np.zeros(1), 2.5)):
        r('broadcast_to', a, shape)
    for kind in LAYOUTS:
        r('broadcast_to', layout(ordinary(r.rng, 'int16', (3, 4)), kind), (2, 3, 4))
    a, b = ordinary(r.rng, 'float64', (3, 1)), ordinary(r.rng, 'int32', (4,))
    for args in ((a, b), (a,), (), (a, a[0]), (a, b, np.array(1.0)), (a, np.zeros((2, 4))), (np.zeros((0, 1)), b), (b, b[:3])):
        r('broadcast_arrays', *args)
    for shapes in (((2, 3), (3,)), ((1, 2), (3, 1), (3, 2)), (), ((),), (3, (2, 1)), ((2, 3), (2,)), ((0,), (1,)), ((6, 7), (5, 6, 1), (7,), (5, 1, 7)),
                   ((-1,), (2,)), ((2,), (3,)), (5,)):
        r('broadcast_shapes', *shapes)
    view = np.broadcast_to(b, (2, 4))
    r('set', view, 0, 5)
    r('add', view, 1, out=view)
    r('copyto', view, 3)
    r('.fill', view, 3)
    r('.sort', view)


def joining(r):
    for name in ('concatenate', 'concat'):
        for axis in (0, 1, -1, 2, None):
            a = ordinary(r.rng, 'float64', (2, 3, 4))
            r(name, (a, a[::-1], layout(a, 'F')), axis)
            r(name, [a, a], axis=axis)
        for d in DTYPES:
            for e in DTYPES:
                r(name, (ordinary(r.rng, d, (2,)), ordinary(r.rng, e, (3,))))
        a, b = ordinary(r.rng, 'int16', (2, 3)), ordinary(r.rng, 'float32', (1, 3))
        r(name, (a, b))
        r(name, (a, b), axis=1)
        r(name, (a, b[0]))
        r(name, (a, b), axis=2)
        r(name, (a, b), axis=-3)
        r(name, ())
        r(name, (np.array(1.0), np.array(2.0)))
        r(name, (np.array(1.0), np.array(2.0)), axis=None)
        r(name, a)
        r(name, (a, b), out=np.zeros((3, 3)))
        r(name, (a, b), out=np.zeros((3, 3), 'int32'))
        r(name, (a, b), out=np.zeros((3, 4)))
        r(name, (a, b), dtype='float64')
        r(name, (a, b), dtype='int32')
        r(name, (a, b), dtype='int32', casting='unsafe')
        r(name, (a, b), out=np.zeros((3, 3)), dtype='float64')
        r(name, (a, b), casting='no')
        r(name, (np.zeros((0, 3)), b, a))
        r(name, (np.zeros(0), np.zeros(0)))
        r(name, (layout(ordinary(r.rng, 'int8', (3, 4)), 'F'), layout(ordinary(r.rng, 'int8', (2, 4)), 'F')))
    for axis in (0, 1, 2, -1, -3, 3):
        a = ordinary(r.rng, 'int32', (2, 3))
        r('stack', (a, a + 1), axis)
        r('stack', [a, a.astype('float32'), a], axis=axis)
    r('stack', (a, a[0]))
    r('stack', ())
    r('stack', (a, a), out=np.zeros((2, 2, 3)))
    r('stack', (a, a), dtype='float32')
    r('stack', (np.array(1.0), np.array(2.0)))
    for name in JOINED:
        for d, e in (('float64', 'float64'), ('int8', 'uint8'), ('bool', 'int32'), ('float32', 'complex64'), ('int64', 'uint64')):
            x, y = ordinary(r.rng, d, (3, 2)), ordinary(r.rng, e, (3, 2))
            r(name, (x, y))
            r(name, [x[0], y[0]])
            r(name, (np.array(1.0), np.array(2.0)))
            r(name, (x, y[:2]))
            r(name, (x, y[:, 0]))
            r(name, (x, y[0]))
        r(name, (np.zeros((2, 3, 4)), np.ones((2, 3, 4))))
        r(name, ())
    r('vstack', (x, x), dtype='float64')
    r('hstack', (x, x), dtype='int8', casting='same_kind')
    a, b = ordinary(r.rng, 'float64', (2, 2)), ordinary(r.rng, 'int32', (2, 3))
    for nested in ([a, a], [[a, b]], [[a, a], [a, a]], [[a], [a]], [[a, b], [b, a]], [[a, b], [a]], [], [[]], [a[0], a[0]], [[a, a[:, :1]]]):
        r('block', nested)
    for axis in (0, 1, -1, 3):
        r('unstack', np.zeros((2, 3, 1)), axis=axis)
    r('unstack', np.array(1.0))


def splitting(r):
    a = ordinary(r.rng, 'float64', (6, 4, 2))
    for name in ('split', 'array_split'):
        for parts in (1, 2, 3, 4, 0, -1, [1, 3], [0, 2, 9], [], [3, 1], np.array([2, 4])):
            for axis in (0, 1, -1):
                r(name, a, parts, axis)
        r(name, a, 2, axis=3)
        r(name, np.arange(7), 3)
        r(name, np.array(1.0), 1)
    for name in ('hsplit', 'vsplit', 'dsplit'):
        for parts in (2, [1], 5):
            for x in (a, a[:, :, 0], a[:, 0, 0], layout(a, 'reversed')):
                r(name, x, parts)


def tiling(r):
    for shape in ((), (3,), (2, 3), (0,), (2, 1, 2)):
        a = ordinary(r.rng, 'int16', shape)
        for reps in (1, 2, 0, (2,), (2, 1), (1, 2, 3), (0, 2), (), (2, 2), np.array([2, 1])):
            r('tile', a, reps)
        for axis in (None, 0, -1, 1):
            for n in (2, 0, [2], np.array([1, 2, 0]), np.array([2])):
                r('repeat', a, n, axis)
        r('.repeat', a, 2)
        r('.repeat', a, 2, 0)
        for size in ((4,), (2, 2), 5, (0,), (3, 0), (-1,), ()):
            r('resize', a, size)
    r('repeat', np.zeros((2, 3)), np.array([1, 2]), axis=0)
    r('repeat', np.zeros((2, 3)), np.array([1, -2]), axis=0)
    r('tile', np.zeros((2, 3)), -1)
    r('tile', layout(ordinary(r.rng, 'float64', (3, 4)), 'transposed'), (2, 2))


def padding(r):
    arrays = [ordinary(r.rng, 'float64', (5,)), ordinary(r.rng, 'int32', (3, 4)), ordinary(r.rng, 'float32', (2, 3, 2)), np.array([7], 'uint8')]
    for a in arrays:
        for mode in PAD_MODES:
            for width in (0, 2, 1, (1, 2), ((2, 1),) * a.ndim, [(3, 0)], 7 if mode in ('reflect', 'wrap', 'symmetric') else 3):
                if mode == 'empty':
                    r.property('pad', a, width, mode, _check='shape and dtype')
                else:
                    r('pad', a, width, mode)
        r('pad', a, 2)
        r('pad', a, 2, 'constant', constant_values=5)
        r('pad', a, 2, constant_values=(3, 4))
        r('pad', a, 1, 'linear_ramp', end_values=9)
        r('pad', a, (2, 3), 'linear_ramp', end_values=(-4, 6))
        for mode in ('maximum', 'minimum', 'mean', 'median'):
            r('pad', a, 2, mode, stat_length=2)
            r('pad', a, 2, mode, stat_length=(1, 3))
            r('pad', a, 2, mode, stat_length=0)
        for mode in ('reflect', 'symmetric'):
            r('pad', a, 2, mode, reflect_type='odd')
            r('pad', a, (1, 6), mode, reflect_type='even')
        r('pad', a, 2, FUNCTIONS['ramp'])
        for bad in (-1, (1, 2, 3), ((1, 2), (3, 4), (5, 6), (7, 8)), 1.5, 'x', (-1, 2)):
            r('pad', a, bad, 'edge')
        r('pad', a, 1, 'nonsense')
        r('pad', a, 1, 'edge', constant_values=3)
        r('pad', a, 1, 'constant', end_values=3)
    for mode in PAD_MODES[:-1]:
        r('pad', np.zeros((0,)), 2, mode)
        r('pad', np.zeros((0, 2)), ((0, 0), (1, 1)), mode)
        r('pad', np.array(3.0), 2, mode)
        r('pad', layout(arrays[1], 'F'), 1, mode)
        r('pad', layout(arrays[1], 'reversed'), 1, mode)
        r('pad', np.array([True, False]), 2, mode)
        r('pad', arrays[1], ((0, 2), (1, 0)), mode)


def flipping(r):
    for shape in SHAPES:
        a = ordinary(r.rng, 'int32', shape)
        for name in ('flip', 'fliplr', 'flipud'):
            r(name, a)
        for axis in (0, -1, (0, 1), 5, (0, 0)):
            r('flip', a, axis)
        for k in (0, 1, 2, 3, -1, 5):
            r('rot90', a, k)
        for shift in (1, -2, 0, 17):
            r('roll', a, shift)
            for axis in (0, -1, 1):
                r('roll', a, shift, axis)
        r('roll', a, (1, 2), (0, 1))
        r('roll', a, (1, 1, 2), axis=(0, 0, 0))
        r('roll', a, 1, axis=(0, 1))
        r('roll', a, (1, 2), axis=0)
        r('roll', a, (1, 2, 3), axis=(0, 1))
    a = ordinary(r.rng, 'float64', (2, 3, 4))
    for pair in ((0, 1), (1, 0), (1, 2), (0, -1), (0, 0), (0, 3), (0, 1, 2), (0,)):
        r('rot90', a, 1, pair)
        r('rot90', a, axes=pair)
    for kind in LAYOUTS:
        r('roll', layout(a, kind), 2, 1)
        r('flip', layout(a, kind), 1)
    r('roll', a, 1, axis=3)


def editing(r):
    a, m = ordinary(r.rng, 'float64', (5,)), ordinary(r.rng, 'int32', (3, 4))
    for values in (np.array([1.0, 2.0]), F([7, 8]), np.array([[1, 2, 3, 4]]), np.array([1 + 1j])):
        for axis in (None, 0, 1):
            r('append', m, values, axis)
    r('append', a, a, 0)
    r('append', np.zeros(0), a)
    for x in (a, m):
        for where in (0, 2, -1, 3, 4, 6, -7, [1, 2], [2, 2, 0], slice(1, 3), slice(None, None, 2), np.array([1]), np.array([0, -1]), np.array([], dtype='int64'),
                      np.array([True, False, True])):
            for axis in (None, 0, 1):
                if not isinstance(where, (list, slice)) or x.ndim > 1 or axis is None:
                    r('insert', x, where, 9, axis)
                r('delete', x, where, axis)
            r('insert', x, where, np.array([5, 6], 'int16'))
    r('insert', m, 1, np.array([1, 2, 3]), axis=1)
    r('insert', m, 1, np.array([1, 2, 3, 4]), axis=0)
    r('insert', m, 1, np.array([1, 2, 3]), axis=0)
    r('insert', m, [1], np.array([[1], [2], [3]]), axis=1)
    r('insert', m, [0, 2], np.array([[10, 11], [20, 21], [30, 31]]), axis=1)
    r('insert', m, 0, 2.75, axis=1)
    r('insert', m, 1, 5, axis=2)
    r('delete', m, 1, axis=2)
    r('delete', m, np.array([True, False, True, False]), axis=1)
    r('delete', m, np.array([True, False]), axis=1)
    r('delete', a, 1.5)
    for values in ([0, 0, 1, 0, 2, 0], [0, 0], [], [1, 2], [0, 1], [float('nan'), 0, 1, 0]):
        x = np.array(values, dtype='float64')
        for trim in ('fb', 'f', 'b', 'bf', 'FB', 'q', ''):
            r('trim_zeros', x, trim)
        r('trim_zeros', np.nan_to_num(x).astype('int16'))
    z = np.zeros((4, 5))
    z[1, 2] = z[2, 3] = 1
    for axis in (None, 0, 1, (0, 1), 2):
        r('trim_zeros', z, axis=axis)
        r('trim_zeros', z, 'f', axis=axis)


def strides(r):
    a = np.arange(12.0)
    for shape, step in (((3, 4), (32, 8)), ((5, 3), (8, 8)), ((10, 3), (8, 8)), ((2, 2), (0, 8)), ((3,), (24,)), ((), ()), ((0,), (8,)), ((2, 3, 2), (8, 16, 8))):
        r('lib.stride_tricks.as_strided', a, shape, step)
        r('lib.stride_tricks.as_strided', a, shape=shape, strides=step, writeable=False)
    r('lib.stride_tricks.as_strided', a, (2, 3))
    m = ordinary(r.rng, 'int16', (4, 5))
    for window, axis in ((2, 0), (3, 1), ((2, 3), None), ((2, 2), (0, 1)), ((2, 2), (1, 1)), (5, 0), (0, 0), (-1, 0), (2, None), ((1, 1), (1, 0)), ((2, 3), (0,)), (2, 3)):
        r('lib.stride_tricks.sliding_window_view', m, window, axis)
        r('lib.stride_tricks.sliding_window_view', layout(m, 'stepped'), window, axis=axis)
    r('lib.stride_tricks.sliding_window_view', a, 3)
    r('lib.stride_tricks.sliding_window_view', a, 13)
    r('lib.stride_tricks.sliding_window_view', a, 3, writeable=True)
