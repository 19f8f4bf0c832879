/** The runner of PyTorch's cases must see every kind of difference: here cases of one's own, right and wrong. */
import { describe, expect, it } from 'vitest';
import { useDevice } from '../../conformance/namespace.ts';
import { parseChapter } from '../../conformance/suite.ts';
import { toleranceOf, ulpsFor } from '../../conformance/tolerances.ts';
import { familyOf } from '../../conformance/summary.ts';
import { TensorReplay } from '../../conformance/torch/replay.ts';

useDevice('js');

/** The outcome of one case whose memory is 1, 2, 3, 4 (float32) and 1, 0, 2 (int64). */
function run(...line: [string, unknown[], object, unknown, object?]) {
  const text = [
    '{"chapter":"torch/test","torch":"1.13","seed":1}',
    JSON.stringify({ base: 0, dtype: 'float32', data: floats(1, 2, 3, 4) }),
    JSON.stringify({
      base: 1,
      dtype: 'int64',
      data: Buffer.from(BigInt64Array.of(1n, 0n, 2n).buffer).toString('base64'),
    }),
    JSON.stringify(line),
  ].join('\n');
  const chapter = parseChapter(text);
  const { status, message, call } = new TensorReplay(chapter).run(chapter.cases[0]);
  return { status, message, call };
}

const floats = (...values: number[]): string =>
  Buffer.from(Float32Array.from(values).buffer).toString('base64');
const array = (shape: number[], ...values: number[]) => ({ a: ['float32', shape, floats(...values)] });
const passed = expect.objectContaining({ status: 'passed' });
const failed = (message: string) =>
  expect.objectContaining({ status: 'failed', message: expect.stringContaining(message) });

const leaf = { g: [0, 0, [2]] };
const constant = { t: [0, 2, [2]] };
const product = array([2], 3, 8);
const backward = { cotangents: [[0, 0]], gradients: [floats(3, 8)] };

describe('calls', () => {
  it('pass with the right values and gradients', () => {
    expect(run('grad:multiply', [leaf, constant], {}, product, backward)).toEqual(passed);
  });

  it('fail with a wrong value, shape, dtype or gradient', () => {
    const wrong = (expected: unknown, extras: object = backward) =>
      run('grad:multiply', [leaf, constant], {}, expected, extras);
    expect(wrong(array([2], 3, 9))).toEqual(failed('element 1: expected 9, got 8'));
    expect(wrong(array([2, 1], 3, 8))).toEqual(failed('expected array of float32 (2,1)'));
    expect(wrong({ a: ['float64', [2], floats(0, 0, 0, 0)] })).toEqual(
      failed('expected array of float64 (2)'),
    );
    expect(wrong(product, { ...backward, gradients: [floats(3, 7)] })).toEqual(failed('gradient of input 0'));
    expect(wrong(product, { ...backward, gradients: [null] })).toEqual(failed('gradient of input 0'));
    expect(wrong(product, {})).toEqual(failed('requiresGrad should be false'));
  });

  it('fail where a gradient is expected and there is none', () => {
    const extras = { cotangents: [[0, 0]], gradients: [floats(1, 1)] };
    expect(run('grad:greater', [leaf, 0], {}, { a: ['bool', [2], 'AQE='] }, extras)).toEqual(
      failed('requiresGrad should be true'),
    );
  });

  it('say which functions are missing', () => {
    expect(run('nn.functional.nothing', [leaf], {}, product)).toEqual({
      status: 'missing',
      message: 'no function nn.functional.nothing',
      call: 'nn.functional.nothing(∂float32 (2))  [torch/test:4]',
    });
  });

  it('give plain arrays for plain arrays', () => {
    const plain = [{ n: [0, 0, [2]] }, { n: [0, 2, [2]] }];
    expect(run('grad:multiply', plain, {}, product, { plain: true })).toEqual(passed);
    expect(run('grad:multiply', [leaf, constant], {}, product, { plain: true })).toEqual(
      failed('expected a plain array'),
    );
    expect(run('grad:sum', [plain[0]], {}, array([], 3), { plain: true })).toEqual(passed);
    expect(run('grad:sum', [plain[0]], {}, array([], 4), { plain: true })).toEqual(failed('expected 4'));
  });

  it('compare what was written, and what must not be', () => {
    const args = [constant, 1];
    const written = { written: { '[0,2,[2]]': floats(4, 5) } };
    expect(run('grad:.add_', args, {}, array([2], 4, 5), written)).toEqual(passed);
    expect(run('grad:.add_', args, {}, array([2], 4, 5))).toEqual(
      failed('an argument that must not change: element 0'),
    );
    const other = { written: { '[0,2,[2]]': floats(4, 6) } };
    expect(run('grad:.add_', args, {}, array([2], 4, 5), other)).toEqual(failed('the memory written to'));
  });

  it('know arguments made by other functions, index lists and keywords', () => {
    const flipped = { call: ['flip', [{ g: [0, 0, [4]] }], {}] };
    const extras = { cotangents: [[0, 0]], gradients: [floats(0, 0, 1, 2)] };
    expect(run('grad:get', [flipped, { s: [null, 2, null] }], {}, array([2], 4, 3), extras)).toEqual(
      failed('gradient of input 0: element 2: expected 1, got 2'),
    );
    expect(
      run('grad:take', [{ t: [0, 0, [4]] }, { t: [1, 0, [3]] }], { axis: 0 }, array([3], 2, 1, 3)),
    ).toEqual(passed);
  });
});

