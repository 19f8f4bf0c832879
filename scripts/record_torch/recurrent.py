"""Recurrent networks: layers, directions, batches first, projections, given and default initial states, single cells."""

from .core import transposed
from .module import New, module

T, N, I, H = 3, 2, 2, 3


def record(r):
    for name in ('RNN', 'LSTM', 'GRU'):
        networks(r, name)
        cells(r, name)
    for keywords in ({'nonlinearity': 'relu'}, {'nonlinearity': 'relu', 'bidirectional': True, 'num_layers': 2}):
        module(r, New('RNN', I, H, **keywords), r.x(T, N, I))
    module(r, New('RNNCell', I, H, nonlinearity='relu'), r.x(N, I))
    for keywords in ({}, {'num_layers': 2}, {'bidirectional': True}, {'batch_first': True}, {'bidirectional': True, 'num_layers': 2}):
        both = 2 if keywords.get('bidirectional') else 1
        depth = keywords.get('num_layers', 1) * both
        module(r, New('LSTM', I, H, proj_size=2, **keywords), r.x(T, N, I))
        shape = (N, T, I) if keywords.get('batch_first') else (T, N, I)
        module(r, New('LSTM', I, H, proj_size=2, **keywords), r.x(*shape), (r.x(depth, N, 2), r.x(depth, N, H)))


def initial(r, name, *shape):
    return (r.x(*shape), r.x(*shape)) if name == 'LSTM' else r.x(*shape)


def networks(r, name):
    variants = [{}, {'num_layers': 2}, {'bidirectional': True}, {'batch_first': True}, {'bias': False},
                {'num_layers': 2, 'bidirectional': True}, {'num_layers': 2, 'batch_first': True, 'bias': False},
                {'bidirectional': True, 'batch_first': True}, {'num_layers': 3, 'dropout': 0}, {'num_layers': 2, 'dropout': 0.5}]
    for keywords in variants:
        depth = keywords.get('num_layers', 1) * (2 if keywords.get('bidirectional') else 1)
        module(r, New(name, I, H, **keywords), r.x(T, N, I))
        module(r, New(name, I, H, **keywords), r.x(2, 2, I), initial(r, name, depth, 2, H))
        module(r, New(name, I, H, **keywords), r.x(T, I))
    module(r, New(name, I, H), r.x(T, I), initial(r, name, 1, H))
    module(r, New(name, 1, 1), r.x(5, 1, 1))
    module(r, New(name, I, H), r.x(1, 1, I))
    module(r, New(name, I, H, 2, True, True) if name != 'RNN' else New(name, I, H, 2), r.x(2, 2, I))
    module(r, New(name, I, H), transposed(r.x(N, T, I), 1, 0, 2))
    module(r, New(name, I, H), r.const(T, N, I))
    module(r, New(name, I, H), r.x(T, N, I + 1))
    module(r, New(name, I, H), r.x(T, N, I), initial(r, name, 2, N, H))
    module(r, New(name, I, H), r.x(I))
    module(r, New(name, I, H, num_layers=2, dropout=1.5), r.x(T, N, I))


def cells(r, name):
    module(r, New(f'{name}Cell', I, H), r.x(N, I))
    module(r, New(f'{name}Cell', I, H), r.x(N, I), initial(r, name, N, H))
    module(r, New(f'{name}Cell', I, H, bias=False), r.x(N, I), initial(r, name, N, H))
    module(r, New(f'{name}Cell', I, H), r.x(I))
    module(r, New(f'{name}Cell', I, H), r.x(I), initial(r, name, H))
    module(r, New(f'{name}Cell', I, H), r.x(N, I + 1))
