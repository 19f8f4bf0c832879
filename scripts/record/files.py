"""The bytes of .npy files, both ways, and files that are damaged or hostile."""

import io
import struct

import numpy as np

from .samples import DTYPES, LAYOUTS, SHAPES, layout, ordinary, special


def npy(a, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, a, version)
    return stream.getvalue()


def npz(compressed=False, **arrays):
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return stream.getvalue()


def with_header(header, data=b'', version=(1, 0)):
    text = header.encode('latin1')
    length = struct.pack('<H' if version == (1, 0) else '<I', len(text))
    return b'\x93NUMPY' + bytes(version) + length + text + data


def record(r):
    for d in DTYPES:
        for a in (special(d), ordinary(r.rng, d, (2, 3)), ordinary(r.rng, d, ()), np.zeros((0, 2), d)):
            r('save', None, a)
            r('load', npy(a))
            if a.dtype.itemsize > 1:
                r('load', npy(a.astype(a.dtype.newbyteorder('>'))))
        for version in ((1, 0), (2, 0), (3, 0)):
            r('load', npy(ordinary(r.rng, d, (3,)), version))
    for kind in LAYOUTS:
        a = layout(ordinary(r.rng, 'float32', (3, 4)), kind)
        r('save', None, a)
        r('load', npy(a))
        r('save', None, layout(a, 'F').T)
    for shape in SHAPES:
        r('save', None, ordinary(r.rng, 'int16', shape))
        r('load', npy(np.asfortranarray(ordinary(r.rng, 'int16', shape))))
    for compressed in (False, True):
        r('load', npz(compressed, a=np.arange(3.0), b=np.eye(2, dtype='int8'), empty=np.zeros((0, 2))))
        r('load', npz(compressed, x=np.asfortranarray(np.arange(600).reshape(20, 30)).astype('>i4')))
        for d in DTYPES:
            r('savez:load', compressed, {'first': special(d), 'second': layout(ordinary(r.rng, d, (2, 3)), 'F')})
    damaged(r)


def damaged(r):
    good = npy(np.arange(6.0).reshape(2, 3))
    fine = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
    for cut in (0, 3, 6, 8, 9, 20, 127, 130, len(good) - 1):
        r('load', good[:cut])
    r('load', good + b'extra')
    r('load', b'not an npy file at all, by any measure')
    r('load', b'\x93NUMPY' + bytes((9, 0)) + good[8:])
    data = struct.pack('<2d', 1.5, 2.5)
    for header in (fine, fine.replace('(2,)', '(3,)'), fine.replace('(2,)', '(-2,)'), fine.replace('(2,)', '(2'), fine.replace('(2,)', '2'), fine.replace('(2,)', '(2.5,)'),
                   fine.replace('(2,)', '(1000000000000,)'), fine.replace('(2,)', '(4611686018427387904, 4)'), fine.replace('<f8', '|O'), fine.replace('<f8', '<f3'),
                   fine.replace('<f8', 'nonsense'), fine.replace('False', '0'), fine.replace("'shape'", "'shapes'"), fine[:-2] + "'extra': 1, }", '[1, 2]', '',
                   "__import__('os')", fine.replace("'<f8'", '5'), fine + '\n', '   ' + fine, fine.replace(' ', ''), '{' * 500, fine.replace('(2,)', '(True, 2)'),
                   fine.replace('<f8', '>f8'), fine.replace('<f8', '=f8'), fine.replace('(2,)', '()'), fine.replace('(2,)', '(2L,)')):
        r('load', with_header(header, data))
    r('load', with_header(fine, data, (2, 0)))
    r('load', with_header(fine, data, (3, 0)))
    r('load', with_header(fine + ' ' * 20000, data, (2, 0)))
    r('load', b'\x93NUMPY\x01\x00\xff\xff' + fine.encode())
    r('load', b'PK\x03\x04 truncated zip')
    r('load', npz(a=np.arange(3))[:60])
