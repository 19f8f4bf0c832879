"""Records NumPy's reductions, scans and searches as hashes of their bits, for test/ops/reduce.test.ts.

The input of a case is made by a formula that the test repeats, so only its description and the hash are written:

    python3 scripts/record_reductions.py > test/ops/reductions.json
"""
import json

import numpy as np

DTYPES = "bool int8 uint8 int16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split()
OPS = "add multiply maximum minimum logical_or logical_and bitwise_xor subtract fmax".split()


def noise(n):
    return (np.arange(n, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(12345)) % np.uint64(2**32)


def make(dtype, shape):
    size = int(np.prod(shape))
    x = noise(2 * size)
    if dtype == "bool":
        flat = x[:size] % 3 == 0
    elif "int" in dtype:
        flat = (x[:size] % 100).astype(dtype)
    else:
        y = (x / 2.0**32 - 0.5) * 2.0 ** ((x % 13).astype(np.int64) - 6)
        flat = (y[:size] + 1j * y[size:] if "complex" in dtype else y[:size]).astype(dtype)
    return flat.reshape(shape)


def fnv(data):
    hash = 2166136261
    for byte in data:
        hash = (hash ^ byte) * 16777619 % 2**32
    return hash


def view(case):
    a = make(case["dtype"], case["shape"])
    if case["transpose"]:
        a = a.T
    return a[tuple(slice(None, None, step) for step in case["steps"])]


def run(case):
    a = view(case)
    axes = case["axes"]
    if case["method"] == "arg":
        return getattr(np, case["op"])(a, axis=axes[0])
    ufunc = getattr(np, case["op"])
    if case["method"] == "accumulate":
        return ufunc.accumulate(a, axis=axes[0], dtype=case["result"])
    options = {}
    if case["initial"] is not None:
        options["initial"] = case["initial"]
    if case["where"]:
        options["where"] = (noise(a.size) % 4 != 0).reshape(a.shape)
    return ufunc.reduce(a, axis=tuple(axes), dtype=case["result"], **options)


def random_case(rng):
    ndim = int(rng.integers(1, 4))
    long = rng.random() < 0.4
    most = {1: 40000, 2: 200, 3: 40}[ndim] if long else 9
    shape = [int(n) for n in rng.integers(1, most + 1, ndim)]
    case = {
        "method": str(rng.choice(["reduce", "reduce", "reduce", "accumulate", "arg"])),
        "op": str(rng.choice(["add", str(rng.choice(OPS))])),
        "dtype": str(rng.choice(DTYPES)),
        "shape": shape,
        "transpose": bool(rng.random() < 0.3),
        "steps": [int(s) for s in rng.choice([1, 1, 1, 2, -1], ndim)],
        "axes": sorted(int(i) for i in rng.permutation(ndim)[: rng.integers(1, ndim + 1)]),
        "initial": 3 if rng.random() < 0.2 else None,
        "where": bool(rng.random() < 0.2),
        "result": None,
    }
    if case["method"] == "arg":
        case["op"] = str(rng.choice(["argmax", "argmin"]))
    elif rng.random() < 0.3:
        case["result"] = str(rng.choice(["int64", "float32", "float64"]))
    return case


def main():
    rng = np.random.default_rng(7)
    cases = []
    while len(cases) < 240:
        case = random_case(rng)
        try:
            with np.errstate(all="ignore"):
                result = np.asarray(run(case))
        except (TypeError, ValueError):
            continue
        # NumPy multiplies complex numbers with fused operations, which WebAssembly does not have.
        if case["op"] == "multiply" and result.dtype.kind == "c" or not np.all(np.isfinite(result)):
            continue
        case["result"] = result.dtype.name
        cases.append([case, list(result.shape), fnv(np.ascontiguousarray(result).tobytes())])
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")


main()
