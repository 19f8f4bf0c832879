"""Records the figures of docs/examples/digits.py, for digits.ts to print beside its own.

    python3 scripts/record_digits.py
"""
import json
import sys
from pathlib import Path

import numpy as np

EXAMPLES = Path(__file__).parents[1] / 'docs/examples'
sys.path.insert(0, str(EXAMPLES))

import digits  # noqa: E402 (found through the line above)

lines = [f'    {json.dumps(name)}: {json.dumps(value)}' for name, value in digits.run().items()]
text = '{\n  "numpy": %s,\n  "figures": {\n%s\n  }\n}\n' % (json.dumps(np.__version__), ',\n'.join(lines))
(EXAMPLES / 'digits.json').write_text(text)
