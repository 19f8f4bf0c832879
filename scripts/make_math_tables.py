"""Writes src/kernel/math/tables.ts: the constant tables of the elementary functions, computed with mpmath.

Run: python3 scripts/make_math_tables.py && npx prettier --write src/kernel/math/tables.ts
"""

import struct
from pathlib import Path

from mpmath import floor, fmul, log, mp, mpf, nint, pi, power, tanh

mp.prec = 1400

EXP_SIZE = 128
LOG_SIZE = 128
# The first mantissa of the logarithm's range [0.7057, 1.4114); the interval that holds 1 is short and has c = 1.
LOG_OFFSET = 0x3FE6955500000000
# tanh is tabled at the doubles with 4 mantissa bits from 2**-4 up to 24; entry 0 stands for tanh 0.
TANH_FIRST = 0x3FB0


def bits(x: float) -> int:
    return struct.unpack('<q', struct.pack('<d', x))[0]


def double(b: int) -> float:
    return struct.unpack('<d', struct.pack('<q', b))[0]


def split(x: mpf) -> tuple[float, float]:
    """The nearest double, and the double nearest to what is left."""
    hi = float(x)
    return hi, float(x - mpf(hi))


def exp_tables() -> dict[str, list]:
    head, tail = [], []
    for i in range(EXP_SIZE):
        value = power(2, mpf(i) / EXP_SIZE)
        hi = float(value)
        head.append(double(bits(hi) - (i << 45)))
        tail.append(float(value / mpf(hi) - 1))
    return {'EXP_HEAD': head, 'EXP_TAIL': tail}


def log_tables() -> dict[str, list]:
    inverse, hi, lo = [], [], []
    for i in range(LOG_SIZE):
        first = double(LOG_OFFSET + (i << 45))
        last = double(LOG_OFFSET + ((i + 1) << 45))
        # Nine bits: the mantissa times the inverse then is 1 + r with an r that a double holds (nearly always) exactly.
        scale = 512 if first >= 1 else 256
        inv = mpf(1) if first < 1 < last else nint(mpf(2) / (mpf(first) + mpf(last)) * scale) / scale
        value = -log(inv)
        # The low bits of the head are zero, so that k * ln2 + head is exact.
        head = float(floor(value * 2**42 + mpf(1) / 2) / 2**42)
        inverse.append(float(inv))
        hi.append(head)
        lo.append(float(value - mpf(head)))
    return {'LOG_INVERSE': inverse, 'LOG_HI': hi, 'LOG_LO': lo}


def tanh_tables() -> dict[str, list]:
    points = [mpf(0)]
    b = TANH_FIRST
    while double(b << 48) <= 24:
        points.append(mpf(double(b << 48)))
        b += 1
    pairs = [split(tanh(p)) for p in points]
    return {'TANH_HI': [p[0] for p in pairs], 'TANH_LO': [p[1] for p in pairs]}


def two_over_pi() -> list[int]:
    """The first 1280 binary digits of 2/pi, in words of 64, after one word of zeros."""
    digits = int(floor(fmul(2 / pi, power(2, 1280), prec=2000)))
    words = [(digits >> (1280 - 64 * (i + 1))) & (2**64 - 1) for i in range(20)]
    return [0, *words]


def two_over_pi_single() -> list[int]:
    """As many binary digits of 2/pi as float32 numbers need, in words of 32, after one word of zeros."""
    words = two_over_pi()[1:5]
    return [0, *(word >> shift & (2**32 - 1) for word in words for shift in (32, 0))]


COMMENTS = {
    'EXP_HEAD': '2^(i/128) as a double whose bits are lessened by i * 2^45, so that adding k * 2^45 to them gives 2^(k/128).',
    'EXP_TAIL': 'What 2^(i/128) lacks in EXP_HEAD, relative to it.',
    'LOG_INVERSE': '1/c for a c near the middle of the i-th interval of mantissas, 9 bits long.',
    'LOG_HI': 'log c to 42 binary places.',
    'LOG_LO': 'What log c lacks in LOG_HI.',
    'TANH_HI': 'tanh of 0 and of the doubles of 4 mantissa bits from 2^-4 to 24.',
    'TANH_LO': 'What tanh lacks in TANH_HI.',
    'TWO_OVER_PI': 'Binary digits of 2/pi, 64 a word, after a word of zeros.',
    'TWO_OVER_PI_SINGLE': 'The first of these, 32 a word.',
}


def number(x, kind: str) -> str:
    if kind == 'f64':
        return repr(x).removesuffix('.0')
    return f'0x{x:x}' + ('n' if kind == 'u64' else '')


def kind_of(name: str, values: list) -> str:
    if not isinstance(values[0], int):
        return 'f64'
    return 'u32' if name.endswith('SINGLE') else 'u64'


def main() -> None:
    tables = {**exp_tables(), **log_tables(), **tanh_tables(), 'TWO_OVER_PI': two_over_pi()}
    tables['TWO_OVER_PI_SINGLE'] = two_over_pi_single()
    out = [
        '/** Constant tables of the elementary functions. Written by scripts/make_math_tables.py: change that, not this. */',
        "import type { Table } from '../ir.ts';",
    ]
    for name, values in tables.items():
        kind = kind_of(name, values)
        out += [
            '',
            f'/** {COMMENTS[name]} */',
            f'export const {name}: Table = {{',
            f"  name: '{name.lower()}',",
            f"  type: '{kind}',",
            f"  values: [{', '.join(number(v, kind) for v in values)}],",
            '};',
        ]
    path = Path(__file__).parent.parent / 'src/kernel/math/tables.ts'
    path.write_text('\n'.join(out) + '\n')


main()
