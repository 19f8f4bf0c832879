"""The recorder: calls PyTorch, differentiates, and writes one line for each call.

A chapter file is JSON lines. The first line is the header. Then come memory, before the case that first uses it,

    {"base": 0, "dtype": "float32", "data": "<base64>"}

and the cases, `[function, arguments, keywords, expected, extras]`:

    ["nn.functional.glu", [{"g": [0, 12, [2, 4]]}], {"dim": 1}, {"a": ["float32", [2, 2], "<base64>"]},
     {"cotangents": [[0, 20]], "gradients": ["<base64>"]}]

`function` is the dotted name of this project's function (`grad:sum` is `np.sum`, recorded for its gradient). Arguments are
plain JSON, or tagged:

    {"t": [base, first element, shape]}    a tensor; {"g": ...} one that requires a gradient; {"n": ...} a plain array
    {"call": [function, arguments, keywords]}    what another function makes of its arguments
    {"f": "inf"}, {"o": {...}}, {"fn": name}, {"s": [start, stop, step]}, {"c": [re, im]}, {"d": dtype}, {"e": 1}

A result is a tensor `{"a": [dtype, shape, data]}`, a list `{"l": [...]}`, or plain. `cotangents` are the tensors given to
`backward`, one for each result (null: not differentiated); `gradients` those of the `g` tensors in their order of first
mention (null: there is none).
"""

import base64
import json
import math
import re
import warnings

import numpy as np
import torch

KINDS = ('IndexError', 'KeyError', 'TypeError', 'ValueError', 'NotImplementedError', 'AttributeError', 'RuntimeError')
RENAMED = {'logsigmoid': 'logSigmoid'}
POOL = {'float32': 1536, 'float64': 768, 'complex64': 256, 'complex128': 256}


# What cannot be left out is given by position in this project; cases may name it.
REQUIRED = {
    'kernel_size': r'(max|avg)_pool|lp_pool|max_unpool|(un)?fold', 'output_size': r'adaptive|fold', 'normalized_shape': r'(layer|rms)_norm',
    'num_groups': 'group_norm', 'upscale_factor': 'pixel_shuffle', 'downscale_factor': 'pixel_unshuffle',
    'threshold': 'threshold', 'value': 'threshold',
}


def required(name, keywords):
    """The names of keywords that are positional here, in PyTorch's order."""
    order = ('output_size', 'kernel_size', 'normalized_shape', 'num_groups', 'upscale_factor', 'downscale_factor', 'threshold', 'value')
    return [k for k in order if k in keywords and re.match(REQUIRED[k], name)]


def camel(name):
    """PyTorch's name in this project's spelling: `conv_transpose2d` is `convTranspose2d`."""
    head, *rest = RENAMED.get(name, name).split('_')
    return head + ''.join(part[:1].upper() + part[1:] for part in rest) + ('_' if name.endswith('_') else '')


class Leaf:
    """A tensor given to a call: a stretch of recorded memory."""

    def __init__(self, base, offset, shape, array, grad):
        self.code = [base, offset, list(shape)]
        self.grad = grad
        self.array = array
        self.tensor = torch.tensor(array, requires_grad=grad)

    def at(self, dtype):
        """The same numbers as a new tensor of another precision."""
        return torch.tensor(self.array, dtype=dtype, requires_grad=self.grad)


class Call:
    """What another function makes of its arguments, as an argument."""

    def __init__(self, function, call, *args, **keywords):
        self.function, self.call, self.args, self.keywords = function, call, args, keywords


class Fn:
    """A function that both sides know by name (`conformance/torch/callables.ts`)."""

    def __init__(self, name, call):
        self.name, self.call = name, call


def transposed(leaf, *axes):
    """The leaf seen with its axes in another order, so that it does not lie in C order."""
    return Call('transpose', lambda x, order: x.permute(*order), leaf, list(axes))


