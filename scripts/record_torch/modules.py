"""Modules that hold the functions' parameters: constructors, state, training and evaluation."""

from .module import New, module


def record(r):
    convolutions(r)
    normalizations(r)
    maps(r)
    activations(r)
    poolings(r)
    losses(r)


def convolutions(r):
    space = {1: (6,), 2: (4, 5), 3: (3, 3, 2)}
    for n in (1, 2, 3):
        shape = (1, 2, *space[n])
        module(r, New(f'Conv{n}d', 2, 3, 2), r.x(*shape))
        module(r, New(f'Conv{n}d', 2, 2, 3, padding='same', bias=False), r.x(*shape))
        module(r, New(f'Conv{n}d', 2, 4, 2, stride=2, padding=1, groups=2), r.x(*shape))
        module(r, New(f'Conv{n}d', 2, 3, 2, 2, 1), r.x(*shape[1:]))
        for mode in ('circular', 'reflect', 'replicate'):
            module(r, New(f'Conv{n}d', 2, 1, 3, padding=1, padding_mode=mode), r.x(*shape))
        module(r, New(f'ConvTranspose{n}d', 2, 3, 2), r.x(*shape))
        module(r, New(f'ConvTranspose{n}d', 2, 2, 2, stride=2, padding=1, output_padding=1, bias=False), r.x(*shape))
        module(r, New(f'Conv{n}d', 2, 3, 2), r.x(1, 3, *space[n]))
        module(r, New(f'Conv{n}d', 3, 2, 2, groups=2), r.x(1, 3, *space[n]))


def normalizations(r):
    for n, shape in ((1, (3, 2)), (1, (2, 2, 3)), (2, (2, 2, 2, 3)), (3, (2, 2, 2, 1, 2))):
        for training in (False, True):
            module(r, New(f'BatchNorm{n}d', 2), r.x(*shape), training=training)
            module(r, New(f'BatchNorm{n}d', 2, momentum=0.3, eps=0.01), r.x(*shape), training=training)
            module(r, New(f'BatchNorm{n}d', 2, affine=False, momentum=None), r.x(*shape), training=training)
            module(r, New(f'BatchNorm{n}d', 2, track_running_stats=False), r.x(*shape), training=training)
    module(r, New('BatchNorm2d', 2), r.x(2, 2, 3))
    module(r, New('BatchNorm1d', 2), r.x(3, 4))
    for n, shape in ((1, (2, 2, 3)), (2, (2, 2, 2, 3)), (3, (1, 2, 2, 2, 2))):
        for training in (False, True):
            module(r, New(f'InstanceNorm{n}d', 2), r.x(*shape), training=training)
            module(r, New(f'InstanceNorm{n}d', 2, affine=True, track_running_stats=True), r.x(*shape), training=training)
    module(r, New('LayerNorm', 4), r.x(2, 3, 4))
    module(r, New('LayerNorm', (3, 4), eps=0.1), r.x(2, 3, 4))
    module(r, New('LayerNorm', 4, elementwise_affine=False), r.x(2, 4))
    module(r, New('GroupNorm', 2, 4), r.x(2, 4, 3))
    module(r, New('GroupNorm', 2, 4, affine=False), r.x(2, 4, 2, 2))
    module(r, New('LocalResponseNorm', 3, alpha=0.1), r.x(1, 4, 3))


def maps(r):
    module(r, New('Linear', 3, 4), r.x(2, 3))
    module(r, New('Linear', 3, 4, bias=False), r.x(2, 2, 3))
    module(r, New('Linear', 3, 4), r.x(2, 4))
    module(r, New('Bilinear', 2, 3, 4), r.x(5, 2), r.x(5, 3))
    module(r, New('Bilinear', 2, 3, 4, bias=False), r.x(2), r.x(3))
    module(r, New('Identity'), r.x(3))
    module(r, New('Flatten'), r.x(2, 3, 2))
    module(r, New('Flatten', 0, 1), r.x(2, 3, 2))
    module(r, New('Unflatten', 1, (2, 3)), r.x(2, 6))
    module(r, New('Embedding', 5, 3), r.ints(0, 5, 2, 3))
    module(r, New('Embedding', 5, 3, padding_idx=2), r.give([0, 2, 2, 4], 'int64'))
    module(r, New('Embedding', 5, 3), r.give([5], 'int64'))
    module(r, New('EmbeddingBag', 5, 3), r.ints(0, 5, 2, 3))
    module(r, New('EmbeddingBag', 5, 3, mode='max'), r.ints(0, 5, 6), r.give([0, 2], 'int64'))
    module(r, New('PixelShuffle', 2), r.x(1, 4, 2, 1))
    module(r, New('PixelUnshuffle', 2), r.x(1, 1, 2, 4))
    module(r, New('Upsample', scale_factor=2, mode='bilinear'), r.x(1, 1, 2, 3))
    module(r, New('Upsample', size=(3, 5)), r.x(1, 1, 2, 3))
    module(r, New('Unfold', 2), r.x(1, 1, 3, 3))
    module(r, New('Fold', (3, 3), 2), r.x(1, 4, 4))
    module(r, New('CosineSimilarity', dim=0), r.x(3, 2), r.x(3, 2))
    module(r, New('PairwiseDistance', p=1), r.x(3, 2), r.x(3, 2))
    module(r, New('Dropout', 0.4), r.x(3, 2))
    module(r, New('Dropout2d', 0.4), r.x(1, 3, 2, 2))
    module(r, New('AlphaDropout', 0.4), r.x(3, 2))
    for n, widths in ((1, (1, 2)), (2, (1, 0, 2, 1))):
        shape = (1, 1, *(3, 4)[:n])
        module(r, New(f'ConstantPad{n}d', widths, 0.5), r.x(*shape))
        module(r, New(f'ReflectionPad{n}d', widths), r.x(*shape))
        module(r, New(f'ReplicationPad{n}d', widths), r.x(*shape))
    module(r, New('ZeroPad2d', 1), r.x(1, 1, 2, 2))
    module(r, New('Sequential', New('Linear', 3, 4), New('ReLU'), New('Linear', 4, 2)), r.x(2, 3))
    module(r, New('Sequential', New('Conv2d', 1, 2, 2), New('BatchNorm2d', 2), New('GELU'), New('Flatten'), New('Linear', 8, 2)),
           r.x(2, 1, 3, 3), training=True)


