"""Functions that cases pass as arguments; `conformance/callables.ts` has the same ones."""

import numpy as np

from .core import Fn

FUNCTIONS = {f.name: f for f in (
    Fn('plus', lambda x, y: x + y),
    Fn('larger', lambda x, y: x if x > y else y),
    Fn('hypotenuse', lambda x, y: x * x + y * y),
    Fn('square_plus_one', lambda x: x * x + 1),
    Fn('is_positive', lambda x: x > 0),
    Fn('mean_of_row', lambda row: np.mean(row)),
    Fn('both', lambda x, y: (x + y, x - y)),
    Fn('grid', lambda i, j: i * 10 + j),
    Fn('same', lambda i, j: i == j),
    Fn('constant', lambda i, j: 7.5),
    Fn('upper', np.triu),
    Fn('sign_text', lambda x: 'nan' if x != x else '-' if x < 0 else '+'),
    Fn('ramp', lambda vector, pad, iaxis, kwargs: ramp(vector, pad)),
)}


def ramp(vector, pad):
    """A pad mode given as a function: it writes the padded ends of each line."""
    vector[:pad[0]] = 10
    if pad[1]:
        vector[-pad[1]:] = -10
