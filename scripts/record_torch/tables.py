"""Functions that cases pass as arguments; `conformance/torch/callables.ts` has the same ones."""

import torch

from .core import Fn

FUNCTIONS = {f.name: f for f in (
    Fn('decay', lambda epoch: 0.95**epoch),
    Fn('steps', lambda epoch: 1 / (1 + epoch // 3)),
    Fn('warm', lambda epoch: min(1, (epoch + 1) / 4)),
    Fn('shrink', lambda epoch: 0.9 if epoch % 2 == 0 else 0.8),
    Fn('halved', lambda x: 1 / 2 ** (x - 1)),
    Fn('manhattan', lambda x, y: (x - y).abs().sum(-1)),
    Fn('rosenbrock', lambda p: (1 - p[0]).square() + 100 * (p[1] - p[0].square()).square()),
    Fn('bowl', lambda p: (torch.tensor([1, 4, 9], dtype=p.dtype) * (p - 1).square()).sum()),
    Fn('wave', lambda p: (0.1 * p.square() + torch.sin(p)).sum()),
    Fn('energy', lambda m: (m * m.exp()).sum() + m.prod()),
    Fn('spiral', lambda x: torch.sin(x) * torch.cumsum(x, 0)),
    Fn('gram', lambda m: m @ m.t()),
    Fn('softened', lambda m: m.exp() / m.exp().sum(1, keepdim=True)),
    Fn('normed', lambda x: x / (1 + x.square().sum().sqrt())),
    Fn('pairing', lambda m, v: (torch.tanh(m @ v) * m[:, 0]).sum() + v.square().sum()),
)}
