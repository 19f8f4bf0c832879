"""Gradients of indexing, of gathering and of moves: repeated indices accumulate, what is left out gets zeros."""

import numpy as np
import torch

from .core import transposed


def get(x, *index):
    """NumPy's indexing on a tensor: the elements' places by NumPy, then one gather."""
    places = np.arange(x.numel()).reshape(tuple(x.shape))
    index = [i.numpy() if isinstance(i, torch.Tensor) else np.array(i, dtype=int) if isinstance(i, list) else i for i in index]
    found = places[eval(f'np.s_[{index[0]}]', {'np': np}) if isinstance(index[0], str) else tuple(index)]
    return x.reshape(-1)[torch.tensor(np.array(found))]


def record(r):
    indices(r)
    gathers(r)
    joins(r)
    moves(r)
    triangles(r)
    selections(r)


def indices(r):
    texts = ['1', '-1', ':', '1:', '::2', '::-1', ':0', '0, 1', ':, 1', '1:, :-1', '..., 0', 'None, 1', ':, None', '::-2, ::-1', '-1, ::-1']
    for text in texts:
        r.np('get', get, r.x(3, 4), text)
    for text in ('0', '..., 1', ':, 0, ::2', '1, None, :, 0', ':, ::-1, None, -1'):
        r.np('get', get, r.x(2, 3, 3, dtype='float64'), text)
    s = slice
    for index in ((0,), (-1, 2), (s(None, None, -1),), (s(1, None), s(None, None, 2)), (Ellipsis, 1), (None, s(0, 2)), (1, Ellipsis, None)):
        r.np('get', get, r.x(3, 4), *index)
    for index in (([0, 2, 0],), ([0, 2, 2, 2], [1, 1, 1, 3]), (s(None), [3, 0, 3]), ([[0, 1], [1, 1]],), (1, [0, 0]), ([0, -1], s(None, None, 2)),
                  ([],), (s(1, 3), [0, 0, 1]), (None, [2, 2])):
        r.np('get', get, r.x(3, 4), *index)
    for shape, index in (((2, 3, 4), ([0, 1], s(None), [2, 2])), ((2, 3, 4), (s(None), [0, 0], [1, 1])), ((2, 3, 4), (Ellipsis, [0, 0, 3]))):
        r.np('get', get, r.x(*shape), *index)
    r.np('get', get, r.x(4), r.give([3, 3, 0], 'int64'))
    r.np('get', get, r.x(3, 4, dtype='complex64'), [0, 0, 2], s(None, None, -1))
    mask = r.rng.random((3, 4)) < 0.5
    r.np('get', get, r.x(3, 4), r.give(mask, 'bool'))
    r.np('get', get, r.x(3, 4), r.give([True, False, True], 'bool'))
    r.np('get', get, r.x(3, 4), s(None), r.give([False, False, False, False], 'bool'))
    r.np('get', get, r.x(3, 4), r.give([True, False, True], 'bool'), 1)
    r.np('get', get, transposed(r.x(3, 4), 1, 0), [0, 0], s(None, None, -1))
    r.np('get', get, r.x(3, 4), 3)
    r.np('get', get, r.x(3, 4), [0, 5])
    r.np('get', get, r.x(3, 4), r.give([True, False], 'bool'))


def gathers(r):
    def take(x, places, axis=None):
        places = torch.as_tensor(places)
        if axis is None:
            return x.reshape(-1)[places]
        return torch.index_select(x, axis, places.reshape(-1)).reshape(*x.shape[:axis], *places.shape, *x.shape[axis + 1:])

    r.np('take', take, r.x(3, 4), [0, 5, 5, 11])
    r.np('take', take, r.x(3, 4), [[0, 0], [2, 1]], axis=0)
    r.np('take', take, r.x(3, 4), [3, 3, 1], axis=1)
    r.np('take', take, r.x(5), 2)
    along = lambda x, places, axis: torch.gather(x, axis, places)  # noqa: E731
    r.np('take_along_axis', along, r.x(3, 4), r.give([[0, 0, 3], [1, 2, 1], [3, 3, 3]], 'int64'), 1)
    r.np('take_along_axis', along, r.x(3, 2), r.give([[2, 0], [2, 0]], 'int64'), 0)
    r.np('take_along_axis', along, r.x(2, 2, 3, dtype='float64'), r.give(r.rng.integers(0, 3, (2, 2, 4)), 'int64'), 2)
    r.np('compress', lambda mask, x, axis: x.index_select(axis, torch.tensor(mask).nonzero()[:, 0]), [True, False, True], r.x(3, 2), axis=0)
    r.np('extract', lambda mask, x: x[mask], r.give([[True, False], [True, True]], 'bool'), r.x(2, 2))
    r.np('delete', lambda x, places, axis: x.index_select(axis, torch.tensor([0, 2])), r.x(3, 2), [1], axis=0)
    r.np('repeat', lambda x, n, axis: torch.repeat_interleave(x, n, axis), r.x(2, 3), 3, axis=1)
    r.np('repeat', lambda x, n: torch.repeat_interleave(x, n), r.x(2, 2), 2)
    r.np('repeat', lambda x, n, axis: torch.repeat_interleave(x, torch.tensor(n), axis), r.x(3, 2), [2, 0, 3], axis=0)
    r.np('tile', lambda x, reps: torch.tile(x, reps if isinstance(reps, (list, tuple)) else (reps,)), r.x(2, 3), 2)
    r.np('tile', lambda x, reps: torch.tile(x, reps), r.x(3), [2, 1, 2])
    r.np('choose', lambda places, choices: torch.gather(torch.stack(choices), 0, places[None])[0], r.give([0, 1, 1], 'int64'), [r.x(3), r.x(3)])


