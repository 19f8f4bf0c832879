"""Records what NumPy answers, for the conformance suite: `python3 scripts/record_numpy.py [chapter ...]`.

Each chapter becomes one file of `conformance/numpy`. The same seed and NumPy version give the same files. NumPy runs with
the SIMD that it always has on x86-64: its faster loops for newer processors round differently from machine to machine
(fused multiply-add in complex products, vector functions that err by up to 4 ULP).
"""

import importlib
import os
import pathlib
import sys

sys.dont_write_bytecode = True
os.environ.setdefault('NPY_DISABLE_CPU_FEATURES', 'X86_V3 X86_V4 AVX512_ICL AVX512_SPR')

from record.core import Recorder  # noqa: E402 (NumPy reads the variable when it is imported)

SEED = 20240
CHAPTERS = ('ufuncs', 'ufunc_calls', 'reductions', 'creation', 'shape', 'indexing', 'sorting', 'numeric', 'products', 'fft', 'linalg', 'printing',
            'dtypes', 'arrays', 'files', 'peers')


def main(chosen):
    folder = pathlib.Path(__file__).resolve().parent.parent / 'conformance' / 'numpy'
    folder.mkdir(parents=True, exist_ok=True)
    cases = size = 0
    functions = set()
    for chapter in chosen or CHAPTERS:
        path = folder / f'{chapter}.jsonl'
        with open(path, 'w', encoding='utf-8') as stream:
            recorder = Recorder(stream, chapter, SEED)
            importlib.import_module(f'record.{chapter}').record(recorder)
        cases += recorder.count
        size += path.stat().st_size
        functions |= set(recorder.functions)
        print(f'{chapter:22}{recorder.count:7} cases {path.stat().st_size / 1e6:7.2f} MB')
    print(f'{"together":22}{cases:7} cases {size / 1e6:7.2f} MB, {len(functions)} functions')


if __name__ == '__main__':
    main(sys.argv[1:])