class Recorder:
    """Writes the cases of one chapter."""

    def __init__(self, stream, chapter, seed, accuracy=None):
        self.stream, self.accuracy = stream, accuracy
        self.rng = np.random.default_rng([seed, *map(ord, chapter)])
        torch.manual_seed(seed)
        self.pools, self.position, self.bases, self.seen = {}, {}, {}, set()
        self.count = 0
        self.functions = {}
        self.line({'chapter': f'torch/{chapter}', 'torch': torch.__version__, 'seed': seed})

    def line(self, value):
        self.stream.write(json.dumps(value, separators=(',', ':'), allow_nan=False) + '\n')

    # ---- tensors ---------------------------------------------------------------------------------------------

    def x(self, *shape, dtype='float32', kind='normal', grad=True):
        """A tensor of random numbers that requires a gradient: the next stretch of the pool of its kind."""
        return self.stretch(kind, dtype, shape, grad)

    def const(self, *shape, dtype='float32', kind='normal'):
        """The same without a gradient."""
        return self.stretch(kind, dtype, shape, False)

    def stretch(self, kind, dtype, shape, grad):
        base, numbers = self.pool(kind, dtype)
        size = math.prod(shape)
        offset = self.position.get(base, 0)
        if offset + size > len(numbers):
            offset = self.position.get(base, 0) % 7
            assert offset + size <= len(numbers), f'{shape} is larger than the pool'
        self.position[base] = offset + max(size, 1)
        return Leaf(base, offset, shape, numbers[offset:offset + size].reshape(shape), grad)

    def pool(self, kind, dtype):
        key = (kind, dtype)
        if key not in self.pools:
            size = POOL[dtype]
            numbers = {
                'normal': lambda: self.rng.standard_normal(size),
                'positive': lambda: self.rng.uniform(0.1, 3, size),
                'unit': lambda: self.rng.uniform(0.03, 0.97, size),
                'small': lambda: self.rng.uniform(-0.7, 0.7, size),
                'distinct': lambda: self.rng.permutation(size) / 64 - size / 128,
            }[kind]
            values = numbers() + 1j * numbers() if dtype.startswith('complex') else numbers()
            values = values.astype(dtype)
            self.pools[key] = (self.base(values), values)
        return self.pools[key]

    def base(self, values):
        """The number of recorded memory that holds these values."""
        key = (values.dtype.name, values.tobytes())
        if key not in self.bases:
            self.bases[key] = len(self.bases)
            self.line({'base': self.bases[key], 'dtype': values.dtype.name, 'data': text64(values)})
        return self.bases[key]

    def give(self, values, dtype='float32', grad=None):
        """A tensor of these values; floats require a gradient unless told otherwise."""
        array = np.array(values, dtype=dtype)
        grad = array.dtype.kind in 'fc' if grad is None else grad
        return Leaf(self.base(array.ravel()), 0, array.shape, array, grad)

    def ints(self, low, high, *shape):
        """Random int64 in [low, high)."""
        return self.give(self.rng.integers(low, high, shape), 'int64')

    # ---- recording -------------------------------------------------------------------------------------------

    def __call__(self, name, *args, _call=None, _plain=True, **keywords):
        """Records a function of torch.nn.functional under its own name; `_call` is its formula where 1.13 lacks it."""
        function = f'nn.functional.{camel(name)}'
        args = (*args, *[keywords.pop(k) for k in required(name, keywords)])
        call = _call or getattr(torch.nn.functional, name)
        first = function not in self.functions
        self.record(function, call, args, keywords, spelled={camel(k): v for k, v in keywords.items()})
        if first and _plain:
            self.plain(function, call, args, keywords)

    def np(self, function, call, *args, **keywords):
        """Records the gradient of a function of the NumPy part: `call` is the same in PyTorch, with the same arguments."""
        self.record(function if function.startswith('.') else f'grad:{function}', call, args, keywords, spelled=keywords)

    def transform(self, function, call, *args):
        """Records a transform of a function, `np.grad(f, options)(x)`: its arguments are the function, options, and what it is given."""
        self.record(f'transform:{function}', call, args, {}, spelled={})

    def plain(self, function, call, args, keywords):
        """The same call on plain arrays, which gives a plain array."""
        result = evaluate(call, args, keywords, Given())
        if isinstance(result, Exception):
            return
        spelled = {camel(k): self.encode(v, plain=True) for k, v in keywords.items()}
        self.write(function, [self.encode(a, plain=True) for a in args], spelled, self.result(result), {'plain': True})

    def record(self, function, call, args, keywords, spelled):
        leaves = leaves_of([args, spelled])
        encoded = [self.encode(a) for a in args]
        named = {k: self.encode(v) for k, v in spelled.items()}
        before = {id(leaf): leaf.tensor.detach().clone() for leaf in constants_of([args, spelled])}
        result = evaluate(call, args, keywords, Given())
        if isinstance(result, Exception):
            return self.write(function, encoded, named, error_code(result), {})
        extras = self.differentiate(result, leaves)
        written = {json.dumps(leaf.code, separators=(',', ':')): text64(leaf.tensor.numpy()) for leaf in constants_of([args, spelled])
                   if not torch.equal(before[id(leaf)], leaf.tensor)}
        for leaf in constants_of([args, spelled]):
            leaf.tensor = before[id(leaf)]
        if written:
            extras['written'] = written
        self.write(function, encoded, named, self.result(result), extras)
        if self.accuracy:
            self.accuracy.measure(function, call, args, keywords, leaves)

    def differentiate(self, result, leaves):
        """The gradients of all leaves for random cotangents of all differentiable results."""
        outputs = [t for t in flat(result) if isinstance(t, torch.Tensor)]
        chosen = [self.cotangent(t) if leaves and t.requires_grad else None for t in outputs]
        used = [(t, c.tensor) for t, c in zip(outputs, chosen) if c]
        if not used:
            return {}
        gradients = torch.autograd.grad([t for t, _ in used], [leaf.tensor for leaf in leaves], [c for _, c in used],
                                        allow_unused=True)
        return {'cotangents': [c and c.code[:2] for c in chosen],
                'gradients': [None if g is None else text64(numpy_of(g)) for g in gradients]}

    def cotangent(self, t):
        return self.const(*t.shape, dtype=str(t.dtype).removeprefix('torch.'))

    def write(self, function, args, keywords, expected, extras):
        case = [function, args, keywords, expected] + ([extras] if extras else [])
        same = {k: v for k, v in extras.items() if k not in ('cotangents', 'gradients')}
        key = json.dumps([function, args, keywords, expected, same])
        if key in self.seen:
            return
        self.seen.add(key)
        self.line(case)
        self.count += 1
        self.functions[function] = self.functions.get(function, 0) + 1

    # ---- codes -----------------------------------------------------------------------------------------------

    def encode(self, v, plain=False):
        if v is None or isinstance(v, (bool, str, int)):
            return v
        if isinstance(v, float):
            return number(v) if math.isfinite(v) else {'f': str(v)}
        if isinstance(v, complex):
            return {'c': [number(v.real), number(v.imag)]}
        if isinstance(v, Leaf):
            return {'n' if plain else 'g' if v.grad else 't': v.code}
        if isinstance(v, Call):
            keywords = {k: self.encode(x, plain) for k, x in v.keywords.items()}
            return {'call': [v.function, [self.encode(a, plain) for a in v.args], keywords]}
        if isinstance(v, Fn):
            return {'fn': v.name}
        if isinstance(v, slice):
            return {'s': [v.start, v.stop, v.step]}
        if v is Ellipsis:
            return {'e': 1}
        if isinstance(v, torch.dtype):
            return {'d': str(v).removeprefix('torch.')}
        if isinstance(v, (list, tuple)):
            return [self.encode(x, plain) for x in v]
        if isinstance(v, dict):
            return {'o': {k: self.encode(x, plain) for k, x in v.items()}}
        raise ValueError(f'no code for the argument {v!r}')

    def result(self, v):
        if v is None or isinstance(v, (bool, str, int)):
            return v
        if isinstance(v, float):
            return number(v)
        if isinstance(v, torch.Tensor):
            array = numpy_of(v)
            return {'a': [array.dtype.name, list(array.shape), text64(array)]}
        if isinstance(v, (list, tuple)):
            return {'l': [self.result(x) for x in v]}
        raise ValueError(f'no code for the result {v!r}')


