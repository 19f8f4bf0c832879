"""Convolutions, transposed convolutions, unfold and fold."""

from .core import transposed

SPATIAL = {1: (7,), 2: (6, 5), 3: (4, 3, 5)}
KERNEL = {1: (3,), 2: (3, 2), 3: (2, 2, 3)}


def record(r):
    for n in (1, 2, 3):
        convolutions(r, n)
        transposed_convolutions(r, n)
        strided(r, n)
        bad_convolutions(r, n)
    one_by_one(r)
    unfolds(r)


def convolutions(r, n):
    name, space, kernel = f'conv{n}d', SPATIAL[n], KERNEL[n]
    each = (2,) * n
    variants = [
        {}, {'stride': 2}, {'stride': tuple(range(1, n + 1))}, {'padding': 1}, {'padding': tuple(range(n))}, {'dilation': 2},
        {'stride': 2, 'padding': 1}, {'stride': 2, 'padding': 1, 'dilation': 2}, {'padding': 'same'}, {'padding': 'valid'},
        {'padding': 'same', 'dilation': 2}, {'stride': 3, 'padding': 2}, {'padding': each, 'stride': each},
        {'padding': (3,) + (0,) * (n - 1)},
    ]
    for keywords in variants:
        if fits(space, kernel, keywords):
            r(name, r.x(2, 2, *space), r.x(3, 2, *kernel), r.x(3), **keywords)
            r(name, r.x(1, 3, *space), r.x(2, 3, *kernel), **keywords)
    for groups, keywords in ((2, {}), (2, {'stride': 2, 'padding': 1}), (4, {}), (4, {'dilation': 2, 'padding': 2}), (4, {'padding': 'same'})):
        r(name, r.x(1, 4, *space), r.x(4, 4 // groups, *kernel), r.x(4), groups=groups, **keywords)
    r(name, r.x(1, 2, *space), r.x(6, 1, *kernel), groups=2)
    r(name, r.x(2, *space), r.x(3, 2, *kernel), r.x(3))
    r(name, r.x(2, *space), r.x(3, 2, *kernel), padding=1, stride=2)
    r(name, r.x(2, 2, *space), r.x(3, 2, *kernel), r.x(3), 2, 1)
    r(name, r.x(2, 2, *space), r.x(2, 2, *kernel), None, 1, 0, 1, 1)
    r(name, r.x(0, 2, *space), r.x(3, 2, *kernel), r.x(3))
    r(name, r.x(1, 1, *kernel), r.x(1, 1, *kernel), r.x(1))
    r(name, r.x(1, 2, *[1] * n), r.x(2, 2, *[1] * n), r.x(2))
    r(name, r.x(1, 2, *[1] * n), r.x(2, 2, *[3] * n), r.x(2), padding=1)
    r(name, r.x(1, 2, *space, dtype='float64'), r.x(2, 2, *kernel, dtype='float64'), r.x(2, dtype='float64'), stride=2, padding=1)
    r(name, r.const(1, 2, *space), r.x(2, 2, *kernel), r.const(2))
    r(name, r.x(1, 2, *space), r.const(2, 2, *kernel), padding=1)


def fits(space, kernel, keywords):
    dilation, padding = keywords.get('dilation', 1), keywords.get('padding', 0)
    if isinstance(padding, str):
        padding = 9 if padding == 'same' else 0
    pads = padding if isinstance(padding, tuple) else (padding,) * len(space)
    return all(s + 2 * p >= dilation * (k - 1) + 1 for s, k, p in zip(space, kernel, pads))


def transposed_convolutions(r, n):
    name, kernel = f'conv_transpose{n}d', KERNEL[n]
    space = {1: (5,), 2: (4, 3), 3: (2, 3, 2)}[n]
    variants = [
        {}, {'stride': 2}, {'stride': tuple(range(1, n + 1))}, {'padding': 1}, {'stride': 2, 'padding': 1},
        {'stride': 2, 'output_padding': 1}, {'stride': 3, 'padding': 1, 'output_padding': 2}, {'dilation': 2},
        {'dilation': 2, 'output_padding': 1}, {'stride': 2, 'padding': 1, 'output_padding': 1, 'dilation': 2},
    ]
    for keywords in variants:
        r(name, r.x(1, 2, *space), r.x(2, 3, *kernel), r.x(3), **keywords)
        r(name, r.x(2, 3, *space), r.x(3, 1, *kernel), **keywords)
    for groups, keywords in ((2, {}), (4, {'stride': 2, 'padding': 1}), (2, {'dilation': 2})):
        r(name, r.x(1, 4, *space), r.x(4, 2, *kernel), r.x(2 * groups), groups=groups, **keywords)
    r(name, r.x(2, *space), r.x(2, 2, *kernel), r.x(2))
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), r.x(2), 2, 1, 1, 1, 1)
    r(name, r.x(0, 2, *space), r.x(2, 2, *kernel))
    r(name, r.x(1, 1, *[1] * n), r.x(1, 1, *kernel), r.x(1))
    r(name, r.x(1, 2, *space, dtype='float64'), r.x(2, 1, *kernel, dtype='float64'), r.x(1, dtype='float64'), stride=2)


