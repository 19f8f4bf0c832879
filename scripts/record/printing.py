"""The text of arrays and floats, character for character."""

import numpy as np

from .samples import COMPLEX, DTYPES, FLOATS, LAYOUTS, SHAPES, layout, ordinary, special, wide, with_nans
from .tables import FUNCTIONS

I = np.array
OPTIONS = [{'precision': 3}, {'precision': 0}, {'precision': 17}, {'suppress': True}, {'suppress': True, 'precision': 2}, {'linewidth': 40}, {'linewidth': 20},
           {'threshold': 5}, {'threshold': 5, 'edgeitems': 1}, {'edgeitems': 2, 'threshold': 0}, {'nanstr': 'NA', 'infstr': 'oo'}, {'sign': '+'}, {'sign': ' '},
           {'floatmode': 'fixed'}, {'floatmode': 'unique'}, {'floatmode': 'maxprec'}, {'floatmode': 'maxprec_equal', 'precision': 3},
           {'formatter': {'float_kind': FUNCTIONS['sign_text']}}, {'formatter': {'float': FUNCTIONS['sign_text']}}]


def record(r):
    values = samples(r)
    for a in values:
        for name in ('str', 'repr', 'array_str', 'array_repr', 'array2string'):
            r(name, a)
    options(r, values)
    keywords(r, values)
    floats(r)


def samples(r):
    found = []
    for d in DTYPES:
        found += [special(d), ordinary(r.rng, d, (7,)), ordinary(r.rng, d, (2, 3)), wide(r.rng, d, (9,)), ordinary(r.rng, d, ()), ordinary(r.rng, d, (0,)),
                  with_nans(r.rng, d, (3, 3)), special(d)[:5]]
    for shape in SHAPES + [(0, 0), (1, 0, 2), (2, 2, 2, 2), (1, 1, 1)]:
        found += [ordinary(r.rng, 'float64', shape), ordinary(r.rng, 'int32', shape), ordinary(r.rng, 'complex128', shape)]
    for kind in LAYOUTS:
        found.append(layout(ordinary(r.rng, 'float32', (2, 4)), kind))
    found += [np.arange(1001), np.arange(2000.0), np.arange(1200).reshape(30, 40), np.arange(1500.0).reshape(5, 30, 10) / 7, np.zeros((1001, 2), bool),
              np.arange(1000), np.arange(40.0) / 3, np.arange(100), np.zeros(1500, 'complex64')]
    rows = ([1, 10, 100], [1.0, 2.0], [1.5, 2.25], [1e-3, 1], [1e-5, 1], [1e5, 1e-5], [1e8, 1], [1e16, 1], [1e15, 1.5], [1e-4, 1e-3], [123456789.123, 1], [0.1 + 0.2, 1],
            [np.nan, 1], [np.inf, -np.inf, np.nan], [-0.0, 0.0], [1e300, 1e-300], [1 / 3, 2 / 3, 1], [1e100], [5e-324], [99999.9, 100000], [1e16], [123456.789, 0.001],
            [1.0, np.nan, 100.25], [1e-9, 1e-8], [0.00001], [-1.5, 22.75, 333], [1e8 + 0.5], [12345678.0, 87654321.0], [1e3, 1e-3])
    for row in rows:
        found += [I(row, dtype='float64'), I(row, dtype='float64').astype('float32'), I(row, dtype='float64') * (1 + 0.5j)]
    found += [I([1 + 2j, -1.5 - 0.25j]), I([np.nan + 1j, 1 + np.inf * 1j]), I([1e10 + 1j, 1]), I([0j, -0.0 - 0j]), I([1e-10j, 1e10])]
    return found


def options(r, values):
    chosen = values[::3]
    for i, option in enumerate(OPTIONS):
        for a in chosen[i % 4::4]:
            r('str', a, _print=option)
            r('repr', a, _print=option)
    r('set_printoptions', floatmode='bogus')
    r('set_printoptions', sign='x')
    r('set_printoptions', threshold='x')
    r('set_printoptions', threshold=float('nan'))
    r('set_printoptions', bogus=1)
    r('get_printoptions')


def keywords(r, values):
    a, b = np.arange(12.0).reshape(3, 4) / 7, np.arange(2000)
    for keywords in ({'separator': ', '}, {'separator': ','}, {'prefix': 'array('}, {'precision': 2}, {'suppress_small': True}, {'max_line_width': 20}, {'threshold': 5},
                     {'edgeitems': 1, 'threshold': 2}, {'sign': '+'}, {'floatmode': 'fixed', 'precision': 2}, {'suffix': ')'}, {'formatter': {'all': FUNCTIONS['sign_text']}},
                     {'separator': ', ', 'prefix': 'x = ', 'max_line_width': 30}, {'separator': '\n'}, {'bogus': 1}, {'floatmode': 'bogus'}):
        r('array2string', a, **keywords)
        r('array2string', b if 'formatter' not in keywords else b.astype(float), **keywords)
        r('array2string', a * 1j if 'formatter' not in keywords else a, **keywords)
    for name in ('array_repr', 'array_str'):
        for args in ((30,), (30, 2), (None, 3, True)):
            for x in values[::7]:
                r(name, x, *args)


def floats(r):
    values = [0.5, 1 / 3, 1e-5, 1e5 + 0.5, 123456.789, 5e-324, 1e-300, 0.1, 0.30000000000000004, -2.5, float('nan'), float('inf'), float('-inf'), 1234567.125,
              9.995, 0.00012345, 99.9951]
    positional = ({}, {'precision': 3}, {'precision': 0}, {'precision': 3, 'unique': False}, {'trim': '-'}, {'trim': '0'}, {'trim': '.'}, {'sign': True}, {'pad_left': 8},
                  {'pad_right': 6}, {'precision': 4, 'fractional': False}, {'precision': 6, 'trim': 'k'}, {'precision': 4, 'unique': False, 'fractional': False}, {'min_digits': 5},
                  {'pad_left': 4, 'pad_right': 5, 'precision': 2}, {'precision': 20, 'unique': False})
    scientific = ({}, {'precision': 3}, {'precision': 0}, {'precision': 3, 'unique': False}, {'trim': '-'}, {'trim': '0'}, {'trim': '.'}, {'sign': True}, {'pad_left': 4},
                  {'exp_digits': 3}, {'exp_digits': 1}, {'precision': 6, 'trim': 'k'}, {'min_digits': 5}, {'precision': 20, 'unique': False})
    for v in values:
        for keywords in positional:
            r('format_float_positional', v, **keywords)
        for keywords in scientific:
            r('format_float_scientific', v, **keywords)
    for v in (3, 100, -7):
        r('format_float_positional', v)
        r('format_float_scientific', v)
    for d in FLOATS:
        for v in list(special(d)[:20]) + list(wide(r.rng, d, (6,))):
            r('format_float_positional', np.array(v))
            r('format_float_scientific', np.array(v))
            r('format_float_scientific', np.array(v), 4)
            r('str', np.array(v))
            r('repr', np.array(v))
    for d in COMPLEX:
        for v in special(d)[::7]:
            r('str', np.array(v))
            r('repr', np.array(v))
    r('format_float_positional', 0.5, bogus=1)
    r('format_float_positional', 0.5, precision=3, trim='x')
    r('format_float_positional', 0.5, precision=-2)
