"""Resizing, sampling on grids, shuffling pixels and channels, padding."""

from .core import transposed


def record(r):
    interpolate(r)
    grid_sample(r)
    affine_grid(r)
    shuffle(r)
    pad(r)


SIZES = {1: ((7,), ((3,), (10,), (7,), (1,), (14,))), 2: ((4, 5), ((2, 3), (7, 8), (4, 5), (1, 9), (5, 2))),
         3: ((2, 3, 4), ((3, 2, 5), (4, 6, 2), (1, 1, 1)))}
MODES = {1: ('nearest', 'nearest-exact', 'linear', 'area'), 2: ('nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area'),
         3: ('nearest', 'nearest-exact', 'trilinear', 'area')}


def interpolate(r):
    for n, (space, sizes) in SIZES.items():
        for mode in MODES[n]:
            aligns = (None, True, False) if 'linear' in mode or 'cubic' in mode else (None,)
            for align in aligns:
                more = {} if align is None else {'align_corners': align}
                for size in sizes:
                    r('interpolate', r.x(1, 2, *space), size=size, mode=mode, **more)
                for factor in (2, 0.5, 1.7, 0.8):
                    r('interpolate', r.x(1, 1, *space), scale_factor=factor, mode=mode, **more)
                r('interpolate', r.x(2, 1, *space), scale_factor=tuple([1.5, 2.5, 0.7][:n]), mode=mode, **more)
                r('interpolate', r.x(1, 1, *space), scale_factor=1.3, mode=mode, recompute_scale_factor=True, **more)
    r('interpolate', r.x(1, 2, 3, 3), (5, 6))
    r('interpolate', r.x(1, 2, 3, 3), 5)
    r('interpolate', r.x(1, 2, 3, 3), None, 2)
    r('interpolate', r.x(1, 2, 3, 3), 5, None, 'bilinear', True)
    r('interpolate', r.x(1, 1, 4, 4, dtype='float64'), size=(6, 3), mode='bilinear')
    r('interpolate', r.x(1, 1, 4, 4, dtype='float64'), size=(6, 3), mode='bicubic')
    r('interpolate', r.x(0, 2, 3, 3), size=(4, 4), mode='bilinear')
    r('interpolate', r.x(1, 1, 1, 1), size=(3, 2), mode='bilinear', align_corners=True)
    r('interpolate', r.x(1, 1, 1, 1), size=(3, 2), mode='bicubic')
    r('interpolate', transposed(r.x(1, 3, 4, 2), 0, 3, 1, 2), size=(5, 5), mode='bilinear')
    for mode in ('bilinear', 'bicubic'):
        for align in (False, True):
            r('interpolate', r.x(1, 1, 7, 6), size=(3, 4), mode=mode, antialias=True, align_corners=align)
            r('interpolate', r.x(1, 1, 3, 4), size=(5, 3), mode=mode, antialias=True, align_corners=align)
    r('interpolate', r.x(1, 2, 3, 3))
    r('interpolate', r.x(1, 2, 3, 3), size=2, scale_factor=2)
    r('interpolate', r.x(1, 2, 3, 3), size=(2, 2, 2))
    r('interpolate', r.x(1, 2, 3, 3), scale_factor=2, mode='linear')
    r('interpolate', r.x(1, 2, 3, 3), scale_factor=2, mode='cubic')
    r('interpolate', r.x(1, 2, 3, 3), scale_factor=2, mode='nearest', align_corners=True)
    r('interpolate', r.x(2, 3), scale_factor=2)
    r('interpolate', r.x(1, 2, 3, 3), size=(0, 2))
    r('upsample', r.x(1, 2, 3, 2), scale_factor=2)
    r('upsample', r.x(1, 2, 3, 2), size=(4, 5), mode='bilinear', align_corners=True)


def grid_sample(r):
    """Half of the points lie outside; some exactly on pixels and borders."""
    exact = [[[-1, -1], [1, 1], [0, 0], [-0.5, 0.5]], [[1, -1], [-1.2, 0.3], [0.2, 1.5], [2.5, -3]]]
    near = [[[x * 0.98 + 0.013, y * 0.97 - 0.011] for x, y in row] for row in exact]
    for mode in ('bilinear', 'nearest', 'bicubic'):
        for padding in ('zeros', 'border', 'reflection'):
            for align in (True, False):
                keywords = {'mode': mode, 'padding_mode': padding, 'align_corners': align}
                r('grid_sample', r.x(1, 2, 3, 4), r.x(1, 3, 2, 2), **keywords)
                r('grid_sample', r.x(2, 1, 4, 3), r.x(2, 2, 3, 2), **keywords)
                r('grid_sample', r.x(1, 1, 3, 5), r.give([near]), **keywords)
                if mode != 'bicubic':
                    r('grid_sample', r.x(1, 1, 2, 3, 2), r.x(1, 2, 1, 2, 3), **keywords)
    r('grid_sample', r.x(1, 1, 3, 3), r.give([exact], grad=False), align_corners=True)
    r('grid_sample', r.x(1, 1, 3, 3), r.give([exact], grad=False), mode='nearest', align_corners=True)
    r('grid_sample', r.x(1, 1, 3, 3), r.x(1, 2, 2, 2))
    r('grid_sample', r.x(1, 1, 3, 3), r.x(1, 2, 2, 2), 'nearest', 'border', True)
    r('grid_sample', r.x(1, 1, 3, 3, dtype='float64'), r.x(1, 2, 2, 2, dtype='float64'), align_corners=False)
    r('grid_sample', r.x(0, 1, 3, 3), r.x(0, 2, 2, 2), align_corners=False)
    r('grid_sample', r.x(1, 1, 3, 3), r.x(1, 2, 2, 3), align_corners=False)
    r('grid_sample', r.x(1, 1, 3, 3), r.x(2, 2, 2, 2), align_corners=False)
    r('grid_sample', r.x(1, 1, 3, 3), r.x(1, 2, 2, 2), mode='linear')
    r('grid_sample', r.x(1, 1, 3, 3), r.x(1, 2, 2, 2), padding_mode='wrap')
    r('grid_sample', r.x(1, 3, 3), r.x(1, 2, 2, 2), align_corners=False)