def activations(r):
    for name in ('ReLU', 'ReLU6', 'SELU', 'SiLU', 'Mish', 'Softsign', 'Sigmoid', 'Tanh', 'LogSigmoid', 'Tanhshrink', 'Hardsigmoid',
                 'Hardswish', 'GELU', 'ELU', 'CELU', 'LeakyReLU', 'Hardtanh', 'Softplus', 'Hardshrink', 'Softshrink', 'PReLU', 'RReLU'):
        module(r, New(name), r.x(2, 5))
    module(r, New('ELU', 0.5), r.x(4))
    module(r, New('LeakyReLU', 0.2), r.x(4))
    module(r, New('Hardtanh', -0.3, 0.4), r.x(5))
    module(r, New('Softplus', beta=2), r.x(4))
    module(r, New('Threshold', 0.1, 3), r.x(5))
    module(r, New('GELU', approximate='tanh'), r.x(4))
    module(r, New('PReLU', 3), r.x(2, 3, 2))
    module(r, New('GLU', dim=1), r.x(2, 4))
    for name in ('Softmax', 'LogSoftmax', 'Softmin'):
        module(r, New(name, dim=1), r.x(2, 3))
    module(r, New('Softmax2d'), r.x(1, 3, 2, 2))


def poolings(r):
    space = {1: (7,), 2: (4, 5), 3: (3, 4, 3)}
    for n in (1, 2, 3):
        shape = (1, 2, *space[n])
        module(r, New(f'MaxPool{n}d', 2), r.x(*shape))
        module(r, New(f'MaxPool{n}d', 3, stride=1, padding=1, return_indices=True), r.x(*shape))
        module(r, New(f'AvgPool{n}d', 2, padding=1, count_include_pad=False), r.x(*shape))
        module(r, New(f'AdaptiveAvgPool{n}d', 2), r.x(*shape))
        module(r, New(f'AdaptiveMaxPool{n}d', 2), r.x(*shape))
    module(r, New('LPPool1d', 2, 2), r.x(1, 2, 6, kind='positive'))
    module(r, New('LPPool2d', 2, 2), r.x(1, 2, 4, 4, kind='positive'))


def losses(r):
    pairs = [('MSELoss', {}), ('L1Loss', {'reduction': 'sum'}), ('SmoothL1Loss', {'beta': 0.5}), ('HuberLoss', {'delta': 0.3})]
    for name, keywords in pairs:
        module(r, New(name, **keywords), r.x(3, 2), r.x(3, 2))
    module(r, New('CrossEntropyLoss'), r.x(3, 4), r.ints(0, 4, 3))
    module(r, New('CrossEntropyLoss', ignore_index=1, label_smoothing=0.1), r.x(3, 4), r.give([0, 1, 3], 'int64'))
    module(r, New('NLLLoss', reduction='none'), r.x(3, 4), r.ints(0, 4, 3))
    module(r, New('BCELoss'), r.x(3, kind='unit'), r.const(3, kind='unit'))
    module(r, New('BCEWithLogitsLoss', reduction='sum'), r.x(3), r.const(3, kind='unit'))
    module(r, New('KLDivLoss', reduction='batchmean', log_target=True), r.x(3, 2), r.const(3, 2))
    module(r, New('PoissonNLLLoss', full=True), r.x(3), r.const(3, kind='positive'))
    module(r, New('GaussianNLLLoss'), r.x(3), r.const(3), r.x(3, kind='positive'))
    module(r, New('HingeEmbeddingLoss'), r.x(2), r.give([1, -1], grad=False))
    module(r, New('MarginRankingLoss', 0.2), r.x(2), r.x(2), r.give([1, -1], grad=False))
    module(r, New('CosineEmbeddingLoss', margin=0.2), r.x(2, 3), r.x(2, 3), r.give([1, -1], grad=False))
    module(r, New('TripletMarginLoss', swap=True), r.x(2, 3), r.x(2, 3), r.x(2, 3))
    module(r, New('SoftMarginLoss'), r.x(2), r.give([1, -1], grad=False))
    module(r, New('MultiMarginLoss'), r.x(2, 3), r.give([1, 0], 'int64'))
    module(r, New('MultiLabelMarginLoss'), r.x(1, 3), r.give([[1, -1, 0]], 'int64'))
    module(r, New('MultiLabelSoftMarginLoss'), r.x(1, 3), r.give([[1, 0, 1]], grad=False))
    log_probs = r.give([[[-1, -2, -0.7]], [[-0.5, -1.5, -2]], [[-1, -1, -1.2]]])
    module(r, New('CTCLoss'), log_probs, r.give([[1, 2]], 'int64'), [3], [2])
