"""The recorder: calls NumPy and writes one line for each call.

A chapter file is JSON lines. The first line is the header. Then come, before the case that first uses them,

    {"base": 0, "dtype": "float64", "data": "<base64>"}                      memory that arrays lie in
    {"array": 1, "base": 0, "shape": [2, 3], "dtype": ..., "strides": ..., "offset": ..., "readonly": true}

(left out: the dtype of the memory, the strides of C order, offset 0, writeable) and the cases, `[function, arguments, keywords, expected, extras]`:

    ["add.reduce", [{"a": 1}], {"axis": 0}, {"a": ["float64", [3], "<base64>"]}]

`function` is a dotted path below the namespace, `.name` for a method or attribute of the first argument, `get` and
`set` for indexing. The codes of arguments and results are those of `encode_argument` and `encode_result` below; the
runner's `conformance/decode.ts` reads them. `extras` holds `written` (the memory that the call changed, by base),
`print` (print options in force), `loose` (dtype not compared), `deviation` and `numpy` (NumPy's own answer where a
rule of the project asks for another one).
"""

import base64
import json
import math
import re
import warnings

import numpy as np

from .special import SPECIAL

ERROR_KINDS = (
    'AxisError', 'LinAlgError', 'OverflowError', 'ZeroDivisionError', 'FloatingPointError', 'IndexError', 'KeyError',
    'MemoryError', 'TypeError', 'ValueError', 'AttributeError', 'NotImplementedError',
    'RuntimeError',
)


class F:
    """A number that makes a float64 array in JavaScript: NumPy gets floats, the case shows the plain numbers."""

    def __init__(self, value):
        self.value = value

    def numpy(self):
        def floats(v):
            return [floats(x) for x in v] if isinstance(v, (list, tuple)) else float(v)
        return floats(self.value)


class Big:
    """Integers written as bigint in JavaScript, which make an int64 array."""

    def __init__(self, value):
        self.value = value


class Text:
    """An index in NumPy's own text, as in `a.get('1:3, ::-1')`."""

    def __init__(self, text):
        self.text = text

    def numpy(self):
        return eval(f'np.s_[{self.text}]', {'np': np})


class Fn:
    """A function from the small table that both sides know by name (`conformance/callables.ts`)."""

    def __init__(self, name, call):
        self.name, self.call = name, call


class Ref:
    """A member of the namespace passed as an argument, such as a ufunc."""

    def __init__(self, path):
        self.path = path


def root_of(a):
    """The array that owns the memory which `a` looks at."""
    root = a
    while getattr(root, 'base', None) is not None and not isinstance(root.base, (bytes, bytearray, memoryview)):
        root = root.base
    return root


def memory_of(root):
    return np.ravel(root, order='K')


def text64(data):
    return base64.b64encode(data).decode('ascii')


