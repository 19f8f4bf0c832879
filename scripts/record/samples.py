"""The arrays that the cases are made of: dtypes, special values, shapes and memory layouts."""

import functools

import numpy as np

BOOL = ['bool']
SIGNED = ['int8', 'int16', 'int32', 'int64']
UNSIGNED = ['uint8', 'uint16', 'uint32', 'uint64']
INTEGERS = SIGNED + UNSIGNED
FLOATS = ['float16', 'float32', 'float64']
COMPLEX = ['complex64', 'complex128']
REAL = BOOL + INTEGERS + FLOATS
DTYPES = REAL + COMPLEX
NUMBERS = INTEGERS + FLOATS + COMPLEX
FEW = ['bool', 'int8', 'int32', 'int64', 'uint8', 'uint64', 'float16', 'float32', 'float64', 'complex128']
CHARS = dict(zip('?bhilBHILefdFD', BOOL + SIGNED + UNSIGNED + FLOATS + COMPLEX))


def special_reals(dtype):
    """Zeros, units, the borders of the format, NaN and infinities, and arguments that break careless reductions."""
    info = np.finfo(dtype)
    values = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 2.0, 2.5, -2.5, 3.0, -3.0, np.inf, -np.inf, np.nan,
              info.max, -info.max, info.tiny, -info.tiny, info.smallest_subnormal, -info.smallest_subnormal,
              info.eps, 1 + info.eps, 1 - info.epsneg, np.pi, -np.pi / 2, 1e-3, 10.0, 100.0, -7.25, 1000.5]
    wide = [1e22, -1e22, 88.7, -103.9, 709.7, -745.1, 1e10, 123456.789, 4503599627370497.5, 2.0**31, 2.0**63]
    with np.errstate(all='ignore'):
        return np.array([v for v in values + (wide if dtype != 'float16' else [11.08, -17.3])]).astype(dtype)


def special_integers(dtype):
    info = np.iinfo(dtype)
    values = {0, 1, 2, 3, 5, 7, 8, 10, 31, 63, 64, 100, info.max, info.max - 1, info.max // 2, info.min, info.min + 1,
              -1, -2, -3, -7, -10, -100}
    return np.array(sorted(v for v in values if info.min <= v <= info.max), dtype=dtype)


def special_complex(dtype):
    parts = [0.0, -0.0, 1.0, -1.5, 0.5, 2.0, np.inf, -np.inf, np.nan]
    pairs = [complex(x, y) for x in parts for y in parts] + [1e-5 + 1e-5j, 3 - 4j, 30 + 1j, -30 + 2j, 1 + 30j, 1e-20 + 1j]
    return np.array(pairs, dtype=dtype)


@functools.cache
def special(dtype):
    kind = np.dtype(dtype).kind
    if kind == 'b':
        return np.array([False, True])
    if kind in 'iu':
        return special_integers(dtype)
    return special_reals(dtype) if kind == 'f' else special_complex(dtype)


def ordinary(rng, dtype, shape, low=None, high=None):
    """Values of no particular difficulty: small integers, numbers around zero."""
    kind = np.dtype(dtype).kind
    if kind == 'b':
        return np.asarray(rng.integers(0, 2, shape)).astype(bool)
    if kind in 'iu':
        low = (0 if kind == 'u' else -9) if low is None else low
        return np.asarray(rng.integers(low, 10 if high is None else high, shape)).astype(dtype)
    low, high = -4 if low is None else low, 4 if high is None else high
    values = rng.uniform(low, high, shape)
    return np.asarray(values + 1j * rng.uniform(low, high, shape) if kind == 'c' else values).astype(dtype)


def halves(rng, dtype, shape):
    """Multiples of 1/4 of small size: every order of summation gives the same bits."""
    if np.dtype(dtype).kind not in 'fc':
        return ordinary(rng, dtype, shape)
    values = rng.integers(-16, 17, shape) / 4
    return np.asarray(values + 1j * rng.integers(-16, 17, shape) / 4 if np.dtype(dtype).kind == 'c' else values).astype(dtype)


def wide(rng, dtype, shape):
    """Values over the whole range of the dtype."""
    dtype = np.dtype(dtype)
    if dtype.kind == 'b':
        return np.asarray(rng.integers(0, 2, shape)).astype(bool)
    if dtype.kind in 'iu':
        info = np.iinfo(dtype)
        return np.asarray(rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True))
    exponent = {2: 4, 4: 37, 8: 300}[dtype.itemsize // (2 if dtype.kind == 'c' else 1)]

    def reals():
        return rng.choice([-1, 1], shape) * 10.0 ** rng.uniform(-exponent, exponent, shape)
    return np.asarray(reals() + 1j * reals() if dtype.kind == 'c' else reals()).astype(dtype)


def with_nans(rng, dtype, shape, part=0.3):
    """Ordinary values, some of them NaN where the dtype has it."""
    values = ordinary(rng, dtype, shape)
    if np.dtype(dtype).kind in 'fc' and values.ndim:
        values[rng.random(shape) < part] = np.nan
    return values


LAYOUTS = ('C', 'F', 'reversed', 'stepped', 'transposed', 'offset', 'broadcast', 'readonly')


def layout(a, name):
    """The values of `a` (or nearly: `broadcast` repeats its first row) lying in memory in the named way."""
    a = np.ascontiguousarray(a) if a.ndim else a.copy()
    if name == 'C' or a.ndim == 0:
        return a
    if name == 'F':
        return a.copy(order='F')
    if name == 'reversed':
        back = (slice(None, None, -1),) * a.ndim
        return np.ascontiguousarray(a[back])[back]
    if name == 'stepped':
        room = np.zeros([2 * n for n in a.shape], a.dtype)
        view = room[(slice(None, None, 2),) * a.ndim]
        view[...] = a
        return view
    if name == 'transposed':
        return np.ascontiguousarray(a.T).T
    if name == 'offset':
        room = np.zeros([n + 2 for n in a.shape], a.dtype)
        view = room[(slice(1, -1),) * a.ndim]
        view[...] = a
        return view
    if name == 'broadcast':
        return np.broadcast_to(a[:1], a.shape) if a.shape[0] else a
    view = a.view()
    view.flags.writeable = False
    return view


SHAPES = [(), (0,), (1,), (7,), (3, 4), (1, 5), (4, 1), (0, 3), (2, 3, 4), (2, 1, 3, 2)]
BROADCAST = [((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((), (5,)), ((1,), (4,)), ((0, 3), (3,)),
             ((2, 1, 3), (4, 1)), ((5, 0), (1, 1)), ((2, 3, 4), ())]
