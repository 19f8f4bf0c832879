"""Records how NumPy prints arrays and numbers: `python3 scripts/record_print.py` writes `conformance/printing/`.

Random arrays of all dtypes, layouts and magnitudes under random options, and random numbers in both notations. Both files
are JSON lines after a header:

    arrays.jsonl   [dtype, base64 of the memory, shape, strides, offset, options in force, keywords, texts]
    floats.jsonl   [dtype, base64 of the number, notation, keywords, text]
"""

import base64
import json
import pathlib
import random
import warnings

import numpy as np

SEED = 20241
ARRAYS = 1200
FLOATS = 4000
FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'conformance' / 'printing'

DTYPES = ['bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64',
          'float16', 'float32', 'float64', 'complex64', 'complex128']
AWKWARD = [0.0, -0.0, np.nan, np.inf, -np.inf, 1.0, 1e-5, 1e-4, 1e8, 1e7, 999.5, 1e3, 1e300, 1e-300, 0.1, 1 / 3, 2.5,
           1e16, 65504, 5e-324, 1e22, 1e23, 0.15, 9.9999999]
RANGES_NEAR_1000 = [1, 1000, 1001, 1000.25, 999, 1000.0625, 10, 0.5]

# Given by name to array2string; the first three also to array_repr and array_str.
OPTION_CHOICES = {
    'precision': [0, 1, 2, 3, 4, 8, 12, 17],
    'threshold': [0, 1, 5, 10, 50, 100000],
    'edgeitems': [0, 1, 2, 3, 5],
    'linewidth': [1, 10, 20, 40, 60, 100, 200],
    'suppress': [True, False],
    'sign': ['+', '-', ' '],
    'floatmode': ['fixed', 'unique', 'maxprec', 'maxprec_equal'],
}
GLOBAL_CHOICES = {**OPTION_CHOICES, 'nanstr': ['NaN', '-', 'not a number'], 'infstr': ['Infinity', '\u221e']}
SURROUNDINGS = {
    'separator': [', ', ',', ' | ', '', '\n', ';  '],
    'prefix': ['x = ', 'array(', 'abc'],
    'suffix': [')', ');end'],
}


def main():
    random.seed(SEED)
    np.seterr(all='ignore')
    warnings.simplefilter('ignore')
    FOLDER.mkdir(parents=True, exist_ok=True)
    write('arrays.jsonl', (array_case() for _ in range(ARRAYS)))
    write('floats.jsonl', (float_case() for _ in range(FLOATS)))


def write(name, cases):
    with open(FOLDER / name, 'w', encoding='utf-8') as stream:
        for line in ({'numpy': np.__version__, 'seed': SEED}, *cases):
            stream.write(json.dumps(line, separators=(',', ':')) + '\n')


def array_case():
    base = random_array(np.dtype(random.choice(DTYPES)), random_shape())
    a = random_view(base)
    offset = address(a) - address(base) if a.size else 0
    options = some(GLOBAL_CHOICES, 0.3) if random.random() < 0.6 else {}
    keywords = some(OPTION_CHOICES, 0.3)
    for name, keyword in (('linewidth', 'max_line_width'), ('suppress', 'suppress_small')):
        if name in keywords:
            keywords[keyword] = keywords.pop(name)
    common = {k: v for k, v in keywords.items() if k in ('max_line_width', 'precision', 'suppress_small')}
    keywords |= some(SURROUNDINGS, 0.4)
    with np.printoptions(**options):
        texts = {
            'array2string': np.array2string(a, **keywords),
            'array_repr': np.array_repr(a, **common),
            'array_str': np.array_str(a, **common),
        }
    return [base.dtype.name, encode(base), a.shape, a.strides, offset, options, keywords, texts]


def some(choices, share):
    return {name: random.choice(values) for name, values in choices.items() if random.random() < share}


def random_shape():
    if random.random() < 0.02:
        return random.choice([(1001,), (26, 39)])
    kind = random.randrange(40)
    if kind < 4:
        return ()
    if kind < 8:
        return tuple(random.choice([0, 1, 2, 3]) for _ in range(random.randrange(1, 4)))
    if kind < 22:
        return (random.randrange(1, 20),)
    if kind < 32:
        return (random.randrange(1, 6), random.randrange(1, 8))
    return tuple(random.randrange(1, 4) for _ in range(random.randrange(3, 6)))


