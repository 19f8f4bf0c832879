"""Runs the benchmark's cases on NumPy: a JSON request a line on stdin, a JSON answer a line on stdout."""

import json
import math
import sys
import time
import timeit
from statistics import median

import numpy as np


def hash32(i):
    """The finalizer of MurmurHash3, as in inputs.mjs."""
    h = i.astype(np.uint32) * np.uint32(0x9E3779B1)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def make_input(spec):
    shape, dtype, seed = spec["shape"], spec["dtype"], spec.get("seed", 0)
    low, high = spec.get("low", 0), spec.get("high", 1)
    size = math.prod(shape)
    if "values" in spec:
        value = np.resize(np.array([float(v) for v in spec["values"]]), size)
    else:
        i = np.arange(size, dtype=np.uint64)
        bits = hash32(2 * i + seed) >> np.uint32(5), hash32(2 * i + 1 + seed) >> np.uint32(6)
        value = low + (bits[0] * 2.0**26 + bits[1]) / 2.0**53 * (high - low)
    if dtype == "bool":
        value = value < 0.5
    elif dtype.startswith("int"):
        value = np.floor(value)
    return value.astype(dtype).reshape(shape)


def plain(value):
    """A number that JSON can hold; text for NaN and the infinities."""
    value = float(value)
    return value if math.isfinite(value) else str(value)


def sample(result, count):
    flat = np.asarray(result).ravel()
    at = [i * (flat.size - 1) // max(count - 1, 1) for i in range(min(count, flat.size))]
    return {
        "shape": list(np.shape(result)),
        "dtype": np.asarray(result).dtype.name,
        "values": [plain(flat[i]) for i in at],
    }


def measure(statement, scope, seconds, best):
    """The time of a call, median or best, from samples as long as those of the other libraries (worker.mjs)."""
    timer = timeit.Timer(statement, globals=scope)
    once = max(min(timer.repeat(5, 1)), 1e-7)
    loops = max(1, math.ceil((0.002 if best else 0.02) / once))
    samples = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 4:
        samples.append(timer.timeit(loops) / loops)
    return min(samples) if best else median(samples[1:])


def answer(request):
    inputs = {name: make_input(spec) for name, spec in request["inputs"].items()}
    scope = {"np": np, **inputs}
    with np.errstate(all="ignore"):
        if request["type"] == "check":
            return {"sample": sample(eval(request["numpy"], scope), request["count"])}
        return {"seconds": measure(request["numpy"], scope, request["seconds"], request["best"])}


print(json.dumps({"ready": np.__version__}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
