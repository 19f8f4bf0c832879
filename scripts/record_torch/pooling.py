"""Pooling: max, average, adaptive and power-average, and the inverse of max pooling."""

import torch
import torch.nn.functional as F

from .core import Call, transposed

SPATIAL = {1: (9,), 2: (6, 7), 3: (4, 5, 4)}


def record(r):
    for n in (1, 2, 3):
        max_pools(r, n)
        average_pools(r, n)
        adaptive_pools(r, n)
        power_pools(r, n)
        unpools(r, n)
        bad_pools(r, n)
    strided(r)


def max_pools(r, n):
    name, space = f'max_pool{n}d', SPATIAL[n]
    variants = [
        {'kernel_size': 2}, {'kernel_size': 3, 'stride': 2}, {'kernel_size': 3, 'stride': 1, 'padding': 1},
        {'kernel_size': 2, 'stride': 3}, {'kernel_size': 3, 'stride': 2, 'padding': 1, 'ceil_mode': True},
        {'kernel_size': 2, 'stride': 2, 'ceil_mode': True}, {'kernel_size': 2, 'dilation': 2},
        {'kernel_size': tuple([2, 3, 1][:n]), 'stride': tuple([1, 2, 2][:n])},
        {'kernel_size': 2, 'dilation': tuple([3, 1, 2][:n]), 'stride': 1, 'padding': 1}, {'kernel_size': 1},
        {'kernel_size': 2, 'stride': 3, 'ceil_mode': True, 'padding': 1},
    ]
    for keywords in variants:
        r(name, r.x(2, 2, *space, kind='distinct') if n < 3 else r.x(1, 2, *space, kind='distinct'), **keywords)
        r(name, r.x(1, 1, *space, kind='distinct'), return_indices=True, **keywords)
    r(name, r.x(2, *space), 2)
    r(name, r.x(1, 1, *space), 3, 2, 1, 1, True, True)
    r(name, r.x(0, 2, *space), 2)
    r(name, r.x(1, 2, *space, dtype='float64'), 2, stride=1)
    ties = r.rng.integers(0, 3, (1, 1, *space))
    r(name, r.give(ties), 2, return_indices=True)
    r(name, r.give(ties * 0), 2, stride=1, return_indices=True)
    values = r.rng.standard_normal((1, 1, *space)).astype('float32')
    values.ravel()[[3, 8]] = float('nan'), float('-inf')
    r(name, r.give(values), 2, return_indices=True)
    r(name, r.give(values), 3, stride=1, padding=1)


def average_pools(r, n):
    name, space = f'avg_pool{n}d', SPATIAL[n]
    variants = [
        {'kernel_size': 2}, {'kernel_size': 3, 'stride': 2}, {'kernel_size': 3, 'stride': 1, 'padding': 1},
        {'kernel_size': 3, 'stride': 1, 'padding': 1, 'count_include_pad': False}, {'kernel_size': 2, 'stride': 3},
        {'kernel_size': 3, 'stride': 2, 'padding': 1, 'ceil_mode': True},
        {'kernel_size': 3, 'stride': 2, 'padding': 1, 'ceil_mode': True, 'count_include_pad': False},
        {'kernel_size': 2, 'stride': 2, 'ceil_mode': True}, {'kernel_size': 2, 'stride': 3, 'ceil_mode': True, 'padding': 1},
        {'kernel_size': tuple([2, 3, 1][:n]), 'stride': tuple([1, 2, 2][:n])}, {'kernel_size': 1},
    ]
    if n > 1:
        variants += [{'kernel_size': 2, 'divisor_override': 3}, {'kernel_size': 3, 'stride': 2, 'padding': 1, 'divisor_override': -2},
                     {'kernel_size': 2, 'padding': tuple([0, 1, 1][:n])}]
    for keywords in variants:
        r(name, r.x(1, 2, *space), **keywords)
    r(name, r.x(2, *space), 2)
    r(name, r.x(1, 1, *space), 3, 2, 1, True, False)
    r(name, r.x(0, 2, *space), 2)
    r(name, r.x(2, 1, *space, dtype='float64'), 2, stride=1)