def random_array(dtype, shape):
    n = int(np.prod(shape))
    if dtype.kind == 'b':
        a = np.array([random.random() < 0.5 for _ in range(n)], bool)
    elif dtype.kind in 'iu':
        a = np.array(random_integers(np.iinfo(dtype), n), dtype)
    elif dtype.kind == 'f':
        a = np.array(random_reals(n)).astype(dtype)
    else:
        a = np.empty(n, dtype)
        a.real, a.imag = random_reals(n), random_reals(n)
    return a.reshape(shape)


def random_integers(info, n):
    low, high = random.choice([(info.min, info.max), (0, 9), (max(info.min, -99), 99)])
    return [random.choice([low, high, random.randint(low, high)]) for _ in range(n)]


def random_reals(n):
    digits = random.randrange(5)
    scale = 10.0 ** random.randrange(-9, 10)
    draw = random.choice([
        lambda: random.gauss(0, 1),
        lambda: random.gauss(0, 1) * 10.0 ** random.randrange(-10, 10),
        lambda: random.choice(AWKWARD),
        lambda: float(random.randrange(-1000, 1000)),
        lambda: round(random.uniform(-10, 10), digits),
        lambda: random.uniform(0, 1) * scale,
        lambda: scale * random.choice(RANGES_NEAR_1000),
    ])
    return [draw() if random.random() < 0.95 else random.choice(AWKWARD) for _ in range(n)]


def random_view(a):
    if a.ndim == 0 or a.size == 0:
        return a
    views = [a, a, a.T, a[::-1], a[..., ::2], a[..., ::-1], np.broadcast_to(a[:1], a.shape)]
    return random.choice(views)


def float_case():
    dtype = np.dtype(random.choice(['float16', 'float32', 'float64']))
    x = random_float(dtype)
    notation = random.choice(['positional', 'scientific'])
    choices = {
        'precision': [0, 1, 2, 3, 4, 5, 8, 10, 16, 17, 20, 25, 50, 1100],
        'trim': ['k', '.', '0', '-'],
        'sign': [True, False],
        'pad_left': [0, 1, 4, 8],
        'min_digits': [0, 1, 2, 3, 5, 8, 12, 17, 20],
    }
    if notation == 'positional':
        choices |= {'fractional': [True, False], 'pad_right': [0, 1, 4, 8]}
    else:
        choices |= {'exp_digits': [0, 1, 2, 3, 4, 6]}
    keywords = some(choices, 0.4)
    if 'precision' in keywords:
        keywords |= some({'unique': [False]}, 0.5)
    try:
        text = getattr(np, f'format_float_{notation}')(x, **keywords)
    except ValueError:
        return float_case()
    return [dtype.name, encode(np.array(x)), notation, keywords, text]


def random_float(dtype):
    bits = dtype.itemsize * 8
    exponents = {16: (-24, 16), 32: (-149, 128), 64: (-1074, 1024)}[bits]
    near = dtype.type(10.0 ** random.randrange(-20, 20))
    return random.choice([
        lambda: np.array(random.getrandbits(bits), f'uint{bits}').view(dtype)[()],
        lambda: dtype.type(random.choice(AWKWARD)),
        lambda: dtype.type(2.0 ** random.randrange(*exponents)),
        lambda: dtype.type(random.choice([-1, 1]) * 10.0 ** random.uniform(-8, 8)),
        lambda: dtype.type(random.randrange(-10 ** 17, 10 ** 17) // 10 ** random.randrange(0, 17)),
        lambda: dtype.type(round(random.uniform(-100, 100), random.randrange(6))),
        lambda: dtype.type(random.randrange(1, 2000) / 2 ** random.randrange(1, 11)),
        lambda: np.nextafter(near, dtype.type(random.choice([0, np.inf]))),
    ])()


def address(a):
    return a.__array_interface__['data'][0]


def encode(a):
    return base64.b64encode(a.tobytes()).decode()


if __name__ == '__main__':
    main()
