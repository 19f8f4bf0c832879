"""Schedules of learning rates: the groups' numbers at the start and after each step."""

import warnings

import numpy as np
import torch
from torch.optim import lr_scheduler

from .core import Fn, camel, error_code
from .tables import FUNCTIONS

STEPS = 12


class Inner:
    """A scheduler made for another one, over the same optimizer."""

    def __init__(self, name, *args, **keywords):
        self.name, self.args, self.keywords = name, args, keywords


def record(r):
    for gamma in ({}, {'gamma': 0.5}):
        schedule(r, 'StepLR', 3, **gamma)
        schedule(r, 'StepLR', step_size=1, **gamma)
        schedule(r, 'MultiStepLR', [2, 5, 6], **gamma)
        schedule(r, 'MultiStepLR', milestones=[3, 3, 7], **gamma)
    schedule(r, 'ExponentialLR', 0.9)
    schedule(r, 'ExponentialLR', gamma=1.1)
    for more in ({}, {'factor': 0.5}, {'factor': 0.2, 'total_iters': 3}):
        schedule(r, 'ConstantLR', **more)
    for more in ({}, {'start_factor': 0.5}, {'start_factor': 1, 'end_factor': 0.1, 'total_iters': 8}):
        schedule(r, 'LinearLR', **more)
    for more in ({}, {'total_iters': 8}, {'total_iters': 7, 'power': 2}, {'power': 0.5}):
        schedule(r, 'PolynomialLR', **more)
    schedule(r, 'CosineAnnealingLR', 10)
    schedule(r, 'CosineAnnealingLR', T_max=5, eta_min=0.01)
    schedule(r, 'CosineAnnealingLR', T_max=4, _steps=20)
    for more in ({}, {'T_mult': 2}, {'eta_min': 0.02}, {'T_mult': 2, 'eta_min': 0.001}):
        schedule(r, 'CosineAnnealingWarmRestarts', 3, _steps=16, **more)
    for name in ('decay', 'steps', 'warm'):
        schedule(r, 'LambdaLR', FUNCTIONS[name])
        schedule(r, 'LambdaLR', [FUNCTIONS[name], FUNCTIONS['decay']], _groups=2)
    schedule(r, 'MultiplicativeLR', FUNCTIONS['shrink'])
    cyclic(r)
    one_cycle(r)
    plateau(r)
    combined(r)
    for name, args in (('StepLR', (2, 0.5)), ('CosineAnnealingLR', (6,)), ('LinearLR', ()), ('PolynomialLR', ()), ('MultiStepLR', ([2, 4],))):
        schedule(r, name, *args, _groups=2)
        schedule(r, name, *args, _restore=4)
    wrong(r)


def cyclic(r):
    sgd = ('SGD', {'lr': 0.1, 'momentum': 0.9})
    for mode in ('triangular', 'triangular2', 'exp_range'):
        schedule(r, 'CyclicLR', 0.01, 0.1, step_size_up=3, mode=mode, gamma=0.9, _optimizer=sgd, _reads=('lr', 'momentum'), _steps=18)
        schedule(r, 'CyclicLR', base_lr=0.01, max_lr=0.1, step_size_up=2, step_size_down=4, mode=mode, cycle_momentum=False, _steps=14)
    schedule(r, 'CyclicLR', 0.01, 0.2, step_size_up=4, base_momentum=0.7, max_momentum=0.95, _optimizer=sgd, _reads=('lr', 'momentum'))
    schedule(r, 'CyclicLR', 0.01, 0.2, step_size_up=3, scale_fn=FUNCTIONS['halved'], cycle_momentum=False, _steps=16)
    schedule(r, 'CyclicLR', [0.01, 0.02], [0.1, 0.4], step_size_up=3, cycle_momentum=False, _groups=2)


def one_cycle(r):
    sgd, adam = ('SGD', {'lr': 0.1, 'momentum': 0.9}), ('Adam', {'lr': 0.1})
    for more in ({}, {'anneal_strategy': 'linear'}, {'pct_start': 0.5}, {'three_phase': True}, {'div_factor': 10, 'final_div_factor': 100},
                 {'three_phase': True, 'anneal_strategy': 'linear', 'pct_start': 0.4}):
        schedule(r, 'OneCycleLR', 0.5, total_steps=14, _optimizer=sgd, _reads=('lr', 'momentum'), _steps=13, **more)
        schedule(r, 'OneCycleLR', max_lr=0.5, total_steps=11, _optimizer=adam, _reads=('lr', 'betas'), _steps=10, **more)
    schedule(r, 'OneCycleLR', 0.5, epochs=3, steps_per_epoch=4, cycle_momentum=False, _steps=11)
    schedule(r, 'OneCycleLR', [0.5, 0.1], total_steps=8, cycle_momentum=False, _groups=2, _steps=7)
    schedule(r, 'OneCycleLR', 0.5, total_steps=8, base_momentum=0.6, max_momentum=0.8, _optimizer=sgd, _reads=('lr', 'momentum'), _steps=7)