def adaptive_pools(r, n):
    space = SPATIAL[n]
    sizes = {1: (1, 3, 4, 9, 12), 2: (1, (3, 2), (5, 7), (None, 2), (4, None), 8), 3: (1, (2, 3, 2), (3, 2, 4), (None, 2, 1), (5, 1, 2))}[n]
    for size in sizes:
        r(f'adaptive_avg_pool{n}d', r.x(1, 2, *space), size)
        r(f'adaptive_max_pool{n}d', r.x(1, 2, *space, kind='distinct'), size)
        r(f'adaptive_max_pool{n}d', r.x(1, 1, *space, kind='distinct'), output_size=size, return_indices=True)
    r(f'adaptive_avg_pool{n}d', r.x(2, *space), sizes[1])
    r(f'adaptive_max_pool{n}d', r.x(2, *space), sizes[1])
    r(f'adaptive_avg_pool{n}d', r.x(0, 2, *space), 1)
    r(f'adaptive_avg_pool{n}d', r.x(1, 1, *space, dtype='float64'), sizes[2])


def power_pools(r, n):
    space = SPATIAL[n]
    call = None if n < 3 else lp_pool3d
    variants = [(2, {'kernel_size': 2}), (1, {'kernel_size': 2}), (3, {'kernel_size': 2, 'stride': 1}),
                (2, {'kernel_size': 3, 'stride': 2, 'ceil_mode': True}), (1.5, {'kernel_size': 2})]
    for p, keywords in variants:
        r(f'lp_pool{n}d', r.x(1, 2, *space, kind='positive'), p, _call=call, **keywords)
    r(f'lp_pool{n}d', r.x(2, *space, kind='positive'), 2, 2, _call=call)
    r(f'lp_pool{n}d', r.x(1, 1, *space), 2, 3, 1, _call=call)


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The formula of the functions for one and two axes; 1.13 has none for three."""
    pooled = F.avg_pool3d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode)
    return (torch.sign(pooled) * F.relu(torch.abs(pooled))).mul(kernel_size**3).pow(1 / norm_type)


def unpools(r, n):
    name, space = f'max_unpool{n}d', {1: (8,), 2: (4, 6), 3: (4, 2, 4)}[n]
    pooled = tuple(s // 2 for s in space)
    values = r.x(1, 2, *space)
    indices = getattr(F, f'max_pool{n}d')(values.tensor, 2, return_indices=True)[1]
    r(name, r.x(1, 2, *pooled), r.give(indices.numpy(), 'int64'), 2)
    r(name, r.x(1, 2, *pooled), r.give(indices.numpy(), 'int64'), kernel_size=2, stride=2, output_size=space)
    r(name, r.x(2, *pooled), r.give(indices[0].numpy(), 'int64'), 2, 2)
    wrong = indices.numpy() + 1000
    r(name, r.x(1, 2, *pooled), r.give(wrong, 'int64'), 2)


def bad_pools(r, n):
    space = SPATIAL[n]
    for kind in ('max', 'avg'):
        name = f'{kind}_pool{n}d'
        r(name, r.x(1, 1, *space), 2, padding=2)
        r(name, r.x(1, 1, *space), 20)
        r(name, r.x(1, 1, *space), 0)
        r(name, r.x(1, 1, *space), 2, stride=0)
        r(name, r.x(1, 1, *space, 1, 1), 2)
    r(f'adaptive_avg_pool{n}d', r.x(3), 2) if n > 1 else None
    if n == 2:
        r('avg_pool2d', r.x(1, 1, *space), 2, divisor_override=0)
        r('max_pool2d', r.x(1, 1, *space), (2, 2, 2))


def strided(r):
    last_first = lambda *shape: transposed(r.x(*shape), 0, 3, 1, 2)  # noqa: E731
    r('max_pool2d', last_first(1, 5, 6, 2), 2)
    r('avg_pool2d', last_first(1, 5, 6, 2), 2, padding=1)
    r('adaptive_avg_pool2d', last_first(1, 5, 6, 2), (2, 3))
    r('max_pool2d', Call('negative', torch.neg, r.x(1, 2, 4, 4)), 2, stride=1)
