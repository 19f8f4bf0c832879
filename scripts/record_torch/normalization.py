"""Normalisation: batch, instance, layer, group, root mean square, local response, and unit vectors."""

import torch

from .core import transposed


def record(r):
    batch(r)
    instance(r)
    layer(r)
    group(r)
    root_mean_square(r)
    local_response(r)
    unit_vectors(r)


def running(r, channels, dtype='float32'):
    return r.const(channels, dtype=dtype), r.const(channels, dtype=dtype, kind='positive')


def batch(r):
    for shape in ((4, 3), (2, 3, 5), (3, 2, 2, 3), (2, 2, 2, 1, 3), (1, 3, 2, 2), (2, 1, 4)):
        c = shape[1]
        for training in (False, True):
            r('batch_norm', r.x(*shape), *running(r, c), r.x(c), r.x(c), training=training)
            r('batch_norm', r.x(*shape), *running(r, c), training=training, momentum=0.5, eps=0.1)
            r('batch_norm', r.x(*shape), *running(r, c), weight=r.x(c), training=training)
        r('batch_norm', r.x(*shape), None, None, r.x(c), r.x(c), True)
        r('batch_norm', r.x(*shape), None, None, None, r.x(c), True, 0.2, 0.01)
    r('batch_norm', r.x(3, 2, dtype='float64'), *running(r, 2, 'float64'), training=True)
    r('batch_norm', r.x(3, 2, 2, dtype='float64'), *running(r, 2, 'float64'), r.x(2, dtype='float64'), r.x(2, dtype='float64'))
    r('batch_norm', transposed(r.x(2, 3, 3, 2), 0, 3, 1, 2), *running(r, 2), r.x(2), r.x(2), training=True)
    r('batch_norm', r.x(3, 2), *running(r, 2), training=True, momentum=0)
    r('batch_norm', r.x(3, 2), *running(r, 2), training=True, momentum=1)
    r('batch_norm', r.x(1, 2), *running(r, 2), training=True)
    r('batch_norm', r.x(3, 2), *running(r, 3), training=True)
    r('batch_norm', r.x(3, 2), *running(r, 2), r.x(3), training=True)
    r('batch_norm', r.x(3), *running(r, 3))


def instance(r):
    for shape in ((2, 3, 5), (2, 2, 3, 3), (1, 2, 2, 2, 3), (1, 1, 4)):
        c = shape[1]
        r('instance_norm', r.x(*shape))
        r('instance_norm', r.x(*shape), weight=r.x(c), bias=r.x(c), eps=0.01)
        r('instance_norm', r.x(*shape), *running(r, c))
        r('instance_norm', r.x(*shape), *running(r, c), r.x(c), r.x(c), True, 0.3)
        r('instance_norm', r.x(*shape), *running(r, c), r.x(c), r.x(c), use_input_stats=False)
    r('instance_norm', r.x(2, 2, 4, dtype='float64'))
    r('instance_norm', r.x(2, 2, 1))
    r('instance_norm', r.x(2, 3, 4), use_input_stats=False)


def layer(r):
    for shape, normalized in (((3, 4), (4,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((2, 2, 2, 3), (2, 2, 3)), ((5,), (5,)),
                              ((1, 33), (33,)), ((0, 4), (4,)), ((3, 2), (2,))):
        r('layer_norm', r.x(*shape), normalized)
        r('layer_norm', r.x(*shape), normalized, r.x(*normalized), r.x(*normalized))
        r('layer_norm', r.x(*shape), normalized_shape=normalized, weight=r.x(*normalized), eps=0.1)
    r('layer_norm', r.x(2, 6), (6,), None, r.x(6))
    r('layer_norm', r.x(3, 5, dtype='float64'), (5,), r.x(5, dtype='float64'), r.x(5, dtype='float64'), 1e-3)
    r('layer_norm', transposed(r.x(5, 3), 1, 0), (5,), r.x(5), r.x(5))
    r('layer_norm', r.give([[100, 101, 102], [-5, -5, 10]]), (3,))
    r('layer_norm', r.x(3, 4), (3,))
    r('layer_norm', r.x(3, 4), (4,), r.x(3))
    r('layer_norm', r.x(3, 4), ())


def group(r):
    for shape, groups in (((2, 4), 2), ((2, 4, 3), 2), ((1, 6, 2, 2), 3), ((2, 4, 3), 1), ((2, 4, 3), 4), ((1, 2, 2, 1, 2), 2)):
        c = shape[1]
        r('group_norm', r.x(*shape), groups)
        r('group_norm', r.x(*shape), groups, r.x(c), r.x(c))
        r('group_norm', r.x(*shape), num_groups=groups, weight=r.x(c), eps=0.1)
    r('group_norm', r.x(2, 4, 2, dtype='float64'), 2, r.x(4, dtype='float64'), r.x(4, dtype='float64'))
    r('group_norm', transposed(r.x(2, 3, 4), 0, 2, 1), 2, r.x(4), r.x(4))
    r('group_norm', r.x(2, 4, 3), 3)
    r('group_norm', r.x(2, 4, 3), 2, r.x(3))


def root_mean_square(r):
    def rms_norm(input, normalized_shape, weight=None, eps=None):
        """PyTorch 2's formula."""
        axes = tuple(range(-len(normalized_shape), 0))
        eps = torch.finfo(input.dtype).eps if eps is None else eps
        result = input * torch.rsqrt(input.square().mean(axes, keepdim=True) + eps)
        return result if weight is None else result * weight

    for shape, normalized in (((3, 4), (4,)), ((2, 3, 4), (3, 4)), ((5,), (5,)), ((1, 33), (33,)), ((0, 4), (4,))):
        r('rms_norm', r.x(*shape), normalized, _call=rms_norm)
        r('rms_norm', r.x(*shape), normalized, r.x(*normalized), _call=rms_norm)
        r('rms_norm', r.x(*shape), normalized, weight=r.x(*normalized), eps=0.01, _call=rms_norm)
    r('rms_norm', r.x(2, 4, dtype='float64'), (4,), r.x(4, dtype='float64'), _call=rms_norm)
    r('rms_norm', transposed(r.x(4, 3), 1, 0), (4,), _call=rms_norm)


def local_response(r):
    for shape, size in (((2, 5, 3), 3), ((2, 4, 2, 3), 2), ((1, 3, 2, 2), 5), ((1, 4, 2, 1, 2), 3), ((1, 4, 3), 1)):
        r('local_response_norm', r.x(*shape), size)
        r('local_response_norm', r.x(*shape), size, alpha=0.5, beta=0.6, k=2)
        r('local_response_norm', r.x(*shape), size, 1, 1, 1)
    r('local_response_norm', r.x(1, 3, 4, dtype='float64'), 3, 0.1)
    r('local_response_norm', r.x(3, 4), 2)


def unit_vectors(r):
    for shape in ((3, 4), (2, 3, 4)):
        for keywords in ({}, {'p': 1}, {'p': 3}, {'p': float('inf')}, {'dim': 0}, {'dim': -1, 'p': 1}, {'eps': 10}):
            r('normalize', r.x(*shape), **keywords)
    r('normalize', r.x(3, 4), 2, 1, 1e-3)
    r('normalize', r.give([[0, 0, 0], [3, 4, 0]], grad=False))
    r('normalize', r.x(5), dim=0)
    r('normalize', r.x(2, 3, dtype='float64'))
    r('normalize', r.x(0, 3))
    r('normalize', r.x(4))
