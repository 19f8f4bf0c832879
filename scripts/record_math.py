"""Writes test/kernel/math.bin: reference values of the elementary functions for test/kernel/math*.test.ts.

Accurate values come from mpmath, special values and exact functions from NumPy. Run: python3 scripts/record_math.py

The file is a u32 length, a JSON list of that many bytes, padded to 8, and the arrays that the list describes, one after
another: entries {"name", "kind", "type", "arrays": [[label, dtype, length], ...]}.
"""

import json
import math
import random
import struct
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mp, mpc, mpf

mp.prec = 400
rng = random.Random(20240)
INF = math.inf
SPECIAL = [0.0, -0.0, INF, -INF, math.nan, 1.0, -1.0, 0.5, 2.0, 5e-324, -5e-324, 2.2250738585072014e-308]
SPECIAL += [1.7976931348623157e308, -1.7976931348623157e308]

entries: list[dict] = []
data: list[bytes] = []


def write(name: str, kind: str, dtype: str, **arrays: np.ndarray) -> None:
    described = []
    for label, values in arrays.items():
        raw = np.ascontiguousarray(values).tobytes()
        described.append([label, values.dtype.name, int(values.size)])
        data.append(raw + b'\0' * (-len(raw) % 8))
    entries.append({'name': name, 'kind': kind, 'type': dtype, 'arrays': described})


def uniform(lo: float, hi: float, n: int) -> list[float]:
    return [rng.uniform(lo, hi) for _ in range(n)]


def spread(lo: int, hi: int, n: int, negative: bool = True) -> list[float]:
    """Numbers of any exponent of two from lo to hi."""
    sign = [-1, 1] if negative else [1]
    return [rng.choice(sign) * math.ldexp(rng.uniform(1, 2), rng.randint(lo, hi)) for _ in range(n)]


def near_one(n: int) -> list[float]:
    return [1 + rng.choice([-1, 1]) * 2.0 ** rng.uniform(-53, -2) for _ in range(n)]


def near_multiples_of_quarter_pi(n: int) -> list[float]:
    return [float(mpf(rng.randint(1, 10 ** rng.randint(1, 9))) * mp.pi / 4) for _ in range(n)]


ANGLES = lambda: (
    uniform(-10, 10, 200)
    + spread(-1074, -1, 60)
    + spread(0, 20, 150)
    + spread(20, 1023, 150)
    + near_multiples_of_quarter_pi(200)
    # The double closest to a multiple of pi/2, and others that are hard to reduce.
    + [6381956970095103 * 2.0**797, 1e22, 5319372648326541 * 2.0**3, 2.0**20, 2.0**20 * (1 + 2**-52), 0.67434]
)
EXPONENTS = lambda: uniform(-5, 5, 200) + uniform(-760, 720, 200) + spread(-1074, -1, 100) + uniform(-746, -705, 150)
UNIT = lambda: (
    uniform(-1, 1, 300)
    + spread(-1074, -1, 100)
    + [s * x for x in near_one(200) if x <= 1 for s in (-1, 1)]
    + uniform(0.49, 0.51, 100)
)
POSITIVE = lambda: uniform(0, 5, 150) + near_one(200) + spread(-1074, 1023, 250, False) + uniform(0.9, 1.1, 100)
HYPERBOLIC = lambda: uniform(-4, 4, 250) + uniform(-720, 720, 100) + spread(-1074, 9, 250) + uniform(709, 711, 50)
EVERY = lambda: uniform(-4, 4, 250) + spread(-1074, 1023, 350) + near_one(100)
TANH = lambda: uniform(-4, 4, 250) + uniform(-25, 25, 150) + spread(-1074, 5, 200) + uniform(0.05, 0.07, 100)
POWERS_OF_TWO = [2.0**i for i in range(-1074, 1024, 31)]
POWERS_OF_TEN = [10.0**i for i in range(-20, 23)]

