"""Case names that stand for Python syntax or for a short loop rather than for a member of NumPy."""

import io
import operator

import numpy as np


def get(a, *index):
    return a[index[0] if len(index) == 1 else index]


def put(a, *index_and_value):
    *index, value = index_and_value
    a[index[0] if len(index) == 1 else tuple(index)] = value


def save(_, a, **keywords):
    stream = io.BytesIO()
    np.save(stream, a, **keywords)
    return stream.getvalue()


def load(data, **keywords):
    """Whatever is wrong with a file is a ValueError in this project."""
    try:
        loaded = np.load(io.BytesIO(data), **keywords)
    except Exception as error:
        raise ValueError(str(error)) from error
    return loaded if isinstance(loaded, np.ndarray) else {k: loaded[k] for k in loaded.files}


def savez(compressed, arrays):
    """A round trip: the archive's own bytes hold the time of writing."""
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return load(stream.getvalue())


def nditer_values(*args, **keywords):
    return [item if isinstance(item, tuple) else item[()] for item in (copied(x) for x in np.nditer(*args, **keywords))]


def copied(item):
    return tuple(x.copy() for x in item) if isinstance(item, tuple) else item.copy()


def nditer_indices(a, flag, **keywords):
    iterator = np.nditer(a, [flag], **keywords)
    found = []
    for value in iterator:
        found.append([getattr(iterator, flag.replace('c_', '').replace('f_', '')), value.copy()[()]])
    return found


def ufunc_types(f):
    """The loops over the dtypes that the project has, each once, in NumPy's order."""
    return list(dict.fromkeys(t for t in f.types if not set(t) & set('gGOmMqQ')))


def partitioned(a, *args):
    own = a.copy()
    own.partition(args[0], *args[1:])
    return own


def of_scalar(f):
    """A function of NumPy scalars: here a 0-d array stands for one."""
    return lambda x, *args, **keywords: f(x[()] if isinstance(x, np.ndarray) else x, *args, **keywords)


def resized(a, shape):
    own = a.copy()
    own.resize(shape)
    return own


class Grid:
    """`np.mgrid[...]` and its kin, called `np.mgrid.get(...)`."""

    def __init__(self, name):
        self.of = getattr(np, name)

    def __call__(self, *index):
        return self.of[index[0] if len(index) == 1 else index]


IN_PLACE = {
    'add_': 'iadd', 'subtract_': 'isub', 'multiply_': 'imul', 'divide_': 'itruediv', 'floor_divide_': 'ifloordiv',
    'remainder_': 'imod', 'power_': 'ipow', 'left_shift_': 'ilshift', 'right_shift_': 'irshift',
    'bitwise_and_': 'iand', 'bitwise_or_': 'ior', 'bitwise_xor_': 'ixor', 'sub_': 'isub', 'mul_': 'imul',
    'div_': 'itruediv', 'pow_': 'ipow',
}
OPERATORS = {
    'add': 'add', 'sub': 'sub', 'mul': 'mul', 'div': 'truediv', 'pow': 'pow', 'subtract': 'sub', 'multiply': 'mul',
    'divide': 'truediv', 'floor_divide': 'floordiv', 'remainder': 'mod', 'power': 'pow', 'matmul': 'matmul',
    'left_shift': 'lshift', 'right_shift': 'rshift', 'bitwise_and': 'and_', 'bitwise_or': 'or_', 'bitwise_xor': 'xor',
    'greater': 'gt', 'greater_equal': 'ge', 'less': 'lt', 'less_equal': 'le', 'equal': 'eq', 'not_equal': 'ne',
}

SPECIAL = {
    'get': get,
    'set': put,
    'str': str,
    'repr': repr,
    'iter': list,
    'save': save,
    'load': load,
    'savez:load': savez,
    'unique_values': lambda x: np.sort(np.unique_values(x)),
    'resized': resized,
    'partitioned': partitioned,
    'format_float_positional': of_scalar(np.format_float_positional),
    'format_float_scientific': of_scalar(np.format_float_scientific),
    'ndindex': lambda *shape: list(np.ndindex(*shape)),
    'ndenumerate': lambda a: [[list(i), v] for i, v in np.ndenumerate(a)],
    'nditer:values': nditer_values,
    'nditer:indices': nditer_indices,
    'flat:values': lambda a: list(a.flat),
    'flat:get': lambda a, i: a.flat[i],
    'flat:set': lambda a, i, v: a.flat.__setitem__(i, v),
    'ufunc:types': ufunc_types,
    'vectorize:call': lambda f, options, *args: np.vectorize(f, **options)(*args),
    'frompyfunc:call': lambda f, nin, nout, *args: np.asarray(np.frompyfunc(f, nin, nout)(*args), dtype=float),
    'finfo': lambda d, name: getattr(np.finfo(d), name),
    'iinfo': lambda d, name: getattr(np.iinfo(d), name),
    'dtype:get': lambda d, name: getattr(np.dtype(d), name),
    'flags': lambda a, name: getattr(a.flags, name),
    '.neg': operator.neg,
    '.negative': operator.neg,
    '.invert': operator.invert,
    **{f'{n}.get': Grid(n) for n in ('mgrid', 'ogrid', 'r_', 'c_', 's_', 'index_exp')},
    **{f'.{n}': getattr(operator, op) for n, op in IN_PLACE.items()},
    **{f'.{n}': getattr(operator, op) for n, op in OPERATORS.items()},
}
