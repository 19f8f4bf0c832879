/** Models for onnxruntime, which runs nothing but models. */
import proto from 'onnx-proto';

const { onnx } = proto;

/**
 * An operation; the inputs of the graph are x0, x1, ..., its results y0, y1, ...
 *
 * @typedef {{ type: string, inputs: string[], shape: readonly number[], attributes?: Record<string, number | number[]> }} Node
 */

const { FLOAT } = onnx.TensorProto.DataType;
const { INT, INTS, FLOAT: FLOAT_ATTRIBUTE } = onnx.AttributeProto.AttributeType;

/** @param {string} name @param {readonly number[]} shape @returns {import('onnx-proto').onnx.IValueInfoProto} */
const valueInfo = (name, shape) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** @param {string} name @param {number | number[]} value @returns {import('onnx-proto').onnx.IAttributeProto} */
function attribute(name, value) {
  if (Array.isArray(value)) return { name, type: INTS, ints: value };
  return Number.isInteger(value) ? { name, type: INT, i: value } : { name, type: FLOAT_ATTRIBUTE, f: value };
}

/**
 * @param {readonly (readonly number[])[]} shapes of the graph's inputs
 * @param {readonly Node[]} nodes the last one's result is the graph's
 * @returns {Uint8Array<ArrayBuffer>} an ONNX file
 */
export function model(shapes, nodes) {
  const last = nodes.length - 1;
  return new Uint8Array(
    onnx.ModelProto.encode({
      irVersion: 8,
      // The last set in which the axes of all reductions but sums are attributes.
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'measured',
        input: shapes.map((shape, i) => valueInfo(`x${i}`, shape)),
        output: [valueInfo(`y${last}`, nodes[last].shape)],
        node: nodes.map(({ type, inputs, attributes = {} }, i) => ({
          opType: type,
          input: inputs,
          output: [`y${i}`],
          attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
        })),
      },
    }).finish(),
  );
}