class Given:
    """How leaves become tensors: as they are, or in another precision."""

    def __init__(self, dtype=None):
        self.dtype, self.made = dtype, {}

    def tensor(self, leaf):
        if self.dtype is None or leaf.tensor.dtype not in (torch.float32, torch.complex64):
            return leaf.tensor
        key = json.dumps([leaf.code, leaf.grad])
        if key not in self.made:
            self.made[key] = leaf.at(torch.complex128 if leaf.tensor.is_complex() else self.dtype)
        return self.made[key]


def evaluate(call, args, keywords, given):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return call(*[to_torch(a, given) for a in args], **{k: to_torch(v, given) for k, v in keywords.items()})
    except Exception as error:  # the kind of the error is the result
        return error


def to_torch(v, given):
    if isinstance(v, Leaf):
        return given.tensor(v)
    if isinstance(v, Call):
        return v.call(*[to_torch(a, given) for a in v.args], **{k: to_torch(x, given) for k, x in v.keywords.items()})
    if isinstance(v, Fn):
        return v.call
    if isinstance(v, list):
        return [to_torch(x, given) for x in v]
    if isinstance(v, tuple):
        return tuple(to_torch(x, given) for x in v)
    if isinstance(v, dict):
        return {k: to_torch(x, given) for k, x in v.items()}
    return v


def all_leaves(v):
    if isinstance(v, Leaf):
        yield v
    elif isinstance(v, Call):
        yield from all_leaves([*v.args, *v.keywords.values()])
    elif isinstance(v, dict):
        yield from all_leaves(list(v.values()))
    elif isinstance(v, (list, tuple)):
        for x in v:
            yield from all_leaves(x)


def leaves_of(v):
    """The tensors that require gradients, each once, in the order of their first mention."""
    found = {}
    for leaf in all_leaves(v):
        if leaf.grad:
            assert found.setdefault(json.dumps(leaf.code), leaf) is leaf, 'two tensors of one code'
    return list(found.values())


def constants_of(v):
    return [leaf for leaf in all_leaves(v) if not leaf.grad]


def flat(v):
    if isinstance(v, (list, tuple)):
        for x in v:
            yield from flat(x)
    else:
        yield v


def numpy_of(t):
    """A tensor's values in C order."""
    return np.ascontiguousarray(t.detach().resolve_conj().resolve_neg().numpy()).reshape(tuple(t.shape))


def text64(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode('ascii')


def number(x):
    return int(x) if x.is_integer() and abs(x) < 2**53 else x


def error_code(error):
    if isinstance(error, AssertionError):  # PyTorch's modules assert what they are given
        error = ValueError(error)
    for kind in type(error).__mro__:
        if kind.__name__ in KINDS:
            return {'err': kind.__name__, 'says': re.sub(r'\s+', ' ', str(error))[:90]}
    raise error
