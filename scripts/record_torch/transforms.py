"""Gradients of Fourier transforms: lengths, axes, norms, real and complex input."""

import torch


def transform(name):
    call = getattr(torch.fft, name)
    return lambda x, n=None, axis=-1, norm=None: call(x, n, axis, norm)


def many(name):
    call = getattr(torch.fft, name)
    return lambda x, s=None, axes=None, norm=None: call(x, s, axes, norm)


def record(r):
    for name in ('fft', 'ifft', 'rfft', 'irfft', 'hfft', 'ihfft'):
        real = name in ('rfft', 'ihfft')
        half = name in ('irfft', 'hfft')
        dtypes = ('float32', 'float64') if real else ('complex64', 'complex128') if half else ('complex64', 'complex128', 'float32')
        for dtype in dtypes:
            r.np(f'fft.{name}', transform(name), r.x(5, dtype=dtype))
            r.np(f'fft.{name}', transform(name), r.x(6, dtype=dtype), norm='ortho')
            r.np(f'fft.{name}', transform(name), r.x(4, dtype=dtype), 6)
            r.np(f'fft.{name}', transform(name), r.x(5, dtype=dtype), 4, norm='forward')
            r.np(f'fft.{name}', transform(name), r.x(2, 3, dtype=dtype), axis=0)
    for name in ('fft2', 'ifft2', 'fftn', 'ifftn', 'rfft2', 'rfftn', 'irfft2', 'irfftn'):
        dtype = 'float64' if name.startswith('r') else 'complex128'
        call = many(name)
        if name.endswith('2'):
            r.np(f'fft.{name}', lambda x, norm=None, call=call: call(x, None, (-2, -1), norm), r.x(2, 3, 4, dtype=dtype), norm='ortho')
        r.np(f'fft.{name}', lambda x, call=call: call(x, None, (-2, -1)), r.x(3, 4, dtype=dtype))
    for name in ('fftshift', 'ifftshift'):
        r.np(f'fft.{name}', lambda x, axes=None, call=getattr(torch.fft, name): call(x, axes), r.x(5))
        r.np(f'fft.{name}', lambda x, axes=None, call=getattr(torch.fft, name): call(x, axes), r.x(2, 3, dtype='complex64'), axes=1)
