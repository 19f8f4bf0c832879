"""Records the figures of docs/examples/digits.py, for digits.ts to print beside its own.

    python3 scripts/record_digits.py
"""
import json
import sys
import textwrap
from pathlib import Path

import numpy as np

EXAMPLES = Path(__file__).parents[1] / 'docs/examples'
sys.path.insert(0, str(EXAMPLES))

import digits  # noqa: E402 (found through the line above)


def line(name, value):
    """An entry as prettier would break it."""
    text = f'    {json.dumps(name)}: {json.dumps(value)}'
    if len(text) < 110:
        return text
    start, values = text.split('[')
    indent = ' ' * 6
    return f'{start}[\n{textwrap.fill(values[:-1], 110, initial_indent=indent, subsequent_indent=indent)}\n    ]'


entries = ',\n'.join(line(name, np.asarray(value).tolist()) for name, value in digits.run().items())
text = f'{{\n  "numpy": {json.dumps(np.__version__)},\n  "figures": {{\n{entries}\n  }}\n}}\n'
(EXAMPLES / 'digits.json').write_text(text)
