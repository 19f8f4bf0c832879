"""Records what PyTorch answers, values and gradients: `python3 scripts/record_torch.py [chapter ...]`.

It needs PyTorch 1.13 (Debian's package python3-torch); the tests need only the recordings. Each chapter becomes one file of
`conformance/torch`. The same seed and PyTorch version give the same files: one thread, no instructions that depend on the
processor, no oneDNN. `--accuracy` writes nothing and prints for each function how far PyTorch's float32 lies from its own
float64, in units in the last place of the largest element: what the runner's tolerances rest on.
"""

import importlib
import io
import os
import pathlib
import sys

sys.dont_write_bytecode = True
os.environ['ATEN_CPU_CAPABILITY'] = 'default'
os.environ['OMP_NUM_THREADS'] = '1'

import torch  # noqa: E402 (PyTorch reads the variables when it is imported)

from record_torch.accuracy import Accuracy  # noqa: E402
from record_torch.core import Recorder  # noqa: E402

SEED = 20250
CHAPTERS = ('convolution', 'pooling', 'activations', 'normalization', 'layers', 'resampling', 'losses', 'parameters', 'modules', 'recurrent',
            'attention', 'optimizers', 'schedules', 'elementwise', 'reductions', 'products', 'linalg', 'indexing', 'transforms',
            'tape', 'derivatives')


def main(arguments):
    accuracy = Accuracy() if '--accuracy' in arguments else None
    chosen = [name for name in arguments if not name.startswith('--')] or CHAPTERS
    torch.set_num_threads(1)
    torch._C._set_mkldnn_enabled(False)
    folder = pathlib.Path(__file__).resolve().parent.parent / 'conformance' / 'torch'
    folder.mkdir(parents=True, exist_ok=True)
    cases = size = 0
    functions = set()
    for chapter in chosen:
        stream = io.StringIO()
        recorder = Recorder(stream, chapter, SEED, accuracy)
        importlib.import_module(f'record_torch.{chapter}').record(recorder)
        text = stream.getvalue()
        if not accuracy:
            (folder / f'{chapter}.jsonl').write_text(text, encoding='utf-8')
        cases += recorder.count
        size += len(text)
        functions |= set(recorder.functions)
        print(f'{chapter:22}{recorder.count:7} cases {len(text) / 1e6:7.2f} MB')
    print(f'{"together":22}{cases:7} cases {size / 1e6:7.2f} MB, {len(functions)} functions')
    if accuracy:
        print(accuracy.report())


if __name__ == '__main__':
    main(sys.argv[1:])