def plateau(r):
    falling = [5, 4, 4.5, 4.2, 4.1, 4.3, 4.4, 3, 3.5, 3.4, 3.3, 3.2, 3.1, 3.05, 3.3, 3.2, 3.1, 3.4]
    flat = [1.0] * 18
    for metrics in (falling, flat):
        for more in ({'patience': 2}, {'patience': 0}, {'patience': 1, 'cooldown': 2}, {'patience': 1, 'factor': 0.5, 'min_lr': 0.03},
                     {'patience': 1, 'threshold': 0.3}, {'patience': 1, 'threshold': 0.3, 'threshold_mode': 'abs'}, {},
                     {'patience': 1, 'eps': 0.02}):
            schedule(r, 'ReduceLROnPlateau', _metrics=metrics, **more)
            schedule(r, 'ReduceLROnPlateau', 'max', _metrics=[-m for m in metrics], **more)
    schedule(r, 'ReduceLROnPlateau', patience=1, _metrics=falling, _groups=2)
    schedule(r, 'ReduceLROnPlateau', patience=1, min_lr=[0.05, 0.001], _metrics=falling, _groups=2)
    schedule(r, 'ReduceLROnPlateau', patience=1, _metrics=falling, _restore=5)


def combined(r):
    schedule(r, 'SequentialLR', [Inner('ConstantLR', factor=0.1, total_iters=2), Inner('ExponentialLR', 0.9)], [3])
    schedule(r, 'SequentialLR', [Inner('LinearLR', total_iters=4), Inner('CosineAnnealingLR', 6)], milestones=[4])
    schedule(r, 'SequentialLR', [Inner('LinearLR', start_factor=0.1, total_iters=2), Inner('StepLR', 2, 0.5), Inner('ExponentialLR', 0.8)], [2, 7])
    schedule(r, 'ChainedScheduler', [Inner('ConstantLR', factor=0.1, total_iters=2), Inner('ExponentialLR', 0.9)])
    schedule(r, 'ChainedScheduler', [Inner('StepLR', 3), Inner('MultiStepLR', [2, 8], 0.3), Inner('LinearLR')])


def wrong(r):
    schedule(r, 'ConstantLR', factor=1.5)
    schedule(r, 'LinearLR', start_factor=1.5)
    schedule(r, 'LinearLR', end_factor=-1)
    schedule(r, 'CosineAnnealingWarmRestarts', 0)
    schedule(r, 'CosineAnnealingWarmRestarts', 3, T_mult=0)
    schedule(r, 'OneCycleLR', 0.1)
    schedule(r, 'OneCycleLR', 0.1, total_steps=-3)
    schedule(r, 'OneCycleLR', 0.1, total_steps=5, pct_start=1.5)
    schedule(r, 'OneCycleLR', 0.1, total_steps=5, anneal_strategy='cubic')
    schedule(r, 'CyclicLR', 0.01, 0.1, mode='square', cycle_momentum=False)
    schedule(r, 'CyclicLR', 0.01, 0.1, _optimizer=('Adagrad', {'lr': 0.1}))
    schedule(r, 'ReduceLROnPlateau', factor=1)
    schedule(r, 'ReduceLROnPlateau', 'middle')
    schedule(r, 'LambdaLR', [FUNCTIONS['decay']], _groups=2)
    schedule(r, 'SequentialLR', [Inner('LinearLR'), Inner('ExponentialLR', 0.9)], [2, 3])


def schedule(r, name, *args, _optimizer=('SGD', {'lr': 0.1}), _groups=1, _steps=STEPS, _metrics=None, _reads=('lr',), _restore=None, **keywords):
    kind, options = _optimizer
    leaves = [r.give([1, 2]), r.give([3.5])][:_groups]
    groups = [{'params': [leaf]} if i == 0 else {'params': [leaf], 'lr': 0.03} for i, leaf in enumerate(leaves)]
    extras = {'optimizer': [f'optim.{kind}', r.encode(groups), r.encode(options)['o']], 'steps': len(_metrics or range(_steps)),
              'reads': list(_reads), **({'metrics': _metrics} if _metrics else {}), **({'restoreAt': _restore} if _restore else {})}
    encoded = [{'optimizer': 1}] if name != 'ChainedScheduler' else []
    encoded += [encode(r, a) for a in args]
    named = {camel(k): encode(r, v) for k, v in keywords.items()}
    optimizer = getattr(torch.optim, kind)([{**g, 'params': [leaf.tensor for leaf in g['params']]} for g in groups], **options)
    before = [] if name == 'ChainedScheduler' else [optimizer]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            made = getattr(lr_scheduler, name)(*before, *[build(optimizer, a) for a in args], **{k: build(optimizer, v) for k, v in keywords.items()})
            rows = [read(optimizer, _reads)]
            for i in range(extras['steps']):
                optimizer.step()
                made.step(*([_metrics[i]] if _metrics else []))
                rows.append(read(optimizer, _reads))
    except Exception as error:  # the kind of the error is the result
        return r.write(f'optim.lrScheduler.{name}', encoded, named, error_code(error), {'schedule': extras})
    r.write(f'optim.lrScheduler.{name}', encoded, named, r.result(torch.tensor(np.array(rows))), {'schedule': extras})


def read(optimizer, reads):
    return [float(group['betas'][0] if name == 'betas' else group[name]) for group in optimizer.param_groups for name in reads]


def build(optimizer, v):
    if isinstance(v, Inner):
        return getattr(lr_scheduler, v.name)(optimizer, *v.args, **v.keywords)
    if isinstance(v, Fn):
        return v.call
    return [build(optimizer, x) for x in v] if isinstance(v, list) else v


def encode(r, v):
    if isinstance(v, Inner):
        keywords = {camel(k): encode(r, x) for k, x in v.keywords.items()}
        return {'new': [f'optim.lrScheduler.{v.name}', [{'optimizer': 1}, *[encode(r, a) for a in v.args]], keywords]}
    return [encode(r, x) for x in v] if isinstance(v, list) else r.encode(v)