def joins(r):
    r.np('concatenate', torch.cat, [r.x(2, 3), r.x(1, 3)])
    r.np('concatenate', lambda xs, axis: torch.cat(xs, axis), [r.x(2, 1), r.x(2, 3), r.x(2, 0)], axis=1)
    x = r.x(2)
    r.np('concatenate', torch.cat, [x, x, r.const(1)])
    for axis in (0, 1, -1):
        r.np('stack', lambda xs, axis: torch.stack(xs, axis), [r.x(2, 3), r.x(2, 3)], axis=axis)
    r.np('vstack', torch.vstack, [r.x(3), r.x(2, 3)])
    r.np('hstack', torch.hstack, [r.x(2), r.x(3)])
    r.np('hstack', torch.hstack, [r.x(2, 1), r.x(2, 2)])
    r.np('dstack', torch.dstack, [r.x(2, 3), r.x(2, 3)])
    r.np('column_stack', torch.column_stack, [r.x(3), r.x(3, 2)])
    r.np('append', lambda x, y: torch.cat([x.reshape(-1), y.reshape(-1)]), r.x(2, 2), r.x(3))
    r.np('split', lambda x, n: list(torch.chunk(x, n)), r.x(6), 3)
    r.np('split', lambda x, places, axis: list(torch.tensor_split(x, places, axis)), r.x(2, 5), [1, 3], axis=1)
    r.np('array_split', lambda x, n: list(torch.tensor_split(x, n)), r.x(7), 3)
    r.np('meshgrid', lambda x, y: list(torch.meshgrid(x, y, indexing='xy')), r.x(2), r.x(3))
    r.np('meshgrid', lambda x, y, indexing: list(torch.meshgrid(x, y, indexing=indexing)), r.x(2), r.x(3), indexing='ij')
    r.np('broadcast_arrays', lambda *xs: list(torch.broadcast_tensors(*xs)), r.x(2, 1), r.x(3))
    r.np('block', lambda rows: torch.vstack([torch.hstack(row) for row in rows]), [[r.x(2, 2), r.x(2, 1)], [r.x(1, 2), r.x(1, 1)]])


