"""What the tape does: in-place operations, views, accumulation, second derivatives, and what it refuses.

A case is a small program: a list of steps `[variable, function, arguments, keywords]`, whose later steps name the variables of
earlier ones as `{"v": name}`.
"""

import numpy as np
import torch

from .core import Given, Leaf, error_code, leaves_of, to_torch
from .indexing import get


class Variable:
    def __init__(self, name, value):
        self.name, self.value = name, value


class Program:
    """Runs steps in PyTorch and writes them down."""

    def __init__(self, r, about):
        self.r, self.about, self.steps, self.leaves, self.error = r, about, [], [], None

    def __call__(self, function, call, *args, **keywords):
        """One step; after an error the rest is only written down."""
        name = f'v{len(self.steps)}'
        self.leaves += [a for a in args if isinstance(a, (Leaf, list))]
        spelled = {k: self.encode(v) for k, v in keywords.items()}
        self.steps.append([name, function, [self.encode(a) for a in args], spelled])
        value = None
        if self.error is None:
            try:
                value = call(*map(self.torch, args), **{k: self.torch(v) for k, v in keywords.items()})
            except Exception as error:  # the kind of the error is the result
                self.error = error
        return Variable(name, value)

    def encode(self, v):
        if isinstance(v, Variable):
            return {'v': v.name}
        return [self.encode(x) for x in v] if isinstance(v, list) else self.r.encode(v)

    def torch(self, v):
        if isinstance(v, Variable):
            return v.value
        return [self.torch(x) for x in v] if isinstance(v, list) else to_torch(v, Given())

    def end(self, *results, differentiate=True):
        """Writes the case: these results, and the gradients of all leaves unless the program computed them itself."""
        program = {'program': {'steps': self.steps, 'results': [v.name for v in results]}}
        if self.error is not None:
            return self.r.write(f'tape:{self.about}', [], {}, error_code(self.error), program)
        values = [v.value for v in results]
        extras = self.r.differentiate(values, leaves_of(self.leaves)) if differentiate else {}
        values = [v.detach() if isinstance(v, torch.Tensor) else v for v in values]
        self.r.write(f'tape:{self.about}', [], {}, self.r.result(values), {**extras, **program})


def place(x, *items):
    """`x[index] = value`."""
    *index, value = items
    index = [torch.tensor(i) if isinstance(i, list) else eval(f'np.s_[{i}]', {'np': np}) if isinstance(i, str) else i for i in index]
    x[index[0] if len(index) == 1 else tuple(index)] = value


def view(x, text):
    """A view by NumPy's text."""
    return x[eval(f'np.s_[{text}]', {'np': np})]


def backward(t, *args, **keywords):
    t.backward(*args, **keywords)


def record(r):
    writes(r)
    views(r)
    updates(r)
    stale(r)
    accumulation(r)
    detached(r)
    second_derivatives(r)
    refusals(r)


def doubled(p, x):
    return p('multiply', torch.mul, x, 2)


def writes(r):
    """Writing to a part of a tensor: numbers, tensors, broadcast, masks, lists of places."""
    for index, shape in (('0', ()), ('1', (4,)), ('::2', (2, 4)), (':, 1', (3,)), ('1:, 2:', (2, 2)), ('..., -1', ()), ('1, 2', ()), (':', (1, 4))):
        p = Program(r, 'set')
        y = doubled(p, r.x(3, 4))
        p('.set', place, y, index, 5)
        p.end(y)
        p = Program(r, 'set')
        y = doubled(p, r.x(3, 4))
        p('.set', place, y, index, r.x(*shape))
        p.end(p('sin', torch.sin, y))
    p = Program(r, 'set')
    y = doubled(p, r.x(4))
    p('.set', place, y, [0, 2], r.x(2))
    p('.set', place, y, [1], 3)
    p.end(y)
    for value in (0, r.x()):
        p = Program(r, 'set')
        y = doubled(p, r.x(2, 3))
        p('.set', place, y, r.give([[True, False, True], [False, False, True]], 'bool'), value)
        p.end(p('square', torch.square, y))
    p = Program(r, 'set')
    y = doubled(p, r.x(5))
    p('.set', place, y, '1:', p('copy', torch.clone, p('.get', view, y, ':-1')))
    p.end(y)
    p = Program(r, 'set')
    y = p('tensor', torch.clone, r.const(3))
    p('.set', place, y, '1', r.x())
    p.end(y)
    p = Program(r, 'set')
    y = doubled(p, r.x(2, 2))
    p('.set', place, y, '0', p('.get', view, y, '1'))
    p.end(p('exp', torch.exp, y))