UNARY = {
    'exp': (mpmath.exp, EXPONENTS),
    'exp2': (lambda x: mpmath.power(2, x), lambda: EXPONENTS() + uniform(-1080, 1030, 200) + [-1074.0, -1022.0, 1023.0]),
    'expm1': (mpmath.expm1, lambda: EXPONENTS() + uniform(-0.01, 0.01, 150)),
    'log': (mpmath.log, POSITIVE),
    'log2': (lambda x: mpmath.log(x) / mpmath.log(2), lambda: POSITIVE() + POWERS_OF_TWO),
    'log10': (mpmath.log10, lambda: POSITIVE() + POWERS_OF_TEN),
    'log1p': (mpmath.log1p, lambda: POSITIVE() + [x - 1 for x in near_one(200)] + spread(-1074, -1, 150)),
    'sin': (mpmath.sin, ANGLES),
    'cos': (mpmath.cos, ANGLES),
    'tan': (mpmath.tan, ANGLES),
    'arcsin': (mpmath.asin, UNIT),
    'arccos': (mpmath.acos, UNIT),
    'arctan': (mpmath.atan, EVERY),
    'sinh': (mpmath.sinh, HYPERBOLIC),
    'cosh': (mpmath.cosh, HYPERBOLIC),
    'tanh': (mpmath.tanh, TANH),
    'arcsinh': (mpmath.asinh, EVERY),
    'arccosh': (mpmath.acosh, lambda: uniform(1, 4, 250) + spread(0, 1023, 250, False) + [max(x, 2 - x) for x in near_one(200)]),
    'arctanh': (mpmath.atanh, UNIT),
    'cbrt': (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), EVERY),
}


def pairs(first: list[float], second: list[float]) -> list[tuple[float, float]]:
    return list(zip(first, second))


def pow_points() -> list[tuple[float, float]]:
    points = pairs(uniform(0, 5, 250), uniform(-10, 10, 250)) + pairs(spread(-1074, 1023, 200, False), uniform(-3, 3, 200))
    for x in spread(-1074, 1023, 150, False) + near_one(150):
        log = math.log(x)
        points.append((x, rng.uniform(-746, 710) / log if log else 1.0))
    return points + pairs(uniform(-5, 0, 60), [float(rng.randint(-20, 20)) for _ in range(60)])


def plane_points() -> list[tuple[float, float]]:
    points = pairs(uniform(-5, 5, 250), uniform(-5, 5, 250)) + pairs(spread(-1074, 1023, 200), spread(-1074, 1023, 200))
    for x in spread(-1000, 900, 200):
        points.append((x, rng.choice([-1, 1]) * x * 2.0 ** rng.uniform(-60, 60)))
    return points


def sum_points() -> list[tuple[float, float]]:
    points = pairs(uniform(0, 5, 200), uniform(-5, 5, 200)) + pairs(spread(-1074, 10, 100, False), spread(-1074, 10, 100))
    return points + pairs(uniform(0, 800, 150), uniform(-800, 800, 150))


def log_sum(x: mpf, y: mpf) -> mpf:
    return max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y)))


def log2_sum(x: mpf, y: mpf) -> mpf:
    return max(x, y) + mpmath.log1p(mpmath.power(2, -abs(x - y))) / mpmath.log(2)


BINARY = {
    'pow': ('power', mpmath.power, pow_points),
    'arctan2': ('arctan2', mpmath.atan2, plane_points),
    'hypot': ('hypot', lambda x, y: mpmath.sqrt(x * x + y * y), plane_points),
    'logaddexp': ('logaddexp', log_sum, sum_points),
    'logaddexp2': ('logaddexp2', log2_sum, sum_points),
}


def to_float(value: mpf) -> float:
    """The nearest double; mpmath's own conversion rounds subnormal results twice."""
    if value != 0 and abs(value) < mpf(2) ** -1022:
        return math.copysign(math.ldexp(int(mpmath.nint(abs(value) * mpf(2) ** 1074)), -1074), value)
    try:
        return float(value)
    except OverflowError:
        return math.copysign(INF, value)


def ulp(x: float) -> mpf:
    return mpf(2) ** max(math.frexp(x)[1] - 53, -1074)


def reference(function, arguments: tuple[float, ...], numpy_value: float) -> tuple[float, int]:
    """The nearest double, and what it lacks in 1/254 of its last place."""
    at_zero = 0 in arguments and function not in (log_sum, log2_sum)
    if not all(math.isfinite(a) for a in arguments) or at_zero or math.isnan(numpy_value):
        return numpy_value, 0
    try:
        exact = function(*map(mpf, arguments))
    except (ValueError, ZeroDivisionError):
        return numpy_value, 0
    nearest = to_float(exact)
    if exact == 0 or math.isinf(nearest) or not np.isfinite(numpy_value) and nearest == numpy_value:
        return numpy_value, 0
    return nearest, round(float((exact - mpf(nearest)) / ulp(nearest)) * 254)


