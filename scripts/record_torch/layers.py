"""Linear and bilinear maps, embeddings, attention from its formula, similarities, one-hot codes."""

import math

import torch

from .core import transposed


def record(r):
    linear(r)
    bilinear(r)
    embedding(r)
    embedding_bag(r)
    attention(r)
    similarity(r)
    one_hot(r)


def linear(r):
    for shape in ((3,), (2, 3), (2, 4, 3), (2, 1, 2, 3), (0, 3), (1, 3)):
        r('linear', r.x(*shape), r.x(4, 3))
        r('linear', r.x(*shape), r.x(4, 3), r.x(4))
    r('linear', r.x(3, 17), r.x(9, 17), bias=r.x(9))
    r('linear', r.x(5, 1), r.x(1, 1), r.x(1))
    r('linear', r.x(2, 3, dtype='float64'), r.x(4, 3, dtype='float64'), r.x(4, dtype='float64'))
    r('linear', transposed(r.x(3, 5), 1, 0), transposed(r.x(3, 2), 1, 0), r.x(2))
    r('linear', r.const(2, 3), r.x(4, 3), r.const(4))
    r('linear', r.x(2, 3), r.const(4, 3))
    r('linear', r.x(2, 3), r.x(3))
    r('linear', r.x(2, 4), r.x(4, 3))
    r('linear', r.x(2, 3), r.x(4, 3), r.x(3))


def bilinear(r):
    r('bilinear', r.x(2, 3), r.x(2, 4), r.x(5, 3, 4))
    r('bilinear', r.x(2, 3), r.x(2, 4), r.x(5, 3, 4), r.x(5))
    r('bilinear', r.x(2, 2, 3), r.x(2, 2, 2), r.x(2, 3, 2), bias=r.x(2))
    r('bilinear', r.x(3), r.x(2), r.x(2, 3, 2))
    r('bilinear', r.x(1, 3, dtype='float64'), r.x(1, 2, dtype='float64'), r.x(2, 3, 2, dtype='float64'))
    r('bilinear', r.x(2, 3), r.x(3, 4), r.x(5, 3, 4))
    r('bilinear', r.x(2, 3), r.x(2, 4), r.x(5, 4, 3))


def embedding(r):
    for shape in ((), (3,), (2, 4), (0,), (2, 1, 3)):
        r('embedding', r.ints(0, 5, *shape), r.x(5, 3))
    r('embedding', r.give([1, 1, 4, 1], 'int64'), r.x(5, 2))
    for padding in (0, 3, -1):
        r('embedding', r.give([[0, 3, 4], [3, 3, 1]], 'int64'), r.x(5, 2), padding_idx=padding)
    r('embedding', r.give([[0, 3, 4], [3, 3, 1]], 'int64'), r.x(5, 2), 3)
    r('embedding', r.give([[0, 3, 4], [3, 3, 1]], 'int64'), r.x(5, 2), scale_grad_by_freq=True)
    r('embedding', r.give([2, 0], 'int32'), r.x(3, 2))
    r('embedding', r.give([2, 0], 'int64'), r.x(3, 2, dtype='float64'))
    r('embedding', r.give([5], 'int64'), r.x(5, 3))
    r('embedding', r.give([-1], 'int64'), r.x(5, 3))
    r('embedding', r.give([0.5]), r.x(5, 3))
    r('embedding', r.give([0], 'int64'), r.x(5, 3), padding_idx=5)


def embedding_bag(r):
    for mode in ('mean', 'sum', 'max'):
        r('embedding_bag', r.ints(0, 5, 3, 4), r.x(5, 2), mode=mode)
        r('embedding_bag', r.ints(0, 5, 7), r.x(5, 2), r.give([0, 2, 2, 5], 'int64'), mode=mode)
        r('embedding_bag', r.give([0, 1, 3, 1], 'int64'), r.x(5, 2), r.give([0, 2, 4], 'int64'), mode=mode, include_last_offset=True)
        r('embedding_bag', r.give([[0, 1], [1, 1]], 'int64'), r.x(5, 2), mode=mode, padding_idx=1)
    r('embedding_bag', r.ints(0, 5, 2, 3), r.x(5, 2), mode='sum', per_sample_weights=r.x(2, 3))
    r('embedding_bag', r.ints(0, 5, 2, 3), r.x(5, 2), mode='mean', per_sample_weights=r.x(2, 3))
    r('embedding_bag', r.ints(0, 5, 4), r.x(5, 2))


