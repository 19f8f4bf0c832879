"""Losses with every reduction and every option."""

import torch

from .tables import FUNCTIONS

REDUCTIONS = ('none', 'mean', 'sum')
SHAPES = ((4,), (3, 4), (2, 3, 2), (0, 3), ())


def record(r):
    regression(r)
    classification(r)
    binary(r)
    distributions(r)
    embeddings(r)
    margins(r)
    sequences(r)


def each(r, name, *options):
    """Calls a maker of arguments for every reduction and choice of options."""
    for keywords in ({}, *options):
        for reduction in REDUCTIONS:
            yield {**keywords, 'reduction': reduction}


def regression(r):
    for name, options in (('mse_loss', ()), ('l1_loss', ()), ('smooth_l1_loss', ({'beta': 0.3}, {'beta': 0})),
                          ('huber_loss', ({'delta': 0.4}, {'delta': 2}))):
        for keywords in each(r, name, *options):
            r(name, r.x(3, 4), r.x(3, 4), **keywords)
        for shape in SHAPES:
            r(name, r.x(*shape), r.const(*shape))
        r(name, r.x(2, 3, dtype='float64'), r.x(2, 3, dtype='float64'))
        r(name, r.x(3, 1), r.x(4))
        r(name, r.give([1, 2, 3, 4]), r.give([1, 3, 3, 2.5], grad=False), reduction='none')
        r(name, r.x(3), r.x(4))
        r(name, r.x(3), r.x(3), reduction='average')


def classification(r):
    targets = {(): (4,), (5,): (5, 4), (2, 3): (2, 4, 3), (2, 2, 3): (2, 4, 2, 3)}
    for name in ('cross_entropy', 'nll_loss'):
        smoothings = ({'label_smoothing': 0.1}, {'label_smoothing': 1}) if name == 'cross_entropy' else ()
        for target, shape in targets.items():
            for reduction in REDUCTIONS:
                r(name, r.x(*shape), r.ints(0, 4, *target), reduction=reduction)
                r(name, r.x(*shape), r.ints(0, 4, *target), weight=r.const(4, kind='positive'), reduction=reduction)
                r(name, r.x(*shape), r.ints(0, 4, *target), weight=r.const(4, kind='positive'), ignore_index=1, reduction=reduction)
                for more in smoothings:
                    r(name, r.x(*shape), r.ints(0, 4, *target), reduction=reduction, **more)
                    r(name, r.x(*shape), r.ints(0, 4, *target), r.const(4, kind='positive'), ignore_index=2, reduction=reduction, **more)
        r(name, r.x(4, 3), r.give([0, -100, 2, -100], 'int64'))
        r(name, r.x(2, 3), r.give([-100, -100], 'int64'), reduction='sum')
        r(name, r.x(2, 3), r.give([-100, -100], 'int64'), reduction='none')
        r(name, r.const(2, 3), r.give([-100, -100], 'int64'))
        r(name, r.x(2, 3), r.give([0, 1], 'int64'), None)
        r(name, r.x(0, 3), r.give([], 'int64'), reduction='sum')
        r(name, r.x(2, 3, dtype='float64'), r.give([2, 0], 'int64'), r.const(3, dtype='float64', kind='positive'))
        r(name, r.x(2, 1), r.give([0, 0], 'int64'))
        r(name, r.x(2, 3), r.give([0, 3], 'int64'))
        r(name, r.x(2, 3), r.give([-1, 0], 'int64'))
        r(name, r.x(2, 3), r.give([0, 1, 2], 'int64'))
        r(name, r.x(2, 3), r.give([0, 1], 'int64'), weight=r.const(4))
        r(name, r.x(2, 3), r.give([0, 1], 'int64'), reduction='average')
    r('nll_loss', r.x(2, 3), r.x(2, 3))
    r('cross_entropy', r.x(2, 3), r.x(2))
    r('cross_entropy', r.x(2, 3), r.give([0, 1], 'int64'), label_smoothing=1.5)
    r('cross_entropy', r.give([[1000, -1000, 0], [50, 60, -900]]), r.give([1, 0], 'int64'))
    for shape in ((4,), (3, 4), (2, 4, 3)):
        for reduction in REDUCTIONS:
            for more in ({}, {'label_smoothing': 0.2}, {'weight': r.const(4, kind='positive')},
                         {'weight': r.const(4, kind='positive'), 'label_smoothing': 0.3}):
                r('cross_entropy', r.x(*shape), r.const(*shape, kind='unit'), reduction=reduction, **more)
    r('cross_entropy', r.x(3, 4), r.x(3, 4, kind='unit'))