def views(r):
    """Changing a view changes its base, and the gradient knows."""
    makers = [('.get', view, ('1:',)), ('.get', view, ('0',)), ('.get', view, (':, 1:3',)), ('transpose', torch.t, ()),
              ('reshape', torch.reshape, ([4, 3],)), ('expand_dims', torch.unsqueeze, (0,)), ('ravel', torch.ravel, ()),
              ('diagonal', torch.diagonal, ())]
    for function, call, args in makers:
        for update, change in (('.add_', lambda t, v: t.add_(v)), ('.mul_', lambda t, v: t.mul_(v))):
            p = Program(r, 'view')
            y = doubled(p, r.x(3, 4))
            v = p(function, call, y, *args)
            if function == 'diagonal':  # NumPy's is read-only
                p.end(y, v)
                break
            p(update, change, v, 1.5)
            p.end(p('sin', torch.sin, y), v)
    p = Program(r, 'view')
    y = doubled(p, r.x(3, 4))
    v = p('.get', view, y, '1:')
    w = p('.get', view, v, ':, 0')
    p('.mul_', lambda t, u: t.mul_(u), w, r.x(2))
    p('.add_', lambda t, u: t.add_(u), y, 1)
    p.end(y, v, w)
    p = Program(r, 'view')
    y = doubled(p, r.x(4))
    v = p('.get', view, y, '1:')
    p('.mul_', lambda t, u: t.mul_(u), y, r.x(4))
    p.end(p('square', torch.square, v))
    p = Program(r, 'view')
    y = doubled(p, r.x(2, 3))
    c = p('copy', torch.clone, p('.get', view, y, '0'))
    p('.add_', lambda t, u: t.add_(u), c, 3)
    p.end(y, c)


def updates(r):
    """Whole tensors changed in place."""
    for function, call in (('.add_', torch.Tensor.add_), ('.sub_', torch.Tensor.sub_), ('.mul_', torch.Tensor.mul_), ('.div_', torch.Tensor.div_)):
        p = Program(r, 'in-place')
        y = doubled(p, r.x(2, 3))
        p(function, call, y, 2.5)
        p.end(y)
        p = Program(r, 'in-place')
        y = doubled(p, r.x(2, 3))
        p(function, call, y, r.x(3, kind='positive'))
        p(function, call, y, r.x(2, 1, kind='positive'))
        p.end(p('sum', torch.sum, y))
        p = Program(r, 'in-place')
        y = p('tensor', torch.clone, r.const(3))
        p(function, call, y, r.x(3, kind='positive'))
        p.end(y)
    p = Program(r, 'in-place')
    y = p('exp', torch.exp, r.x(3))
    z = p('sum', torch.sum, y)
    p('.add_', lambda t, v: t.add_(v), z, 4)
    p.end(z)


def stale(r):
    """A value that backward needs was changed: an error, unless the derivative does not need it."""
    add = lambda t, v: t.add_(v)  # noqa: E731
    for function, call in (('exp', torch.exp), ('tanh', torch.tanh), ('sqrt', torch.sqrt)):
        p = Program(r, 'stale')
        z = p(function, call, r.x(3, kind='positive'))
        p('.add_', add, z, 1)
        p('.backward', backward, p('sum', torch.sum, z))
        p.end(differentiate=False)
    for function, call in (('sin', torch.sin), ('square', torch.square), ('log', torch.log)):
        p = Program(r, 'stale')
        x = r.x(3, kind='positive')
        y = doubled(p, x)
        z = p(function, call, y)
        p('.add_', add, y, 1)
        p('.backward', backward, p('sum', torch.sum, z))
        p.end(differentiate=False)
        p = Program(r, 'stale')
        y = doubled(p, x)
        z = p(function, call, y)
        p('.add_', add, z, 1)
        p.end(z)
    for other in (r.x(3), r.const(3)):
        p = Program(r, 'stale')
        y = doubled(p, r.x(3))
        z = p('multiply', torch.mul, y, other)
        p('.add_', add, y, 1)
        p('.backward', backward, p('sum', torch.sum, z))
        p.end(differentiate=False)
    p = Program(r, 'stale')
    y = doubled(p, r.x(3))
    z = p('add', torch.add, y, r.x(3))
    p('.add_', add, y, 1)
    p.end(z, y)
    p = Program(r, 'stale')
    y = doubled(p, r.x(2, 3))
    z = p('matmul', torch.matmul, y, r.x(3, 2))
    p('.add_', add, p('.get', view, y, '0'), 1)
    p('.backward', backward, p('sum', torch.sum, z))
    p.end(differentiate=False)


def gradient(p, x):
    return p('.grad', lambda t: t.grad, x)


