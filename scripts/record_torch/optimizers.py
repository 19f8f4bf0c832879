"""Optimizers: the parameters after each of some steps with recorded gradients, and LBFGS on small functions."""

import inspect

import torch
from torch.optim import nadam

from .core import camel, error_code
from .tables import FUNCTIONS

COMMON = [{}, {'lr': 0.1}, {'weight_decay': 0.1}]
VARIANTS = {
    'SGD': [{'lr': 0.1}, {'lr': 0.1, 'momentum': 0.9}, {'lr': 0.1, 'momentum': 0.9, 'nesterov': True},
            {'lr': 0.1, 'momentum': 0.5, 'dampening': 0.3}, {'lr': 0.05, 'weight_decay': 0.2},
            {'lr': 0.1, 'momentum': 0.9, 'weight_decay': 0.1, 'nesterov': True}, {'lr': 0.1, 'maximize': True},
            {'lr': 0.1, 'momentum': 0.9, 'dampening': 0.1, 'weight_decay': 0.01, 'maximize': True}, {'lr': 0}],
    'Adam': [*COMMON, {'betas': (0.5, 0.7)}, {'eps': 0.1}, {'amsgrad': True}, {'amsgrad': True, 'weight_decay': 0.3, 'lr': 0.2},
             {'maximize': True}, {'lr': 0.01, 'betas': (0, 0.9)}],
    'AdamW': [*COMMON, {'betas': (0.5, 0.7)}, {'eps': 0.1}, {'amsgrad': True, 'lr': 0.05}, {'weight_decay': 0}, {'maximize': True}],
    'NAdam': [*COMMON, {'betas': (0.5, 0.7)}, {'momentum_decay': 0.1}, {'eps': 0.1}, {'weight_decay': 0.1, 'lr': 0.05}],
    'RAdam': [*COMMON, {'betas': (0.5, 0.7)}, {'lr': 0.1, 'betas': (0.9, 0.5)}, {'eps': 0.1, 'betas': (0.8, 0.95)}],
    'Adamax': [*COMMON, {'betas': (0.5, 0.7)}, {'eps': 0.1}, {'maximize': True}],
    'Adagrad': [*COMMON, {'lr_decay': 0.1}, {'initial_accumulator_value': 0.5}, {'eps': 0.1}, {'maximize': True},
                {'lr': 0.1, 'lr_decay': 0.05, 'weight_decay': 0.1}],
    'Adadelta': [*COMMON, {'rho': 0.5}, {'eps': 0.01}, {'maximize': True}],
    'RMSprop': [*COMMON, {'alpha': 0.5}, {'momentum': 0.9}, {'centered': True}, {'centered': True, 'momentum': 0.5, 'weight_decay': 0.1},
                {'eps': 0.1}, {'maximize': True}],
    'Rprop': [{}, {'lr': 0.1}, {'etas': (0.3, 1.5)}, {'step_sizes': (0.001, 0.015)}, {'maximize': True}],
    'ASGD': [*COMMON, {'lambd': 0.1}, {'t0': 2, 'alpha': 0.5, 'lr': 0.1}, {'maximize': True}],
}
WRONG = {  # what the constructors refuse
    'SGD': [{'lr': -1}, {'lr': 0.1, 'momentum': -0.5}, {'lr': 0.1, 'nesterov': True}, {'lr': 0.1, 'weight_decay': -1}],
    'Adam': [{'lr': -1}, {'betas': (1, 0.9)}, {'eps': -1}, {'weight_decay': -0.1}],
    'AdamW': [{'betas': (0.9, 1.2)}], 'NAdam': [{'momentum_decay': -1}], 'RAdam': [{'eps': -1}], 'Adamax': [{'lr': -1}],
    'Adagrad': [{'initial_accumulator_value': -1}], 'Adadelta': [{'rho': 2}], 'RMSprop': [{'alpha': -1}], 'Rprop': [{'etas': (1.1, 1.2)}],
}
STEPS = 6


def correct_nadam():
    """PyTorch 1.13 takes the momentum of the present step twice into that of the next, against the paper; 2.0 has corrected it."""
    source = inspect.getsource(nadam._single_tensor_nadam)
    wrong = 'mu_product * mu * mu_next'
    assert wrong in source
    exec(source.replace(wrong, 'mu_product * mu_next'), nadam.__dict__)