def moves(r):
    r.np('reshape', lambda x, shape: x.reshape(shape), r.x(2, 3), [3, 2])
    r.np('reshape', lambda x, shape: x.reshape(shape), transposed(r.x(2, 3), 1, 0), [6])
    r.np('reshape', lambda x, shape: x.reshape(shape), r.x(2, 3), [-1, 2])
    r.np('ravel', torch.ravel, r.x(2, 3))
    r.np('ravel', torch.ravel, transposed(r.x(2, 3), 1, 0))
    r.np('transpose', lambda x: x.permute(*range(x.ndim - 1, -1, -1)), r.x(2, 3, 2))
    r.np('transpose', lambda x, order: x.permute(*order), r.x(2, 3, 2), [1, 2, 0])
    r.np('swapaxes', lambda x, i, j: x.transpose(i, j), r.x(2, 3, 2), 0, 2)
    r.np('moveaxis', lambda x, i, j: torch.movedim(x, i, j), r.x(2, 3, 2), 0, -1)
    r.np('squeeze', torch.squeeze, r.x(1, 3, 1))
    r.np('squeeze', lambda x, axis: torch.squeeze(x, axis), r.x(1, 3, 1), axis=0)
    r.np('expand_dims', torch.unsqueeze, r.x(2, 3), 1)
    r.np('broadcast_to', lambda x, shape: x.expand(shape), r.x(2, 1), [3, 2, 4])
    r.np('flip', lambda x: x.flip(*range(x.ndim)), r.x(2, 3))
    r.np('flip', lambda x, axis: x.flip(axis), r.x(2, 3), axis=1)
    r.np('fliplr', torch.fliplr, r.x(2, 3))
    r.np('flipud', torch.flipud, r.x(2, 3))
    r.np('rot90', torch.rot90, r.x(2, 3))
    r.np('rot90', lambda x, k: torch.rot90(x, k), r.x(2, 3), 3)
    r.np('roll', lambda x, n: torch.roll(x, n), r.x(2, 3), 2)
    r.np('roll', lambda x, n, axis: torch.roll(x, n, axis), r.x(2, 3), -1, axis=1)
    r.np('roll', lambda x, n, axis: torch.roll(x, n, axis), r.x(2, 3), [1, 2], axis=[0, 1])
    pad = torch.nn.functional.pad
    r.np('pad', lambda x, widths: pad(x, [n for pair in reversed(widths) for n in pair]), r.x(2, 3), [[1, 0], [2, 1]])
    r.np('pad', lambda x, widths, constant_values: pad(x, (widths, widths), value=constant_values), r.x(3), 2, constant_values=5)
    for mode, other in (('reflect', 'reflect'), ('edge', 'replicate'), ('wrap', 'circular')):
        r.np('pad', lambda x, widths, mode, other=other: pad(x[None, None], widths, other)[0, 0], r.x(4), [2, 1], mode=mode)
    r.np('atleast_2d', torch.atleast_2d, r.x(3))
    r.np('copy', torch.clone, r.x(2, 3))


def triangles(r):
    r.np('diag', torch.diag, r.x(3))
    r.np('diag', torch.diag, r.x(2, 3))
    r.np('diag', torch.diag, r.x(3, 3), 1)
    r.np('diag', torch.diag, r.x(2), -1)
    r.np('diagonal', torch.diagonal, r.x(3, 4))
    r.np('diagonal', lambda x, offset, axis1, axis2: torch.diagonal(x, offset, axis1, axis2), r.x(2, 3, 3), offset=1, axis1=1, axis2=2)
    r.np('diagflat', torch.diagflat, r.x(2, 2))
    for name, call in (('tril', torch.tril), ('triu', torch.triu)):
        r.np(name, call, r.x(3, 3))
        r.np(name, call, r.x(2, 3, 4), 1)
        r.np(name, call, r.x(3, 2), -1)
    r.np('tril', torch.tril, r.x(2, 2, dtype='complex64'))


def selections(r):
    def topk(x, k, axis=-1, largest=True, sorted=True):
        return torch.topk(x, k, axis, largest, sorted)

    inf, nan = float('inf'), float('nan')
    distinct = lambda *shape, dtype='float32': r.x(*shape, dtype=dtype, kind='distinct')
    for k in (0, 1, 3, 6):
        r.np('topk', topk, distinct(6), k)
        r.np('topk', topk, distinct(6), k, largest=False)
    for axis in (0, 1, -1):
        r.np('topk', topk, distinct(4, 5), 2, axis)
        r.np('topk', topk, distinct(4, 5), 3, axis=axis, largest=False)
    r.np('topk', topk, distinct(2, 3, 4), 2, axis=1)
    r.np('topk', topk, distinct(3, 40, dtype='float64'), 7)
    r.np('topk', topk, distinct(2, 300), 5, largest=False)
    r.np('topk', topk, transposed(distinct(4, 3), 1, 0), 2)
    r.np('topk', topk, distinct(5), 1, sorted=False)
    r.np('topk', topk, distinct(), 1)
    r.np('topk', topk, distinct(), 1, -1, False)
    r.np('topk', topk, r.x(0), 0)
    r.np('topk', topk, r.x(3, 0), 0)
    r.np('topk', topk, r.x(0, 3), 2)
    awkward = r.give([3, nan, -inf, 0.5, inf, -2, 1e-45, -7])
    for k in (1, 2, 3, 8):
        r.np('topk', topk, awkward, k)
        r.np('topk', topk, awkward, k, largest=False)
    for values, dtype in (([3, -7, 0, 127, -128], 'int8'), ([3, 250, 0, 7], 'uint8'), ([5, -2**31, 2**31 - 1, 0], 'int32'),
                          ([5, -7, 2**31 - 1, -2**31], 'int64')):
        r.np('topk', topk, r.give(values, dtype), 2)
        r.np('topk', topk, r.give(values, dtype), 2, largest=False)
    for k in (-1, 7, 1.5):
        r.np('topk', topk, distinct(6), k)
    r.np('topk', topk, distinct(6), 1, 1)