def binary(r):
    for keywords in each(r, 'binary_cross_entropy'):
        r('binary_cross_entropy', r.x(3, 4, kind='unit'), r.const(3, 4, kind='unit'), **keywords)
        r('binary_cross_entropy', r.x(3, 4, kind='unit'), r.const(3, 4, kind='unit'), weight=r.const(3, 4, kind='positive'), **keywords)
        r('binary_cross_entropy', r.x(3, 4, kind='unit'), r.x(3, 4, kind='unit'), r.const(4, kind='positive'), **keywords)
        r('binary_cross_entropy_with_logits', r.x(3, 4), r.const(3, 4, kind='unit'), **keywords)
        r('binary_cross_entropy_with_logits', r.x(3, 4), r.const(3, 4, kind='unit'), weight=r.const(4, kind='positive'), **keywords)
        r('binary_cross_entropy_with_logits', r.x(3, 4), r.const(3, 4, kind='unit'), pos_weight=r.const(4, kind='positive'), **keywords)
        r('binary_cross_entropy_with_logits', r.x(3, 4), r.x(3, 4, kind='unit'), weight=r.const(3, 1, kind='positive'),
          pos_weight=r.const(4, kind='positive'), **keywords)
    for name in ('binary_cross_entropy', 'binary_cross_entropy_with_logits'):
        for shape in SHAPES:
            r(name, r.x(*shape, kind='unit'), r.const(*shape, kind='unit'))
        r(name, r.x(2, 3, dtype='float64', kind='unit'), r.const(2, 3, dtype='float64', kind='unit'))
        r(name, r.x(3, kind='unit'), r.const(4, kind='unit'))
        r(name, r.x(3, 1, kind='unit'), r.const(3, kind='unit'))
    r('binary_cross_entropy', r.give([0, 1, 0, 1]), r.give([0, 1, 1, 0], grad=False), reduction='none')
    r('binary_cross_entropy', r.give([1.5, 0.5]), r.give([0, 1], grad=False))
    r('binary_cross_entropy', r.give([-0.5, 0.5]), r.give([0, 1], grad=False))
    r('binary_cross_entropy_with_logits', r.give([0, 100, -100, 1000, -1000, 1]), r.give([0, 1, 0, 0, 1, 1], grad=False), reduction='none')


def distributions(r):
    for reduction in (*REDUCTIONS, 'batchmean'):
        for log_target in (False, True):
            kind = 'normal' if log_target else 'unit'
            r('kl_div', r.x(3, 4), r.const(3, 4, kind=kind), reduction=reduction, log_target=log_target)
            r('kl_div', r.x(2, 3), r.x(2, 3, kind=kind), reduction=reduction, log_target=log_target)
    r('kl_div', r.x(4), r.give([0, 0.5, 0.25, 0.25], grad=False), reduction='sum')
    r('kl_div', r.x(2, 3, dtype='float64'), r.const(2, 3, dtype='float64', kind='unit'))
    r('kl_div', r.x(2, 3), r.const(2, 3, kind='unit'), reduction='average')
    for keywords in each(r, 'poisson_nll_loss', {'log_input': False}, {'full': True}, {'log_input': False, 'full': True, 'eps': 0.01}):
        kind = 'positive' if keywords.get('log_input') is False else 'normal'
        r('poisson_nll_loss', r.x(3, 4, kind=kind), r.const(3, 4, kind='positive'), **keywords)
        r('poisson_nll_loss', r.x(3, kind=kind), r.give([0, 1, 4], grad=False), **keywords)
    r('poisson_nll_loss', r.x(3, 4), r.const(3, 4, kind='positive'), False, True, reduction='none')
    r('poisson_nll_loss', r.x(3), r.const(3, kind='positive'), reduction='average')
    for keywords in each(r, 'gaussian_nll_loss', {'full': True}, {'eps': 0.5}):
        r('gaussian_nll_loss', r.x(3, 4), r.x(3, 4), r.x(3, 4, kind='positive'), **keywords)
        r('gaussian_nll_loss', r.x(3, 4), r.const(3, 4), r.x(3, 1, kind='positive'), **keywords)
        r('gaussian_nll_loss', r.x(3, 4), r.const(3, 4), r.x(3, kind='positive'), **keywords)
    r('gaussian_nll_loss', r.x(3), r.const(3), r.x(3, kind='positive'), True, 1e-3, 'sum')
    r('gaussian_nll_loss', r.x(3), r.const(3), r.give([1, -1, 2]))
    r('gaussian_nll_loss', r.x(3, 4), r.const(3, 4), r.x(4, kind='positive'))


def signs(r, *shape):
    return r.give(r.rng.integers(0, 2, shape) * 2 - 1, grad=False)