def accumulation(r):
    x = r.x(3)
    p = Program(r, 'backward')
    y = p('sum', torch.sum, p('multiply', torch.mul, x, x))
    p('.backward', backward, y)
    p.end(gradient(p, x), differentiate=False)
    fresh(x)
    p = Program(r, 'backward')
    y = p('sum', torch.sum, p('exp', torch.exp, x))
    p('.backward', lambda t, o: t.backward(retain_graph=True), y, {'retainGraph': True})
    p('.backward', backward, y)
    p.end(gradient(p, x), differentiate=False)
    fresh(x)
    p = Program(r, 'backward')
    for function, call in (('sin', torch.sin), ('square', torch.square)):
        p('.backward', backward, p('sum', torch.sum, p(function, call, x)))
    p.end(gradient(p, x), differentiate=False)
    fresh(x)
    p = Program(r, 'backward')
    y = p('sin', torch.sin, x)
    p('.retainGrad', lambda t: t.retain_grad(), y)
    p('.backward', backward, p('square', torch.square, y), r.const(3))
    p.end(gradient(p, x), gradient(p, y), differentiate=False)
    fresh(x)
    p = Program(r, 'backward')
    y = p('sin', torch.sin, x)
    z = p('multiply', torch.mul, p('add', torch.add, y, x), y)
    p.end(z, p('multiply', torch.mul, z, y))
    p = Program(r, 'backward')
    y = x
    for _ in range(30):
        y = p('tanh', torch.tanh, p('add', torch.add, p('multiply', torch.mul, y, 1.5), x))
    p.end(y)
    p = Program(r, 'backward')
    other = r.x(3)
    y = p('sum', torch.sum, p('multiply', torch.mul, x, other))
    p('.backward', lambda t, o: t.backward(inputs=[x.tensor]), y, {'inputs': [x]})
    p.end(gradient(p, x), gradient(p, other), differentiate=False)
    fresh(x)


def fresh(*leaves):
    for leaf in leaves:
        leaf.tensor.grad = None


def detached(r):
    p = Program(r, 'detach')
    x = r.x(3)
    y = p('.detach', lambda t: t.detach(), p('exp', torch.exp, x))
    p.end(p('multiply', torch.mul, y, x))
    p = Program(r, 'detach')
    y = p('.clone', torch.clone, x)
    p('.add_', lambda t, v: t.add_(v), y, 1)
    p.end(y)

    def silently(t):
        with torch.no_grad():
            return t.exp()

    p = Program(r, 'noGrad')
    y = p('noGrad:exp', silently, x)
    p.end(p('multiply', torch.mul, y, x), y)
    for function, call in (('exp', torch.exp), ('floor', torch.floor), ('greater', torch.gt)):
        p = Program(r, 'flags')
        args = [x, 0] if function == 'greater' else [x]
        y = p(function, call, *args)
        p.end(p('.requiresGrad', lambda t: t.requires_grad, y), p('.isLeaf', lambda t: t.is_leaf, y), p('.isLeaf', lambda t: t.is_leaf, x),
              p('.requiresGrad', lambda t: t.requires_grad, p('.detach', lambda t: t.detach(), y)), differentiate=False)