describe('errors', () => {
  const raised = (err: string, says = '') => ({ err, says });
  const wrongShapes = [leaf, { t: [0, 0, [3]] }];

  it("of Python's kinds pass for PyTorch's RuntimeError", () => {
    expect(run('grad:add', wrongShapes, {}, raised('RuntimeError'))).toEqual(passed);
    expect(run('grad:add', wrongShapes, {}, raised('KeyError'))).toEqual(failed('expected KeyError'));
    expect(run('grad:add', [leaf, leaf], {}, raised('RuntimeError', 'no'))).toEqual(
      failed('expected RuntimeError (no), got array of float32 (2)'),
    );
  });

  it('are differences where none is expected', () => {
    expect(run('grad:add', wrongShapes, {}, product)).toEqual(failed('threw ValueError'));
  });
});

describe('programs', () => {
  const program = (steps: unknown[], results: string[]) => ({ program: { steps, results } });
  const steps = [
    ['y', 'multiply', [leaf, 2], {}],
    ['', '.set', [{ v: 'y' }, '0', 7], {}],
  ];

  it('run step by step', () => {
    const extras = { ...program(steps, ['y']), cotangents: [[0, 0]], gradients: [floats(0, 4)] };
    expect(run('tape:set', [], {}, { l: [array([2], 7, 4)] }, extras)).toEqual(passed);
    expect(
      run('tape:set', [], {}, { l: [array([2], 7, 4)] }, { ...extras, gradients: [floats(2, 4)] }),
    ).toEqual(failed('gradient of input 0: element 0'));
  });

  it('end with the expected error', () => {
    const refused = program([['', '.add_', [leaf, 1], {}]], []);
    expect(run('tape:refused', [], {}, { err: 'RuntimeError', says: 'a leaf' }, refused)).toEqual(passed);
    expect(
      run('tape:refused', [], {}, { err: 'RuntimeError', says: 'a leaf' }, program(steps, ['y'])),
    ).toEqual(failed('expected RuntimeError'));
  });
});

