"""How far PyTorch's float32 lies from its own float64: what a tolerance must allow at least."""

import numpy as np
import torch

from .core import Given, evaluate, flat, numpy_of


class Accuracy:
    """Collects the largest distances of each function's values and gradients."""

    def __init__(self):
        self.worst = {}

    def measure(self, function, call, args, keywords, leaves):
        given = Given(torch.float64)
        result, exact = evaluate(call, args, keywords, Given()), evaluate(call, args, keywords, given)
        if isinstance(exact, Exception):
            return
        tensors = [t for t in flat(result) if isinstance(t, torch.Tensor)]
        wide = [t for t in flat(exact) if isinstance(t, torch.Tensor)]
        values = largest(distances(a, b) for a, b in zip(tensors, wide))
        gradients = (0, 0)
        pairs = [(a, b, cotangent(a)) for a, b in zip(tensors, wide) if leaves and a.requires_grad]
        if pairs:
            narrow = differentiated([(a, c.to(a.dtype)) for a, _, c in pairs], [leaf.tensor for leaf in leaves])
            broad = differentiated([(b, c.to(b.dtype)) for _, b, c in pairs], [given.tensor(leaf) for leaf in leaves])
            gradients = largest(distances(a, b) for a, b in zip(narrow, broad) if a is not None)
        self.worst[function] = tuple(map(max, self.worst.get(function, (0, 0, 0, 0)), values + gradients))

    def report(self):
        """A line for each function: values and gradients in units of the largest element, then of the element itself."""
        lines = [f'{name:45}{a:10.1f}{c:10.1f}{b:14.1f}{d:14.1f}' for name, (a, b, c, d) in sorted(self.worst.items())]
        return '\n'.join([f'{"of the largest, of the element":45}{"values":>10}{"gradients":>10}{"values":>14}{"gradients":>14}', *lines])


def cotangent(t):
    return torch.linspace(-1, 2, t.numel()).reshape(t.shape)


def differentiated(pairs, leaves):
    return torch.autograd.grad([t for t, _ in pairs], leaves, [c for _, c in pairs], allow_unused=True)


def distances(narrow, wide):
    """The largest differences in units in the last place: of the largest element, and of each element itself."""
    if narrow.dtype not in (torch.float32, torch.complex64) or narrow.numel() == 0:
        return (0, 0)
    a, b = numpy_of(narrow), numpy_of(wide)
    ordinary = np.isfinite(a) & (np.abs(b) < 1e38)
    if not ordinary.any():
        return (0, 0)
    differences, sizes = np.abs(a[ordinary] - b[ordinary]), np.abs(b[ordinary]).astype('float32')
    return float(differences.max() / np.spacing(sizes.max())), float((differences / np.spacing(sizes)).max())


def largest(pairs):
    return tuple(map(max, (0, 0), *pairs))