def affine_grid(r):
    for align in (True, False):
        for size in ((1, 1, 3, 4), (2, 3, 2, 2), (1, 2, 1, 5)):
            r('affine_grid', r.x(size[0], 2, 3), size, align_corners=align)
        r('affine_grid', r.x(2, 3, 4), (2, 1, 2, 3, 2), align_corners=align)
    r('affine_grid', r.x(1, 2, 3), (1, 1, 2, 3))
    r('affine_grid', r.x(1, 2, 3, dtype='float64'), (1, 1, 2, 3), False)
    r('affine_grid', r.x(1, 3, 3), (1, 1, 2, 3), align_corners=False)
    r('affine_grid', r.x(2, 2, 3), (1, 1, 2, 3), align_corners=False)
    r('affine_grid', r.x(1, 2, 3), (1, 1, 0, 3), align_corners=False)


def shuffle(r):
    for shape, factor in (((1, 4, 2, 3), 2), ((2, 9, 1, 2), 3), ((4, 3, 2), 2), ((1, 2, 2, 8, 1, 2), 2), ((1, 2, 3, 3), 1)):
        r('pixel_shuffle', r.x(*shape), factor)
    for shape, factor in (((1, 1, 4, 6), 2), ((2, 1, 3, 6), 3), ((2, 4, 4), 2), ((1, 2, 3, 3), 1)):
        r('pixel_unshuffle', r.x(*shape), factor)
    r('pixel_shuffle', r.x(1, 4, 2, 2), upscale_factor=2)
    r('pixel_unshuffle', r.x(1, 1, 2, 4), downscale_factor=2)
    r('pixel_shuffle', r.x(1, 4, 2, 2, dtype='float64'), 2)
    r('channel_shuffle', r.const(1, 6, 2, 2), 3)
    r('channel_shuffle', r.const(2, 4, 3, 1), 2)
    r('pixel_shuffle', r.x(1, 3, 2, 2), 2)
    r('pixel_shuffle', r.x(4, 2), 2)
    r('pixel_shuffle', r.x(1, 4, 2, 2), 0)
    r('pixel_unshuffle', r.x(1, 1, 3, 4), 2)
    r('channel_shuffle', r.const(1, 5, 2, 2), 3)


def pad(r):
    for shape, widths in (((4,), (1, 2)), ((3, 4), (1, 2)), ((3, 4), (1, 2, 3, 0)), ((2, 3, 4), (0, 1, 2, 1, 1, 1)), ((3, 4), (-1, 2)),
                          ((3, 4), (-1, -1, 1, -1)), ((2, 3, 4), (0, 0, 1, 1)), ((0, 3), (1, 1))):
        r('pad', r.x(*shape), widths)
        r('pad', r.x(*shape), widths, value=0.5)
        r('pad', r.x(*shape), widths, 'constant', -1)
    r('pad', r.give([[1, 2], [3, 4]], 'int64'), (1, 0), value=7)
    r('pad', r.give([[True, False]], 'bool'), (1, 1))
    for mode in ('reflect', 'replicate', 'circular'):
        unbatched = () if mode == 'circular' else (((2, 5), (0, 3)), ((2, 3, 4), (1, 1, 2, 2)))  # 1.13 has no circular ones
        for shape, widths in (((1, 2, 5), (2, 1)), ((1, 2, 4, 5), (1, 2, 3, 0)), ((1, 1, 3, 4, 3), (1, 2, 1, 0, 2, 1)),
                              ((1, 1, 2), (1, 1)), ((1, 1, 4, 4), (0, 0, 0, 0)), *unbatched):
            r('pad', r.x(*shape), widths, mode=mode)
        r('pad', r.x(1, 2, 4, dtype='float64'), (2, 1), mode=mode)
        r('pad', transposed(r.x(1, 3, 4, 2), 0, 3, 1, 2), (1, 1, 1, 1), mode=mode)
        r('pad', r.x(1, 1, 3), (4, 0), mode=mode) if mode != 'replicate' else r('pad', r.x(1, 1, 3), (7, 5), mode=mode)
        r('pad', r.x(3), (1, 1, 1, 1), mode=mode)
    r('pad', r.x(1, 1, 3), (3, 0), mode='circular')
    r('pad', r.x(1, 1, 4), (-1, 1), mode='replicate')
    r('pad', r.x(1, 1, 4), (-1, 1), mode='reflect')
    r('pad', r.x(3, 4), (1, 1), mode='mirror')
    r('pad', r.x(3, 4), (1, 1, 1))
    r('pad', r.x(3), (1, 1, 1, 1))
    r('pad', r.x(3, 4), (-3, -3))