def strided(r, n):
    """Arguments that do not lie in C order."""
    space, kernel = SPATIAL[n], KERNEL[n]
    axes = [0, n + 1, *range(1, n + 1)]
    r(f'conv{n}d', transposed(r.x(1, *space, 2), *axes), r.x(2, 2, *kernel), padding=1)
    r(f'conv{n}d', r.x(1, 2, *space), transposed(r.x(2, *kernel, 2), *axes), stride=2)
    r(f'conv_transpose{n}d', transposed(r.x(1, *KERNEL[n], 2), *axes), r.x(2, 2, *kernel), stride=2)


def one_by_one(r):
    """The shapes that fast paths are made for: 1x1, depthwise, wide and tall images, large kernels, many channels."""
    r('conv2d', r.x(2, 5, 3, 4), r.x(4, 5, 1, 1), r.x(4))
    r('conv2d', r.x(2, 5, 3, 4), r.x(4, 5, 1, 1), stride=2)
    r('conv2d', r.x(1, 1, 1, 17), r.x(3, 1, 1, 5), r.x(3))
    r('conv2d', r.x(1, 1, 17, 1), r.x(3, 1, 5, 1), r.x(3))
    r('conv2d', r.x(1, 3, 9, 8), r.x(2, 3, 7, 7), stride=2, padding=3)
    r('conv2d', r.x(1, 9, 4, 4), r.x(5, 9, 3, 3), r.x(5), padding=1)
    r('conv2d', r.x(1, 5, 7, 7), r.x(5, 1, 3, 3), r.x(5), groups=5, padding=1, stride=2)
    r('conv2d', r.x(1, 3, 5, 5), r.x(6, 1, 3, 3), groups=3, padding='same')
    r('conv2d', r.x(1, 2, 8, 8), r.x(2, 2, 2, 4), padding='same')
    r('conv2d', r.x(1, 2, 5, 6), r.x(2, 2, 3, 3), padding=(2, 0), stride=(1, 3), dilation=(2, 1))
    r('conv2d', r.x(3, 1, 5, 5), r.x(9, 1, 3, 3), r.x(9))
    r('conv1d', r.x(2, 3, 20), r.x(4, 3, 9), padding=4, stride=4)
    r('conv1d', r.x(1, 1, 33), r.x(1, 1, 4), dilation=8)
    r('conv1d', r.x(1, 2, 9), r.x(2, 2, 4), padding='same')


def bad_convolutions(r, n):
    name, space, kernel = f'conv{n}d', SPATIAL[n], KERNEL[n]
    r(name, r.x(1, 3, *space), r.x(2, 2, *kernel))
    r(name, r.x(1, 2, *space), r.x(2, 2, *[9] * n) if n < 3 else r.x(1, 2, 9, 1, 1))
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), r.x(3))
    r(name, r.x(1, 3, *space), r.x(2, 1, *kernel), groups=2)
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), stride=0)
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), padding=-1)
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), stride=2, padding='same')
    r(name, r.x(1, 2, *space), r.x(2, 2, *kernel), padding='most')
    r(name, r.x(2, 2), r.x(2, 2, *kernel)) if n > 1 else r(name, r.x(2), r.x(2, 2, *kernel))
    r(f'conv_transpose{n}d', r.x(1, 3, *space), r.x(2, 2, *kernel))
    r(f'conv_transpose{n}d', r.x(1, 2, *space), r.x(2, 2, *kernel), output_padding=1)


def unfolds(r):
    for keywords in ({'kernel_size': 2}, {'kernel_size': (2, 3)}, {'kernel_size': 3, 'padding': 1}, {'kernel_size': 2, 'stride': 2},
                     {'kernel_size': 2, 'dilation': 2}, {'kernel_size': (3, 2), 'dilation': (1, 2), 'padding': (1, 0), 'stride': (2, 1)},
                     {'kernel_size': 1}, {'kernel_size': (5, 4)}):
        r('unfold', r.x(2, 2, 5, 4), **keywords)
        r('unfold', r.x(1, 5, 5), **keywords)
    r('unfold', r.x(1, 2, 4, 4), 2, 1, 1, 2)
    r('unfold', transposed(r.x(1, 4, 3, 2), 0, 3, 1, 2), 2)
    r('unfold', r.x(1, 1, 3, 3, dtype='float64'), 2)
    r('unfold', r.x(1, 2, 3, 3), 4)
    r('unfold', r.x(3, 3), 2)
    for size, keywords, columns in (((4, 5), {'kernel_size': 2}, 12), ((4, 5), {'kernel_size': (3, 2), 'padding': (1, 0)}, 16),
                                    ((4, 4), {'kernel_size': 2, 'stride': 2}, 4), ((5, 5), {'kernel_size': 2, 'dilation': 2}, 9),
                                    ((3, 3), {'kernel_size': 3, 'padding': 1}, 9)):
        k = keywords['kernel_size']
        taps = k * k if isinstance(k, int) else k[0] * k[1]
        r('fold', r.x(2, 2 * taps, columns), size, **keywords)
        r('fold', r.x(taps, columns), output_size=size, **keywords)
    r('fold', r.x(1, 5, 12), (4, 5), 2)
    r('fold', r.x(1, 8, 11), (4, 5), 2)
