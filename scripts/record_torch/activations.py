"""Activations, the softmax family, and dropout where it changes nothing."""

import torch

from .core import transposed

PLAIN = 'relu relu6 selu silu mish softsign sigmoid tanh logsigmoid tanhshrink hardsigmoid hardswish'.split()
WITH_OPTIONS = {
    'elu': [{'alpha': 0.3}, {'alpha': 2}], 'celu': [{'alpha': 0.5}, {'alpha': 3}],
    'leaky_relu': [{'negative_slope': 0.2}, {'negative_slope': 0}, {'negative_slope': -1}],
    'gelu': [{'approximate': 'tanh'}, {'approximate': 'none'}],
    'hardtanh': [{'min_val': -0.4, 'max_val': 0.9}, {'min_val': 0, 'max_val': 6}],
    'softplus': [{'beta': 2}, {'threshold': 1}, {'beta': 0.5, 'threshold': 3}],
    'hardshrink': [{'lambd': 1}, {'lambd': 0}], 'softshrink': [{'lambd': 1}, {'lambd': 0}],
    'rrelu': [{'lower': 0.1, 'upper': 0.3}],
}
EDGES = [0, -1, 1, -3, 3, 6, -6, 0.5, -0.5, 1e-4, -1e-4]
FAR = [20, -20, 21, 88, -88, 100, -100, 1e4, -1e4]
BEYOND = [float('inf'), float('-inf'), float('nan'), 1e30, -1e30, 1e-40]


def record(r):
    for name in [*PLAIN, *WITH_OPTIONS]:
        for keywords in [{}, *WITH_OPTIONS.get(name, [])]:
            activation(r, name, keywords)
    for x in (r.x(4, 5), r.give(EDGES)):
        r('threshold', x, 0.1, 20)
        r('threshold', x, threshold=-0.5, value=-7)
    prelu(r)
    glu(r)
    softmax(r)
    without_effect(r)
    bad(r)


def activation(r, name, keywords):
    r(name, r.x(3, 7), **keywords)
    r(name, r.give(edges_of(name)), **keywords)
    r(name, r.give(FAR), **keywords)
    wide = name != 'hardsigmoid'  # whose derivative in float64 is the float32 nearest to 1/6
    r(name, r.stretch('normal', 'float64', (2, 3, 2), wide), **keywords)
    if keywords:
        if len(keywords) == 1 and name not in ('softplus', 'gelu'):
            r(name, r.x(6), *keywords.values())
        return
    r(name, r.give(edges_of(name), 'float64', grad=wide))
    if name not in ('mish', 'silu', 'gelu', 'hardswish', 'tanhshrink', 'softsign'):
        r(name, r.give(BEYOND, grad=False))
    r(name, r.x())
    r(name, r.x(0, 3))
    r(name, transposed(r.x(3, 4), 1, 0))


def edges_of(name):
    """At -3 and 3 the derivative of hardswish depends on the loop that PyTorch chooses."""
    return [x for x in EDGES if name != 'hardswish' or abs(x) != 3]


def prelu(r):
    r('prelu', r.x(2, 3, 4), r.x(3))
    r('prelu', r.x(2, 3, 2, 2), r.x(1))
    r('prelu', r.x(2, 3), r.x(3))
    r('prelu', r.x(5), r.x(1))
    r('prelu', r.give(EDGES), r.give([0.25]))
    r('prelu', r.x(2, 3, dtype='float64'), r.x(3, dtype='float64'))
    r('prelu', r.x(2, 3), r.x(2))


def glu(r):
    for shape, dims in (((4,), (0, -1)), ((3, 6), (1, -1)), ((4, 3), (0, -2)), ((2, 4, 6), (1, 2))):
        for dim in dims:
            r('glu', r.x(*shape), dim)
    r('glu', r.x(2, 6), dim=1)
    r('glu', r.x(2, 8))
    r('glu', r.x(0, 4))
    r('glu', r.x(2, 6, dtype='float64'))
    r('glu', r.x(2, 5))


def softmax(r):
    extremes = [[1000, 1001, 999], [-1000, -1001, -999], [0, 0, 0], [88, -88, 0]]
    infinite = [[float('-inf'), 0, 1], [float('-inf'), float('-inf'), 2], [float('inf'), 0, 1], [float('nan'), 0, 1]]
    for name in ('softmax', 'log_softmax', 'softmin'):
        for shape in ((5,), (3, 4), (2, 3, 4), (2, 3, 2, 2), (4, 1), (1, 7)):
            for dim in range(-len(shape), len(shape), 1 if len(shape) < 3 else 2):
                r(name, r.x(*shape), dim)
        r(name, r.x(2, 40), dim=1)
        r(name, r.x(3, 4, dtype='float64'), dim=0)
        r(name, r.x(0, 4), dim=1)
        r(name, r.x(4, 0), dim=1)
        r(name, r.x(), dim=0)
        r(name, r.give(extremes), dim=1)
        r(name, r.give(extremes), dim=0)
        r(name, r.give(infinite, grad=False), dim=1)
        r(name, r.give([1, 5, 2], 'int64'), dim=0, dtype=torch.float32)
        r(name, r.x(2, 3), dim=1, dtype=torch.float64)
        r(name, transposed(r.x(3, 2, 4), 2, 0, 1), dim=1)
        r(name, r.x(2, 3), 2)
        r(name, r.x(2, 3), dim=-3)


def without_effect(r):
    """Dropout outside of training, or with probability zero, and the one certain case of probability one."""
    spaces = {'dropout': (3, 4), 'dropout1d': (2, 3, 4), 'dropout2d': (2, 3, 2, 2), 'dropout3d': (1, 2, 2, 2, 2),
              'alpha_dropout': (3, 4), 'feature_alpha_dropout': (2, 3, 2, 2)}
    for name, shape in spaces.items():
        r(name, r.x(*shape), training=False)
        r(name, r.x(*shape), 0.7, False)
        r(name, r.x(*shape), p=0.3, training=False)
        r(name, r.x(*shape), p=1.5)
        r(name, r.x(*shape), p=-0.1)
        if 'alpha' not in name:
            r(name, r.x(*shape), p=0, training=True)
            r(name, r.x(*shape), p=1, training=True)


def bad(r):
    r('softshrink', r.x(3), -1)
    r('gelu', r.x(3), approximate='fast')
    r('celu', r.x(3), alpha=0)
    r('softmax', r.give([1, 2], 'int64'), 0)
    r('logsigmoid', r.give([1, 2], 'int64'))
    r('gelu', r.give([1, 2], 'int64'))
    r('mish', r.give([1, 2], 'int64'))
    r('relu', r.give([1, -2, 0], 'int64'))
    r('glu', r.x(4), 1)
    r('glu', r.x())