def record_real(name: str, numpy_name: str, function, points: np.ndarray) -> None:
    """`points`: a row for each argument."""
    for dtype, kept in (('float64', points), ('float32', points[:, ::3])):
        arguments = kept.astype(dtype)
        numpy_values = getattr(np, numpy_name)(*arguments)
        rows = zip(*(a.tolist() for a in arguments), strict=True)
        values = [reference(function, row, n) for row, n in zip(rows, numpy_values.tolist(), strict=True)]
        labels = {f'x{i}': a for i, a in enumerate(arguments)}
        nearest = np.array([v[0] for v in values])
        rest = np.array([v[1] for v in values], dtype=np.int8)
        # For float32 a double says it all.
        extra = {'rest': rest} if dtype == 'float64' else {}
        write(name, 'real', dtype, **labels, nearest=nearest, **extra)


def record_exact() -> None:
    """Functions without rounding error of their own: NumPy's values are the only right ones."""
    xs = np.array(SPECIAL + uniform(-50, 50, 60) + spread(-1074, 1023, 100) + [float(i) for i in range(-20, 20)])
    ys = np.array([rng.choice([*SPECIAL, *uniform(-5, 5, 20), *spread(-1074, 1023, 10), 3.0, -3.0, 0.25]) for _ in xs])
    ratios = np.array(spread(-900, 900, 100))
    xs = np.concatenate([xs, ratios, *[np.full(len(SPECIAL), s) for s in SPECIAL]])
    ys = np.concatenate([ys, ratios * np.exp2(np.array(uniform(-90, 3, 100))), *[np.array(SPECIAL)] * len(SPECIAL)])
    n = np.array([rng.choice([0, 1, -1, 60, -60, 1100, -1100, 2100, -2100, 2**31 - 1, -(2**31)]) for _ in xs], dtype=np.int32)
    for dtype in ('float64', 'float32'):
        x, y = xs.astype(dtype), ys.astype(dtype)
        for name, numpy_name in (
            ('fmod', 'fmod'),
            ('remainder', 'remainder'),
            ('floorDivide', 'floor_divide'),
            ('nextafter', 'nextafter'),
            ('heaviside', 'heaviside'),
        ):
            write(name, 'exact', dtype, x0=x, x1=y, y0=getattr(np, numpy_name)(x, y))
        for name in ('spacing', 'sign'):
            write(name, 'exact', dtype, x0=x, y0=getattr(np, name)(x))
        for name in ('frexp', 'modf'):
            first, second = getattr(np, name)(x)
            write(name, 'exact', dtype, x0=x, y0=first, y1=second)
        write('ldexp', 'exact', dtype, x0=x, x1=n, y0=np.ldexp(x, n))


def record_halves() -> None:
    """Rounding to float16 at ties and beside them, and the neighbours of all float16 numbers."""
    halves = np.arange(0, 65536, 37, dtype=np.uint16)
    values = halves.view(np.float16)
    # Halfway to the next half, and the doubles on both sides.
    middle = (values[:800].astype(np.float64) + np.nextafter(values[:800], np.float16(INF)).astype(np.float64)) / 2
    doubles = np.concatenate([middle, np.nextafter(middle, INF), np.nextafter(middle, -INF), np.array(SPECIAL)])
    write('doubleToHalf', 'half', 'float64', x0=doubles, y0=doubles.astype(np.float16).view(np.uint16))
    singles = doubles.astype(np.float32)
    write('floatToHalf', 'half', 'float32', x0=singles, y0=singles.astype(np.float16).view(np.uint16))
    write('halfToFloat', 'half', 'uint16', x0=halves, y0=values.astype(np.float32))
    write('spacingHalf', 'half', 'uint16', x0=halves, y0=np.spacing(values).astype(np.float32))
    other = np.roll(values, 700)
    nexts = np.nextafter(values, other).astype(np.float32)
    write('nextafterHalf', 'half', 'uint16', x0=halves, x1=other.view(np.uint16), y0=nexts)


INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64']