class Recorder:
    """Writes the cases of one chapter."""

    def __init__(self, stream, chapter, seed):
        self.stream, self.chapter = stream, chapter
        self.rng = np.random.default_rng([seed, sum(map(ord, chapter))])
        self.bases, self.arrays, self.keep, self.seen = {}, {}, [], set()
        self.count = 0
        self.functions = {}
        self.line({'chapter': chapter, 'numpy': np.__version__, 'seed': seed})

    def line(self, value):
        self.stream.write(json.dumps(value, separators=(',', ':'), allow_nan=False) + '\n')

    # ---- recording -------------------------------------------------------------------------------------------

    def __call__(self, function, *args, _print=None, _loose=False, **keywords):
        """Records one call."""
        self.record(function, args, keywords, print_options=_print, loose=_loose)

    def deviation(self, reason, function, *args, _ours, **keywords):
        """Records a call where a rule of the project asks for another answer: `_ours` is a call that gives it."""
        self.record(function, args, keywords, deviation=reason, ours=_ours)

    def property(self, function, *args, _check, **keywords):
        """Records a call of which NumPy leaves something open: the runner verifies a named property instead."""
        self.record(function, args, keywords, check=_check)

    def record(self, function, args, keywords, print_options=None, loose=False, deviation=None, ours=None, check=None):
        given = [a for a in list(args) + list(keywords.values())]
        encoded = [self.encode_argument(a) for a in args]
        named = {k: self.encode_argument(v) for k, v in keywords.items()}
        before = {id(root): memory_of(root).tobytes() for root in self.roots(given)}
        result = self.call(function, args, keywords, print_options)
        extras = {}
        written = self.written(given, before)
        if written:
            extras['written'] = written
        if print_options:
            extras['print'] = {k: self.encode_argument(v) for k, v in print_options.items()}
        if loose:
            extras['loose'] = True
        if check == 'shape and dtype' and isinstance(result, np.ndarray):
            result = np.zeros_like(result)  # what the memory held is nobody's answer
        expected = self.encode_result(result, given)
        if deviation:
            extras['deviation'], extras['numpy'] = deviation, expected
            expected = self.encode_result(ours() if callable(ours) else ours, given)
        if check:
            extras['check'] = check
        case = [function, encoded, named, expected] + ([extras] if extras else [])
        key = json.dumps(case)
        if key not in self.seen:
            self.seen.add(key)
            self.line(case)
            self.count += 1
            self.functions[function] = self.functions.get(function, 0) + 1
        self.restore(given, before)

    def call(self, function, args, keywords, print_options):
        args = [to_numpy(a) for a in args]
        keywords = {k: to_numpy(v) for k, v in keywords.items()}
        try:
            with warnings.catch_warnings(), np.errstate(all='ignore'), np.printoptions(**to_numpy(print_options or {})):
                warnings.simplefilter('ignore')
                return resolve(function, args)(*args, **keywords)
        except Exception as error:  # the kind of the error is the result
            return error

    def roots(self, values):
        found = []
        for a in arrays_in(values):
            root = root_of(a)
            if not any(root is r for r in found):
                found.append(root)
        return found

    def written(self, values, before):
        changed = {}
        for root in self.roots(values):
            after = memory_of(root).tobytes()
            if after != before[id(root)]:
                changed[str(self.base(root))] = text64(after)
        return changed

    def restore(self, values, before):
        for root in self.roots(values):
            old = before[id(root)]
            if memory_of(root).tobytes() != old:
                np.ravel(root, order='K')[...] = np.frombuffer(old, dtype=root.dtype)

    # ---- arguments -------------------------------------------------------------------------------------------

    def base(self, root):
        if not (root.flags.c_contiguous or root.flags.f_contiguous):
            raise ValueError('memory with holes')
        if id(root) not in self.bases:
            self.bases[id(root)] = len(self.bases)
            self.keep.append(root)
            native = root.dtype.newbyteorder('=')
            assert native == root.dtype, 'arguments are of native byte order'
            self.line({'base': self.bases[id(root)], 'dtype': root.dtype.name, 'data': text64(memory_of(root).tobytes())})
        return self.bases[id(root)]

    def array(self, a):
        root = root_of(a)
        base = self.base(root)
        offset = a.__array_interface__['data'][0] - root.__array_interface__['data'][0]
        strides = a.strides if a.size else np.empty(a.shape, a.dtype).strides
        entry = {'base': base, 'shape': list(a.shape)}
        if a.dtype != root.dtype:
            entry['dtype'] = a.dtype.name
        if not a.flags.c_contiguous:
            entry['strides'] = list(strides)
        if offset and a.size:
            entry['offset'] = offset
        if not a.flags.writeable:
            entry['readonly'] = True
        key = json.dumps(entry)
        if key not in self.arrays:
            self.arrays[key] = len(self.arrays)
            self.line({'array': self.arrays[key], **entry})
        return self.arrays[key]

    def encode_argument(self, v):
        """null, booleans, integers, fractions and text stand for themselves, a list for an array; the rest is tagged."""
        if v is None or isinstance(v, (bool, str)):
            return v
        if isinstance(v, np.ndarray):
            return {'a': self.array(v)}
        if isinstance(v, int):
            return v if abs(v) < 2**53 else {'i': str(v)}
        if isinstance(v, float):
            if not math.isfinite(v):
                return {'f': str(v)}
            if v.is_integer():
                raise ValueError(f'JavaScript cannot tell the float {v} from an integer')
            return v
        if isinstance(v, complex):
            return {'c': [number(v.real), number(v.imag)]}
        if isinstance(v, (list, tuple)):
            return [self.encode_argument(x) for x in v]
        if isinstance(v, dict):
            return {'o': {k: self.encode_argument(x) for k, x in v.items()}}
        if isinstance(v, slice):
            return {'s': [self.encode_argument(x) for x in (v.start, v.stop, v.step)]}
        if v is Ellipsis:
            return {'e': 1}
        if isinstance(v, (np.dtype, type)):
            return {'d': np.dtype(v).name}
        if isinstance(v, (bytes, bytearray)):
            return {'b': text64(bytes(v))}
        if isinstance(v, F):
            return encode_plain(v.value)
        if isinstance(v, Big):
            return encode_big(v.value)
        if isinstance(v, Text):
            return v.text
        if isinstance(v, Fn):
            return {'fn': v.name}
        if isinstance(v, Ref):
            return {'ref': v.path}
        raise ValueError(f'no code for the argument {v!r}')

    # ---- results ---------------------------------------------------------------------------------------------

    def encode_result(self, v, given):
        if isinstance(v, Exception):
            return {'err': error_kind(v), 'says': re.sub(r' at 0x[0-9a-f]+', '', str(v))[:90]}
        if v is None or isinstance(v, (bool, str)):
            return v
        if isinstance(v, np.bool_):
            return bool(v)
        if isinstance(v, np.generic):
            return {'n': [v.dtype.name, scalar(v)]}
        if isinstance(v, int):
            return v if abs(v) < 2**53 else {'i': str(v)}
        if isinstance(v, float):
            plain = number(v)
            return {'f': plain} if isinstance(plain, str) else plain
        if isinstance(v, complex):
            return {'c': [number(v.real), number(v.imag)]}
        if isinstance(v, np.ndarray):
            return self.encode_array(v, given)
        if isinstance(v, np.dtype):
            return {'d': v.newbyteorder('=').name}
        if isinstance(v, type) and issubclass(v, np.generic):
            return {'d': np.dtype(v).name}
        if isinstance(v, tuple) and hasattr(v, '_fields'):
            return {'named': {k: self.encode_result(x, given) for k, x in zip(v._fields, v)}}
        if isinstance(v, (list, tuple)):
            return {'t': [self.encode_result(x, given) for x in v]}
        if isinstance(v, dict):
            return {'o': {str(k): self.encode_result(x, given) for k, x in v.items()}}
        if isinstance(v, slice):
            return {'s': [self.encode_result(x, given) for x in (v.start, v.stop, v.step)]}
        if isinstance(v, bytes):
            return {'b': text64(v)}
        if v is Ellipsis:
            return {'e': 1}
        raise ValueError(f'no code for the result {v!r}')

    def encode_array(self, v, given):
        for path, a in enumerate(given):
            if a is v:
                return {'same': path}
        native = v.astype(v.dtype.newbyteorder('='), copy=False)
        code = {'a': [v.dtype.name, list(v.shape), text64(native.tobytes())]}
        if v.size:
            shared = [i for i, a in enumerate(given) if isinstance(a, np.ndarray) and np.shares_memory(v, a)]
            if shared:
                code['view'] = shared
            if shared or not v.flags.c_contiguous:
                code['strides'] = list(v.strides)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter('always')
            writeable = v.flags.writeable
        if warned:
            code['readonly'] = 'open'  # NumPy itself is about to make these read-only
        elif not writeable:
            code['readonly'] = True
        return code


