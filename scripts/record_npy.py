"""Records files that NumPy writes, for the tests of np.load and np.save.

    python3 scripts/record_npy.py
"""
import base64
import io
import json
from pathlib import Path

import numpy as np

TYPES = ['b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16']


def sample(dtype, shape):
    """An array of bytes that follow a rule; all the same whether they make a number or a NaN."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    pattern = np.arange(size) % 2 if dtype == 'b1' else (np.arange(size) * 37 + 11) % 256
    return pattern.astype('u1').view(dtype).reshape(shape)


def text(data):
    return base64.b64encode(data).decode()


def npy(name, array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    native = array.astype(array.dtype.newbyteorder('='))
    return {
        'name': name,
        'dtype': native.dtype.name,
        'shape': ','.join(map(str, array.shape)),
        'order': 'F' if array.flags.fnc else 'C',
        'swapped': array.dtype.byteorder == '>',
        'version': ','.join(map(str, version or (1, 0))),
        'elements': text(native.tobytes()),
        'file': text(file.getvalue()),
    }


def npz(name, save, *positional, **named):
    file = io.BytesIO()
    save(file, *positional, **named)
    return {'name': name, 'file': text(file.getvalue())}


x, y = sample('f8', (2, 3)), sample('i4', (4,))
record = {
    'numpy': np.__version__,
    'npy': [
        *(npy(f'{t}', sample(t, (2, 3))) for t in TYPES),
        *(npy(f'{t} in F order', np.asfortranarray(sample(t, (2, 3)))) for t in TYPES),
        *(npy(f'{t}, big-endian', sample('>' + t, (2, 3))) for t in TYPES if np.dtype(t).itemsize > 1),
        npy('0-d', sample('f8', ())),
        npy('1-d', sample('i2', (7,))),
        npy('empty', sample('f4', (0, 3))),
        npy('empty in F order', np.zeros((3, 0, 2), order='F')),
        npy('many axes', sample('u1', (1,) * 30 + (2, 3))),
        npy('long axis', sample('b1', (100000,))[::1000].copy()),
        npy('big-endian in F order', np.asfortranarray(sample('>i4', (2, 3, 2)))),
        npy('version 2.0', sample('f8', (2, 3)), (2, 0)),
        npy('version 3.0', sample('f8', (2, 3)), (3, 0)),
    ],
    'npz': [
        npz('savez', np.savez, x=x, y=y),
        npz('savez by position', np.savez, x, named=y),
        npz('savez beyond ASCII', np.savez, **{'é 数': x}),
        npz('savez of nothing', np.savez),
        npz('savez_compressed', np.savez_compressed, x=x, y=np.asfortranarray(x), zeros=np.zeros((50, 60))),
    ],
}
Path(__file__).parents[1].joinpath('test/np/io/numpy_files.json').write_text(json.dumps(record, indent=2) + '\n')