def attention(r):
    def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0, is_causal=False, scale=None):
        """PyTorch 2's formula."""
        lengths = query.shape[-2], key.shape[-2]
        bias = torch.zeros(lengths, dtype=query.dtype)
        if is_causal:
            bias = bias.masked_fill(~torch.ones(lengths, dtype=torch.bool).tril(), -math.inf)
        if attn_mask is not None:
            mask = torch.zeros((), dtype=query.dtype).masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == torch.bool else attn_mask
            bias = bias + mask
        scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
        return torch.softmax(scores + bias, -1) @ value

    def attend(*tensors, **keywords):
        r('scaled_dot_product_attention', *tensors, _call=scaled_dot_product_attention, **keywords)

    for batch in ((), (2,), (2, 3)):
        for length, source, width, out in ((3, 3, 4, 4), (2, 5, 3, 2), (1, 1, 2, 1), (4, 2, 1, 3)):
            q, k, v = (*batch, length, width), (*batch, source, width), (*batch, source, out)
            attend(r.x(*q), r.x(*k), r.x(*v))
            attend(r.x(*q), r.x(*k), r.x(*v), is_causal=True)
            attend(r.x(*q), r.x(*k), r.x(*v), r.x(length, source))
            mask = r.rng.random((length, source)) < 0.6
            mask[:, 0] = True
            attend(r.x(*q), r.x(*k), r.x(*v), attn_mask=r.give(mask, 'bool'), scale=0.3)
    attend(r.x(2, 3, 4), r.x(2, 3, 4), r.x(2, 3, 4), attn_mask=r.x(2, 3, 3))
    attend(r.x(2, 2, 3, 4), r.x(2, 1, 3, 4), r.x(2, 1, 3, 4))
    attend(r.x(2, 3, 2, dtype='float64'), r.x(2, 3, 2, dtype='float64'), r.x(2, 3, 2, dtype='float64'), is_causal=True)
    attend(r.x(0, 3, 4), r.x(0, 3, 4), r.x(0, 3, 4))
    attend(transposed(r.x(2, 4, 3), 0, 2, 1), r.x(2, 3, 4), transposed(r.x(3, 2, 4), 1, 0, 2))
    attend(r.x(2, 3, 4), r.x(2, 3, 5), r.x(2, 3, 4))
    attend(r.x(2, 3, 4), r.x(2, 2, 4), r.x(2, 3, 4))


def similarity(r):
    for shape in ((3, 4), (2, 3, 4)):
        for keywords in ({}, {'dim': 0}, {'dim': -1}):
            r('cosine_similarity', r.x(*shape), r.x(*shape), **keywords)
        r('cosine_similarity', r.const(*shape), r.const(*shape), eps=2)  # PyTorch's gradient leaves out that eps takes the norm's place
    r('cosine_similarity', r.x(3, 1, 4), r.x(2, 4), dim=-1)
    r('cosine_similarity', r.x(5), r.x(5), 0)
    r('cosine_similarity', r.x(2, 3, dtype='float64'), r.x(2, 3, dtype='float64'), 1, 1e-6)
    r('cosine_similarity', r.give([[0, 0, 0]], grad=False), r.x(1, 3))
    r('cosine_similarity', r.x(2, 3), r.x(2, 4))
    for p in (2, 1, 3, 0.5, float('inf')):
        r('pairwise_distance', r.x(3, 4), r.x(3, 4), p=p)
    r('pairwise_distance', r.x(3, 4), r.x(3, 4), keepdim=True)
    r('pairwise_distance', r.x(3, 4), r.x(3, 4), 2, 0.1, True)
    r('pairwise_distance', r.x(4), r.x(4))
    r('pairwise_distance', r.x(2, 3, 4), r.x(3, 4))
    r('pairwise_distance', r.x(3, 4, dtype='float64'), r.x(3, 4, dtype='float64'))
    r('pairwise_distance', r.x(3, 4), r.x(3, 5))
    for p in (2, 1, 3, float('inf')):
        r('pdist', r.x(4, 3), p=p)
    r('pdist', r.x(2, 5))
    r('pdist', r.x(1, 3))
    r('pdist', r.x(4))


def one_hot(r):
    r('one_hot', r.give([0, 2, 1], 'int64'))
    r('one_hot', r.give([0, 2, 1], 'int64'), 5)
    r('one_hot', r.give([[0, 1], [3, 0]], 'int64'), num_classes=4)
    r('one_hot', r.give(2, 'int64'), 3)
    r('one_hot', r.give([], 'int64'), 3)
    r('one_hot', r.give([3], 'int64'), 3)
    r('one_hot', r.give([-1], 'int64'), 3)
    r('one_hot', r.give([], 'int64'))
    r('one_hot', r.give([1, 2], grad=False), 3)