def arrays_in(values):
    for v in values:
        if isinstance(v, np.ndarray):
            yield v
        elif isinstance(v, (list, tuple)):
            yield from arrays_in(v)
        elif isinstance(v, dict):
            yield from arrays_in(v.values())


def to_numpy(v):
    if isinstance(v, (F, Text)):
        return v.numpy()
    if isinstance(v, Big):
        return v.value
    if isinstance(v, Fn):
        return v.call
    if isinstance(v, Ref):
        return lookup(v.path)
    if isinstance(v, list):
        return [to_numpy(x) for x in v]
    if type(v) is tuple:
        return tuple(to_numpy(x) for x in v)
    if isinstance(v, dict):
        return {k: to_numpy(x) for k, x in v.items()}
    return v


def lookup(path):
    found = np
    for name in path.split('.'):
        found = getattr(found, name)
    return found


def resolve(function, args):
    """What a case's function name stands for."""
    if function in SPECIAL:
        return SPECIAL[function]
    if function.startswith('.'):
        member = getattr(type(args[0]), function[1:])
        return member if callable(member) else lambda self: getattr(self, function[1:])
    found = lookup(function)
    return found if callable(found) or args else lambda: found


def error_kind(error):
    for kind in type(error).__mro__:
        if kind.__name__ in ERROR_KINDS:
            return kind.__name__
    raise error


def number(x):
    x = float(x)
    if math.isfinite(x):
        return '-0' if x == 0 and math.copysign(1, x) < 0 else (int(x) if x.is_integer() and abs(x) < 2**53 else x)
    return str(x)


def scalar(v):
    if v.dtype.kind in 'iu':
        return int(v) if abs(int(v)) < 2**53 else str(int(v))
    if v.dtype.kind == 'c':
        return [number(v.real), number(v.imag)]
    return number(v)


def encode_plain(v):
    if isinstance(v, (list, tuple)):
        return [encode_plain(x) for x in v]
    if isinstance(v, float) and not math.isfinite(v):
        return {'f': str(v)}
    return v


def encode_big(v):
    return [encode_big(x) for x in v] if isinstance(v, (list, tuple)) else {'i': str(v)}