def embeddings(r):
    for keywords in each(r, 'hinge_embedding_loss', {'margin': 0.3}, {'margin': 2}):
        r('hinge_embedding_loss', r.x(3, 4), signs(r, 3, 4), **keywords)
        r('cosine_embedding_loss', r.x(4, 3), r.x(4, 3), signs(r, 4), **{**keywords, 'margin': keywords.get('margin', 0) / 4})
        r('margin_ranking_loss', r.x(5), r.x(5), signs(r, 5), **keywords)
    r('cosine_embedding_loss', r.x(3), r.x(3), signs(r), 0.2)
    r('cosine_embedding_loss', r.x(2, 3), r.x(2, 3), signs(r, 3))
    r('margin_ranking_loss', r.x(2, 3), r.x(2, 3), signs(r, 2, 3), 0.5, reduction='none')
    r('hinge_embedding_loss', r.x(4), signs(r, 4), 0.5, reduction='sum')
    options = ({'margin': 0.4}, {'p': 1}, {'p': 3, 'margin': 2}, {'swap': True}, {'eps': 0.1})
    for keywords in each(r, 'triplet_margin_loss', *options):
        r('triplet_margin_loss', r.x(4, 3), r.x(4, 3), r.x(4, 3), **keywords)
    r('triplet_margin_loss', r.x(3), r.x(3), r.x(3), 0.5)
    r('triplet_margin_loss', r.x(2, 3), r.x(2, 3), r.x(2, 4))
    manhattan = FUNCTIONS['manhattan']
    for keywords in each(r, 'triplet_margin_with_distance_loss', {'distance_function': manhattan}, {'swap': True, 'margin': 0.2},
                         {'distance_function': manhattan, 'swap': True}):
        r('triplet_margin_with_distance_loss', r.x(4, 3), r.x(4, 3), r.x(4, 3), **keywords)


def margins(r):
    for keywords in each(r, 'soft_margin_loss'):
        r('soft_margin_loss', r.x(3, 4), signs(r, 3, 4), **keywords)
        r('soft_margin_loss', r.x(5), signs(r, 5), **keywords)
    for keywords in each(r, 'multi_margin_loss', {'p': 2}, {'margin': 0.3}, {'p': 2, 'margin': 2}):
        r('multi_margin_loss', r.x(3, 4), r.ints(0, 4, 3), **keywords)
        r('multi_margin_loss', r.x(3, 4), r.ints(0, 4, 3), weight=r.const(4, kind='positive'), **keywords)
    r('multi_margin_loss', r.x(4), r.give(2, 'int64'))
    r('multi_margin_loss', r.x(2, 4), r.give([0, 4], 'int64'))
    r('multi_margin_loss', r.x(2, 4), r.give([0, 1], 'int64'), p=3)
    for keywords in each(r, 'multilabel_margin_loss'):
        r('multilabel_margin_loss', r.x(2, 4), r.give([[3, 0, -1, 1], [1, -1, -1, -1]], 'int64'), **keywords)
        r('multilabel_margin_loss', r.x(4), r.give([3, 0, -1, 1], 'int64'), **keywords)
    for keywords in each(r, 'multilabel_soft_margin_loss'):
        labels = r.give(r.rng.integers(0, 2, (3, 4)), grad=False)
        r('multilabel_soft_margin_loss', r.x(3, 4), labels, **keywords)
        r('multilabel_soft_margin_loss', r.x(3, 4), labels, weight=r.const(4, kind='positive'), **keywords)
    r('soft_margin_loss', r.x(3), signs(r, 4))


def sequences(r):
    """CTC of log-probabilities; targets padded, concatenated, and without a batch."""
    def probabilities(*shape):
        return r.give(torch.log_softmax(torch.tensor(r.rng.standard_normal(shape)), -1).numpy())

    for keywords in each(r, 'ctc_loss', {'blank': 2}, {'zero_infinity': True}):
        blank = keywords.get('blank', 0)
        labels = [c for c in range(4) if c != blank]
        padded = r.rng.choice(labels, (2, 3))
        r('ctc_loss', probabilities(6, 2, 4), r.give(padded, 'int64'), [6, 5], [3, 2], **keywords)
        r('ctc_loss', probabilities(5, 2, 4), r.give(padded.ravel()[:4], 'int64'), [5, 5], [3, 1], **keywords)
        repeated = r.give([[labels[0], labels[0], labels[1]]], 'int64')
        r('ctc_loss', probabilities(5, 1, 4), repeated, r.give([5], 'int64'), r.give([3], 'int64'), **keywords)
        r('ctc_loss', probabilities(4, 4), r.give(padded[0], 'int64'), r.give(4, 'int64'), r.give(2, 'int64'), **keywords)
    r('ctc_loss', probabilities(2, 1, 4), r.give([[1, 1, 2]], 'int64'), [2], [3], zero_infinity=True)
    r('ctc_loss', probabilities(3, 2, 4), r.give([[1, 1, 2], [1, 2, 3]], 'int64'), [3, 3], [3, 3], zero_infinity=True, reduction='none')
    r('ctc_loss', probabilities(3, 1, 3), r.give([[1, 2]], 'int64'), [3], [0])
    r('ctc_loss', probabilities(3, 1, 3), r.give([[1, 2]], 'int64'), [4], [2])
    r('ctc_loss', probabilities(3, 1, 3), r.give([[1, 2]], 'int64'), [3], [3])
    r('ctc_loss', probabilities(3, 1, 3), r.give([[1, 2]], 'int64'), [3], [2], blank=3)
    r('ctc_loss', probabilities(3, 2, 3), r.give([[1, 2]], 'int64'), [3, 3], [2])
