"""First values of parameters that leave nothing to chance, gains, and clipped gradients."""

import torch
from torch.nn import init, utils

from .core import camel
from .tape import Program, backward, fresh, gradient


def record(r):
    values(r)
    gains(r)
    clipping(r)
    vectors(r)


def values(r):
    def fill(name, *args, **keywords):
        spelled = {camel(k): v for k, v in keywords.items()}
        r.record(f'nn.init.{camel(name)}', getattr(init, name), args, keywords, spelled)

    for shape in ((3,), (2, 3), (3, 2), (2, 2, 3)):
        fill('zeros_', r.const(*shape))
        fill('ones_', r.const(*shape))
        fill('constant_', r.const(*shape), 0.3)
        fill('eye_', r.const(*shape))
        fill('dirac_', r.const(*shape))
    fill('constant_', r.const(2, dtype='float64'), -2)
    for shape in ((2, 3, 4), (4, 2, 3, 3), (2, 2, 1, 3, 2)):
        fill('dirac_', r.const(*shape))
        fill('dirac_', r.const(*shape), groups=2)
    fill('dirac_', r.const(3, 2, 3), groups=2)
    fill('xavier_uniform_', r.const(3))
    fill('kaiming_normal_', r.const(3))
    fill('kaiming_uniform_', r.const(3, 2), mode='fan')
    fill('orthogonal_', r.const(3))
    fill('sparse_', r.const(3, 2, 2), 0.5)


def gains(r):
    for name in ('linear', 'conv2d', 'conv_transpose1d', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu', 'softplus'):
        r.record('nn.init.calculateGain', init.calculate_gain, [name], {}, {})
    r.record('nn.init.calculateGain', init.calculate_gain, ['leaky_relu', 0.2], {}, {})


def clipping(r):
    def clipped(function, call, *args):
        x, y = r.x(2, 3), r.x(2)
        p = Program(r, 'clip')
        for leaf in (x, y):
            p('.backward', backward, p('square', torch.square, leaf), r.const(*leaf.array.shape))
        total = p(f'nn.utils.{function}', call, [x, y], *args)
        p.end(*([total] if function == 'clipGradNorm_' else []), gradient(p, x), gradient(p, y), differentiate=False)
        fresh(x, y)

    for args in ((1,), (100,), (0.5, 1), (0.5, 3), (0.7, float('inf')), (0,)):
        clipped('clipGradNorm_', lambda tensors, *rest: utils.clip_grad_norm_(tensors, *rest), *args)
    for limit in (0.5, 0, 10):
        clipped('clipGradValue_', lambda tensors, limit: utils.clip_grad_value_(tensors, limit), limit)


def vectors(r):
    p = Program(r, 'vector')
    p.end(p('nn.utils.parametersToVector', utils.parameters_to_vector, [r.x(2, 2), r.x(3), r.x()]))
