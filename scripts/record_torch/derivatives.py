"""Transforms of functions: gradients, Jacobians both ways, Hessians, products of Jacobians with vectors from either side."""

import torch
from torch.autograd import functional

from .tables import FUNCTIONS

OF_VECTORS = ('rosenbrock', 'bowl', 'wave')
SIZES = {'rosenbrock': 2, 'bowl': 3, 'wave': 4}


def record(r):
    for dtype in ('float32', 'float64'):
        for name in OF_VECTORS:
            scalar_functions(r, FUNCTIONS[name], (SIZES[name],), dtype)
        scalar_functions(r, FUNCTIONS['energy'], (2, 3), dtype)
        for name, shape in (('spiral', (4,)), ('gram', (2, 3)), ('softened', (3, 4)), ('normed', (5,))):
            vector_functions(r, FUNCTIONS[name], shape, dtype)
    two_arguments(r, FUNCTIONS['pairing'])


def scalar_functions(r, f, shape, dtype):
    def x():
        return r.const(*shape, dtype=dtype)

    r.transform('grad', lambda f, o, x: functional.vjp(f, x)[1], f, {}, x())
    r.transform('valueAndGrad', lambda f, o, x: list(functional.vjp(f, x)), f, {}, x())
    r.transform('hessian', lambda f, o, x: functional.hessian(f, x), f, {}, x())
    for mode in ('reverse', 'forward'):
        r.transform('jacobian', lambda f, o, x: functional.jacobian(f, x), f, {'mode': mode}, x())


def vector_functions(r, f, shape, dtype):
    def x():
        return r.const(*shape, dtype=dtype)

    for mode in ('reverse', 'forward'):
        r.transform('jacobian', lambda f, o, x: functional.jacobian(f, x), f, {'mode': mode}, x())
    out = f.call(x().tensor).shape
    r.transform('jvp', lambda f, xs, ts: list(functional.jvp(f, xs[0], ts[0])), f, [x()], [x()])
    r.transform('vjp', lambda f, x, v: list(functional.vjp(f, x, v)), f, x(), r.const(*out, dtype=dtype))


def two_arguments(r, f):
    for argnums in (0, 1, [0, 1], [1, 0]):
        def chosen(f, options, x, y):
            gradients = functional.vjp(f, (x, y))[1]
            wanted = options['argnums']
            return [gradients[i] for i in wanted] if isinstance(wanted, list) else gradients[wanted]
        r.transform('grad', chosen, f, {'argnums': argnums}, r.const(2, 3), r.const(3))
    for argnums in (0, 1):
        def jacobian(f, options, x, y):
            return functional.jacobian(f, (x, y))[options['argnums']]

        def hessian(f, options, x, y):
            return functional.hessian(f, (x, y))[options['argnums']][options['argnums']]
        r.transform('jacobian', jacobian, f, {'argnums': argnums}, r.const(2, 3), r.const(3))
        r.transform('hessian', hessian, f, {'argnums': argnums}, r.const(2, 3), r.const(3))
    r.transform('jvp', lambda f, xs, ts: list(functional.jvp(f, tuple(xs), tuple(ts))), f, [r.const(2, 3), r.const(3)], [r.const(2, 3), r.const(3)])
    r.transform('grad', lambda f, o, x: torch.autograd.grad(f(x), x), FUNCTIONS['spiral'], {}, r.const(3))
