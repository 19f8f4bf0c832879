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
        values = max((distance(a, b) for a, b in zip(tensors, wide)), default=0)
        gradients = 0
        pairs = [(a, b, cotangent(a)) for a, b in zip(tensors, wide) if leaves and a.requires_grad]
        if pairs:
            narrow = differentiated([(a, c.to(a.dtype)) for a, _, c in pairs], [leaf.tensor for leaf in leaves])
            broad = differentiated([(b, c.to(b.dtype)) for _, b, c in pairs], [given.tensor(leaf) for leaf in leaves])
            gradients = max((distance(a, b) for a, b in zip(narrow, broad) if a is not None), default=0)
        before = self.worst.get(function, (0, 0))
        self.worst[function] = (max(before[0], values), max(before[1], gradients))

    def report(self):
        lines = [f'{name:50}{values:10.1f}{gradients:10.1f}' for name, (values, gradients) in sorted(self.worst.items())]
        return '\n'.join([f'{"function":50}{"values":>10}{"gradients":>10}', *lines])


def cotangent(t):
    return torch.linspace(-1, 2, t.numel()).reshape(t.shape)


def differentiated(pairs, leaves):
    return torch.autograd.grad([t for t, _ in pairs], leaves, [c for _, c in pairs], allow_unused=True)


def distance(narrow, wide):
    """The largest difference in units in the last place of the largest element."""
    if narrow.dtype not in (torch.float32, torch.complex64) or narrow.numel() == 0:
        return 0
    a, b = numpy_of(narrow), numpy_of(wide)
    finite = np.isfinite(a) & np.isfinite(b)
    if not finite.any():
        return 0
    scale = np.abs(b[finite]).max()
    return float(np.abs(a[finite] - b[finite]).max() / np.spacing(np.float32(scale))) if scale > 0 else 0