def second_derivatives(r):
    """The gradient's own gradient: `backward` with `createGraph`, then `backward` of the gradient's squares."""
    def twice(function, call, *args, of=None, **keywords):
        leaves = leaves_of(args)
        of = of or leaves[0]
        p = Program(r, 'second')
        y = p(function, call, *args, **keywords)
        squared = p('square', torch.square, y)
        p('.backward', lambda t, seed, o: t.backward(seed, create_graph=True), squared, r.const(*shape_of(y)), {'createGraph': True})
        g = gradient(p, of)
        p('.zeroGrad', lambda t: setattr(t, 'grad', None), of)
        p('.backward', backward, p('sum', torch.sum, p('square', torch.square, g)))
        p.end(g, gradient(p, of), differentiate=False)
        fresh(*leaves)

    def shape_of(y):
        return () if y.value is None else y.value.shape

    unary = [('exp', torch.exp), ('sin', torch.sin), ('tanh', torch.tanh), ('square', torch.square), ('arctan', torch.atan), ('cosh', torch.cosh),
             ('expm1', torch.expm1), ('negative', torch.neg), ('reciprocal', torch.reciprocal)]
    for function, call in unary:
        twice(function, call, r.x(3, dtype='float64'))
    for function, call in (('log', torch.log), ('sqrt', torch.sqrt), ('log1p', torch.log1p), ('log2', torch.log2)):
        twice(function, call, r.x(3, dtype='float64', kind='positive'))
    for function, call in (('arcsin', torch.asin), ('arctanh', torch.atanh)):
        twice(function, call, r.x(3, dtype='float64', kind='unit'))
    binary = [('multiply', torch.mul), ('divide', torch.div), ('hypot', torch.hypot), ('arctan2', torch.atan2), ('logaddexp', torch.logaddexp)]
    for function, call in binary:
        a, b = r.x(2, 3, dtype='float64'), r.x(3, dtype='float64')
        twice(function, call, a, b)
        twice(function, call, a, b, of=b)
    twice('power', torch.pow, r.x(3, dtype='float64', kind='positive'), r.x(3, dtype='float64'))
    twice('power', torch.pow, r.x(3, dtype='float64'), 3)
    for function, call in (('sum', torch.sum), ('mean', torch.mean), ('prod', torch.prod)):
        twice(function, call, r.x(4, dtype='float64'))
    twice('prod', torch.prod, r.give([0, 2, 3], 'float64'))
    twice('var', lambda x, ddof: torch.var(x, dim=0, correction=ddof), r.x(4, dtype='float64'), ddof=1)
    twice('std', lambda x: torch.std(x, dim=0, correction=0), r.x(4, dtype='float64'))
    twice('cumsum', lambda x, axis: torch.cumsum(x, axis), r.x(2, 3, dtype='float64'), 1)
    twice('cumprod', lambda x, axis: torch.cumprod(x, axis), r.x(4, dtype='float64'), 0)
    twice('amax', lambda x, axis: torch.amax(x, axis), r.x(2, 3, dtype='float64'), 1)
    a, b = r.x(2, 3, dtype='float64'), r.x(3, 2, dtype='float64')
    twice('matmul', torch.matmul, a, b)
    twice('matmul', torch.matmul, a, b, of=b)
    twice('einsum', torch.einsum, 'ij,jk->k', a, b)
    twice('transpose', torch.t, a)
    twice('.get', get, a, '1, ::-1')
    twice('.get', get, a, [0, 0, 1], [1, 1, 2])
    twice('concatenate', torch.cat, [r.x(2, dtype='float64'), r.x(1, dtype='float64')])
    twice('where', torch.where, r.give([True, False], 'bool'), r.x(2, dtype='float64'), r.x(2, dtype='float64'))
    third(r)


def third(r):
    p = Program(r, 'third')
    x = r.x(3, dtype='float64')
    y = p('sum', torch.sum, p('sin', torch.sin, p('multiply', torch.mul, x, x)))
    for _ in range(2):
        p('.backward', lambda t, none, o: t.backward(create_graph=True), y, None, {'createGraph': True})
        g = gradient(p, x)
        p('.zeroGrad', lambda t: setattr(t, 'grad', None), x)
        y = p('sum', torch.sum, g)
    p('.backward', backward, y)
    p.end(g, gradient(p, x), differentiate=False)


def refusals(r):
    """What raises errors."""
    x = r.x(3)
    p = Program(r, 'refused')
    p('.add_', lambda t, v: t.add_(v), x, 1)
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.set', place, x, '0', 1)
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.add_', lambda t, v: t.add_(v), p('.get', view, x, '1:'), 1)
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.backward', backward, p('exp', torch.exp, x))
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.backward', backward, p('sum', torch.sum, r.const(3)))
    p.end(differentiate=False)
    p = Program(r, 'refused')
    y = p('sum', torch.sum, p('exp', torch.exp, x))
    p('.backward', backward, y)
    p('.backward', backward, y)
    p.end(differentiate=False)
    fresh(x)
    p = Program(r, 'refused')
    p('.backward', backward, p('exp', torch.exp, x), r.const(2))
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('tensor', lambda v, o: torch.tensor(v, requires_grad=True, dtype=torch.int64), [1, 2], {'requiresGrad': True, 'dtype': 'int64'})
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.numpy', lambda t: t.numpy(), x)
    p.end(differentiate=False)
    p = Program(r, 'refused')
    p('.retainGrad', lambda t: t.retain_grad(), r.const(2))
    p.end(differentiate=False)
    p = Program(r, 'refused')
    y = p('exp', torch.exp, x)
    p('.requiresGrad_', lambda t, v: t.requires_grad_(v), y, False)
    p.end(differentiate=False)
    for shape in ((2,), (3, 3)):
        p = Program(r, 'refused')
        y = doubled(p, x)
        p('.add_', lambda t, v: t.add_(v), y, r.x(*shape))
        p.end(differentiate=False)
    p = Program(r, 'refused')
    y = doubled(p, x)
    p('.set', place, y, '5', 1)
    p.end(differentiate=False)