def record_integers() -> None:
    generator = np.random.default_rng(3)
    for dtype in INTEGERS:
        info = np.iinfo(dtype)
        edge = np.array([0, 1, 2, 3, info.max, info.min, info.max - 1, info.min + 1], dtype=dtype)
        x = np.concatenate([np.repeat(edge, 8), generator.integers(info.min, info.max, 40, dtype=dtype)])
        y = np.concatenate([np.tile(edge, 8), generator.integers(-100 if info.min else 0, 100, 40).astype(dtype)])
        for name, numpy_name in (('fmod', 'fmod'), ('remainder', 'remainder'), ('floorDivide', 'floor_divide')):
            write(name, 'integer', dtype, x0=x, x1=y, y0=getattr(np, numpy_name)(x, y))
        for name in ('gcd', 'lcm'):
            write(name, 'integer', dtype, x0=x, x1=y, y0=getattr(np, name)(x, y))
        write('sign', 'integer', dtype, x0=x, y0=np.sign(x))
        n = generator.integers(0, 70, len(x)).astype(dtype)
        write('integerPower', 'integer', dtype, x0=x, x1=n, y0=np.power(x, n))


COMPLEX = {
    'exp': mpmath.exp,
    'log': mpmath.log,
    'sqrt': mpmath.sqrt,
    'sin': mpmath.sin,
    'cos': mpmath.cos,
    'tan': mpmath.tan,
    'sinh': mpmath.sinh,
    'cosh': mpmath.cosh,
    'tanh': mpmath.tanh,
    'arcsin': mpmath.asin,
    'arccos': mpmath.acos,
    'arctan': mpmath.atan,
    'arcsinh': mpmath.asinh,
    'arccosh': mpmath.acosh,
    'arctanh': mpmath.atanh,
    'exp2': lambda z: mpmath.power(2, z),
    'log2': lambda z: mpmath.log(z) / mpmath.log(2),
    'log10': lambda z: mpmath.log(z) / mpmath.log(10),
    'expm1': lambda z: mpmath.exp(z) - 1,
    'log1p': lambda z: mpmath.log(1 + z),
    'sign': lambda z: z / abs(z),
    'reciprocal': lambda z: 1 / z,
}


def record_complex() -> None:
    grid = [0.0, -0.0, 0.5, -1.0, 1.0, 2.0, 1e300, INF, -INF, math.nan]
    special = np.array([[a, b] for a in grid for b in grid])
    values = pairs(uniform(-4, 4, 60), uniform(-4, 4, 60)) + pairs(spread(-20, 4, 40), spread(-20, 4, 40))
    values += [(math.cos(t), math.sin(t)) for t in uniform(-3, 3, 20)]
    points = np.array(values)
    for name, function in COMPLEX.items():
        exact = [function(mpc(*p)) for p in values]
        nearest = np.array([[to_float(z.real), to_float(z.imag)] for z in exact])
        write(name, 'complex', 'float64', x=points, nearest=nearest)
        for dtype in ('complex128', 'complex64'):
            z = special.astype('float64' if dtype == 'complex128' else 'float32').view(dtype)[:, 0]
            expected = getattr(np, name)(z).view('float64' if dtype == 'complex128' else 'float32')
            write(name, 'complex special', 'float64' if dtype == 'complex128' else 'float32', x=z.view(expected.dtype), y=expected)
    base = np.array([complex(a, b) for a in grid[:8] for b in grid[:8]])
    z = np.concatenate([np.repeat(base, 8), points.view(np.complex128)[:, 0]])
    exponents = [0j, 1 + 0j, 2 + 0j, -3 + 0j, 0.5 + 0j, 1j, -1 + 1j, 2.5 - 1j]
    w = np.concatenate([np.tile(exponents, len(base)), np.array([complex(rng.randint(-9, 9), 0) for _ in values])])
    write('pow', 'complex power', 'float64', x=z.view(float), n=w.view(float), y=np.power(z, w).view(float))


def main() -> None:
    np.seterr(all='ignore')
    for name, (function, points) in UNARY.items():
        record_real(name, name, function, np.array([points() + SPECIAL]))
    for name, (numpy_name, function, points) in BINARY.items():
        special = [(a, b) for a in SPECIAL + [3.0, -3.0, 2.5, -2.5] for b in SPECIAL + [3.0, -3.0]]
        record_real(name, numpy_name, function, np.array(points() + special).T)
    record_exact()
    record_halves()
    record_integers()
    record_complex()
    header = json.dumps(entries, separators=(',', ':')).encode()
    header += b' ' * (-(len(header) + 4) % 8)
    path = Path(__file__).parent.parent / 'test/kernel/math.bin'
    path.write_bytes(struct.pack('<I', len(header)) + header + b''.join(data))
    print(f'{len(entries)} entries, {path.stat().st_size} bytes')


main()