def record(r):
    correct_nadam()
    for name, variants in VARIANTS.items():
        for keywords in variants:
            steps(r, name, [r.x(2, 3), r.x(2)], **keywords)
        more = variants[-1]
        steps(r, name, [r.x(3), r.x()], _restore=3, **more)
        steps(r, name, [r.x(2, dtype='float64')], **more)
        groups = [{'params': [r.x(3)], 'lr': 0.2}, {'params': [r.x(2), r.x(1)]}]
        steps(r, name, groups, **{**more, 'lr': 0.05})
        steps(r, name, [r.x(2), r.x(3)], _idle=True, **more)
    for name, wrong in WRONG.items():
        for keywords in wrong:
            steps(r, name, [r.x(2)], **keywords)
    steps(r, 'SGD', [], lr=0.1)
    minimisations(r)


def leaves_in(params):
    return [leaf for p in params for leaf in (p['params'] if isinstance(p, dict) else [p])]


def tensors_in(params):
    return [{**p, 'params': [leaf.tensor for leaf in p['params']]} if isinstance(p, dict) else p.tensor for p in params]


def encoded(r, params, keywords):
    return [r.encode(params)], {camel(k): r.encode(v) for k, v in keywords.items()}


def steps(r, name, params, _restore=None, _idle=False, **keywords):
    """Steps with gradients from the pool; `_idle` leaves the second parameter without one at every other step."""
    args, named = encoded(r, params, keywords)
    try:
        optimizer = getattr(torch.optim, name)(tensors_in(params), **keywords)
    except Exception as error:  # the kind of the error is the result
        return r.write(f'optim.{name}', args, named, error_code(error), {'optimizer': {'steps': 0}})
    leaves = leaves_in(params)
    given, rows = [], []
    for step in range(STEPS):
        gradients = [None if _idle and k == 1 and step % 2 == 0 else r.const(*leaf.tensor.shape, dtype=leaf.array.dtype.name)
                     for k, leaf in enumerate(leaves)]
        for leaf, gradient in zip(leaves, gradients):
            leaf.tensor.grad = gradient and gradient.tensor.clone()
        optimizer.step()
        given.append([g and g.code[:2] for g in gradients])
        rows.append([leaf.tensor.detach().clone() for leaf in leaves])
    extras = {'gradients': given, 'steps': STEPS, **({'restoreAt': _restore} if _restore else {})}
    r.write(f'optim.{name}', args, named, r.result(rows), {'optimizer': extras})


def minimisations(r):
    variants = [{}, {'line_search_fn': 'strong_wolfe'}, {'max_iter': 4}, {'max_iter': 4, 'line_search_fn': 'strong_wolfe'},
                {'lr': 0.3, 'max_iter': 5}, {'history_size': 2, 'max_iter': 6}, {'max_iter': 5, 'max_eval': 6, 'line_search_fn': 'strong_wolfe'}]
    starts = {'rosenbrock': [-0.5, 0.8], 'bowl': [3, -1, 0.5], 'wave': [0.3, -2, 4]}
    for loss, start in starts.items():
        for keywords in variants:
            if loss == 'rosenbrock' and 'line_search_fn' not in keywords:
                continue  # it diverges
            for dtype in ('float64', 'float32') if loss != 'rosenbrock' else ('float64',):
                minimise(r, 'LBFGS', loss, r.give(start, dtype), 3, **keywords)
    minimise(r, 'LBFGS', 'bowl', r.give(starts['bowl'], 'float64'), 4, _restore=2, max_iter=2)
    for name in ('SGD', 'Adam', 'RMSprop'):
        minimise(r, name, 'bowl', r.give(starts['bowl']), 8, lr=0.02)
        minimise(r, name, 'rosenbrock', r.give(starts['rosenbrock']), 8, lr=0.001)


def minimise(r, name, loss, leaf, count, _restore=None, **keywords):
    args, named = encoded(r, [leaf], keywords)
    optimizer = getattr(torch.optim, name)([leaf.tensor], **keywords)

    def closure():
        optimizer.zero_grad()
        value = FUNCTIONS[loss].call(leaf.tensor)
        value.backward()
        return value

    rows = []
    for _ in range(count):
        optimizer.step(closure)
        rows.append([leaf.tensor.detach().clone()])
    extras = {'loss': loss, 'steps': count, **({'restoreAt': _restore} if _restore else {})}
    r.write(f'optim.{name}', args, named, r.result(rows), {'optimizer': extras})