describe('modules', () => {
  const weight = { t: [0, 2, [1, 2]] };
  const linear = (module: object, expected: unknown = array([1], 11), extras: object = {}) =>
    run('nn.Linear', [2, 1], { bias: false }, expected, {
      cotangents: [[0, 1]],
      gradients: [floats(6, 8)],
      ...extras,
      module: {
        state: { weight },
        training: false,
        args: [leaf],
        keywords: {},
        gradients: { weight: floats(2, 4) },
        ...module,
      },
    });

  it('are made, given their state, called and differentiated', () => {
    expect(linear({})).toEqual(passed);
    expect(linear({}, array([1], 12))).toEqual(failed('result: element 0: expected 12, got 11'));
    expect(linear({}, array([1], 11), { gradients: [floats(6, 9)] })).toEqual(failed('gradient of input 0'));
    expect(linear({ gradients: { weight: floats(2, 5) } })).toEqual(failed('gradient of weight: element 1'));
    expect(linear({ gradients: { bias: floats(1) } })).toEqual(failed('no parameter bias; there are weight'));
    expect(linear({ state: { weights: weight } })).toEqual(failed('loadStateDict threw'));
  });

  it('are compared in what they keep', () => {
    expect(linear({ after: { weight: ['float32', [1, 2], floats(3, 4)] } })).toEqual(passed);
    expect(linear({ after: { weight: ['float32', [1, 2], floats(3, 5)] } })).toEqual(
      failed('weight after the call: element 1'),
    );
  });

  it('may refuse', () => {
    const refused = { err: 'RuntimeError', says: 'mat1 and mat2' };
    expect(linear({ args: [{ t: [0, 0, [3]] }] }, refused)).toEqual(passed);
    expect(linear({}, refused)).toEqual(failed('expected RuntimeError'));
  });
});

describe('optimizers', () => {
  const trajectory = (...values: number[]) => ({ l: [{ l: [array([2], ...values)] }] });
  const one = { optimizer: { steps: 1, gradients: [[[0, 2]]] } };

  it('are compared after each step', () => {
    expect(run('optim.SGD', [[leaf]], { lr: 0.5 }, trajectory(-0.5, 0), one)).toEqual(passed);
    expect(run('optim.SGD', [[leaf]], { lr: 0.25 }, trajectory(-0.5, 0), one)).toEqual(
      failed('parameters after step 1[0]: element 0: expected -0.5, got 0.25'),
    );
    expect(run('optim.SGD', [[leaf]], { lr: -1 }, { err: 'ValueError', says: '' }, one)).toEqual(passed);
  });

  it('are driven by schedules', () => {
    const rates = (...values: number[]) => ({
      a: ['float64', [values.length, 1], Buffer.from(Float64Array.from(values).buffer).toString('base64')],
    });
    const schedule = { optimizer: ['optim.SGD', [leaf], { lr: 1 }], steps: 2, reads: ['lr'] };
    const args = [{ optimizer: 1 }, 0.5];
    expect(run('optim.lrScheduler.ExponentialLR', args, {}, rates(1, 0.5, 0.25), { schedule })).toEqual(
      passed,
    );
    expect(run('optim.lrScheduler.ExponentialLR', args, {}, rates(1, 0.5, 0.2), { schedule })).toEqual(
      failed('3 rows of lr: element 2'),
    );
  });
});

it("has tolerances of its own, which loosen none of NumPy's", () => {
  expect(ulpsFor(toleranceOf('grad:sum'), 'float32')).toBeGreaterThan(0);
  expect(ulpsFor(toleranceOf('sum'), 'float32')).toBe(0);
  expect(ulpsFor(toleranceOf('nn.functional.relu'), 'int64')).toBe(0);
  expect(toleranceOf('nn.functional.conv2d').of).toBe('largest');
});

it('has a row for each function', () => {
  expect(
    ['nn.functional.conv2d', 'optim.lrScheduler.StepLR', 'grad:add.reduce', 'tape:set'].map(familyOf),
  ).toEqual(['nn.functional.conv2d', 'optim.lrScheduler.StepLR', 'grad:add.reduce', 'tape:set']);
});
