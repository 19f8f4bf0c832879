/** Elements of planes by their index in the plane, on the GPU. */
import { dtype } from '../../../array/dtype.ts';
import { sizeOf } from '../../../array/layout.ts';
import type { NDArray } from '../../../array/ndarray.ts';
import { placedOn } from '../../../array/remote.ts';
import type { GpuBinding } from '../../../device/webgpu/bindings.ts';
import type { GridKernel } from '../../../kernel/grid/build.ts';
import {
  PLACES_GROUP,
  buildGridAdd,
  buildGridOwners,
  buildGridPick,
  buildGridPut,
} from '../../../kernel/grid/window/places.ts';
import { cast } from '../../cast.ts';
import { FAILURE } from '../failures.ts';
import { addToWindows, windowsBehind } from './pool.ts';
import { paramsFor, writtenAsSingle } from './launch.ts';
import type { Planes } from './planes.ts';
import { planesOn } from './planes.ts';
import type { WebGpu } from '../webgpu.ts';

const int32 = /* @__PURE__ */ dtype('int32');

/** Indices as int32: those of the processor are converted there, where they may be int64. */
function int32On(indices: NDArray): NDArray {
  const convert = (): NDArray => cast(indices, int32 as NDArray['dtype']);
  return indices.storage.remote === null ? placedOn(null, convert) : convert();
}

/** Indices and what they are for: each plane of indices serves `share` planes in a row. */
interface Places {
  readonly planes: Planes;
  readonly values: Record<string, number>;
  readonly total: number;
}

function placesOf(home: WebGpu, indices: NDArray, lead: readonly number[]): Places {
  const planes = planesOn(home, int32On(indices), 1);
  const count = indices.shape.at(-1)!;
  return {
    planes,
    values: {
      share: sizeOf(lead) / sizeOf(indices.shape.slice(0, -1)),
      count,
      indexOffset: planes.offset,
      indexPlane: planes.plane,
      indexStride: planes.inPlane[0],
    },
    total: sizeOf(lead) * count,
  };
}

const valuesOf = ({ offset, plane, inPlane }: Planes): Record<string, number> => ({
  offset,
  plane,
  stride: inPlane[0],
});

function launch(
  home: WebGpu,
  kernel: GridKernel,
  buffers: readonly GpuBinding[],
  values: Readonly<Record<string, number>>,
): void {
  home.gpu.launch(kernel, buffers, paramsFor(kernel, values), Math.ceil(values['total'] / PLACES_GROUP));
}

/** `pickAt` for arrays on the GPU. */
export function pickAtOn(home: WebGpu, a: NDArray, indices: NDArray): NDArray {
  const lead = a.shape.slice(0, -1);
  const values = planesOn(home, a, 1);
  return writtenAsSingle(home, [...lead, indices.shape.at(-1)!], a, (bytes) => {
    const { planes, total, values: places } = placesOf(home, indices, lead);
    const kernel = home.kernel(`pick ${values.element}`, () => buildGridPick(values.element));
    launch(home, kernel, [values.bytes, planes.bytes, bytes], { total, ...valuesOf(values), ...places });
  });
}

/** `putAt` for arrays on the GPU. */
export function putAtOn(home: WebGpu, a: NDArray, indices: NDArray, size: number): NDArray {
  const lead = a.shape.slice(0, -1);
  const values = planesOn(home, a, 1);
  const shape = [...lead, size];
  return writtenAsSingle(home, shape, a, (bytes) => {
    const { planes, total, values: places } = placesOf(home, indices, lead);
    const owners = home.gpu.allocate(bytes.byteLength);
    home.gpu.clear(owners, 0, bytes.byteLength);
    const search = home.kernel('owners', () => buildGridOwners(FAILURE.putOutside));
    const check = home.gpu.newCheck();
    launch(home, search, [planes.bytes, owners, check], { total, size, check: check.first, ...places });
    const kernel = home.kernel(`put ${values.element}`, () => buildGridPut(values.element));
    launch(home, kernel, [values.bytes, owners, bytes], { total: sizeOf(shape), size, ...valuesOf(values) });
    owners.release();
  });
}

/** `addAt` for arrays on the GPU. */
export function addAtOn(home: WebGpu, a: NDArray, indices: NDArray, size: number): NDArray {
  const lead = a.shape.slice(0, -1);
  const values = planesOn(home, a, 1);
  const shape = [...lead, size];
  const windows = windowsBehind(indices, size);
  if (windows !== null) return addToWindows(home, values, indices, windows, shape);
  return writtenAsSingle(home, shape, a, (bytes) => {
    const { planes, total, values: places } = placesOf(home, indices, lead);
    home.gpu.clear(bytes, 0, bytes.byteLength);
    const kernel = home.kernel(`add ${values.element}`, () => buildGridAdd(values.element));
    launch(home, kernel, [values.bytes, planes.bytes, bytes], {
      total,
      size,
      ...valuesOf(values),
      ...places,
    });
  });
}
