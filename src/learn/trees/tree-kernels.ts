import { assembleModule, block, branchIf, f64, f64x2, i32, local, loop } from './wasm-assembler.ts';
import type { Code, ValueType, WasmFunction } from './wasm-assembler.ts';

/** Numbers a scan reads and writes, as places of float64 from where `scan` is told. */
export const SCAN = {
  gradient: 0, hessian: 1, l2: 2, minChildWeight: 4, parentScore: 5, gain: 6, leftGradient: 8, leftHessian: 9, size: 10,
} as const; // prettier-ignore

/** Gains that differ by less are equal, and the first column and bin win: rounding must not choose. */
export const GAIN_TOLERANCE = 1e-9;

export interface TreeKernels {
  /**
   * Adds the rows' (gradient, hessian) pairs to the histograms of four columns. All are addresses: of four
   * histograms, of four columns of bins, of row numbers from `rows` to `rowsEnd`, of the pairs in the same order.
   */
  readonly fill: (
    h0: number, h1: number, h2: number, h3: number, b0: number, b1: number, b2: number, b3: number,
    rows: number, rowsEnd: number, pairs: number,
  ) => void; // prettier-ignore
  /** Zeros from one address up to another. */
  readonly clear: (from: number, end: number) => void;
  /** `into -= other`, pair by pair, up to `end`. */
  readonly subtract: (into: number, end: number, other: number) => void;
  /**
   * Looks for a better cut in the bins from `bins` to `end`; the left side begins with the pair at `before`. Gives
   * the address after the last bin on the left, or 0; the gain and the left side's sums are at `scan`.
   */
  readonly scan: (bins: number, end: number, before: number, scan: number) => number;
}

/** What `WebAssembly` has that is used here; the type library of ES2023 does not know it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (size: { initial: number }) => WasmMemory;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The bytes of a page. */
export const WASM_PAGE = 65_536;

/** The kernels over a memory of `bytes` at least; `undefined` where WebAssembly or its vectors are not to be had. */
export function wasmKernels(
  bytes: number,
): { memory: WasmMemory; kernels: TreeKernels } | undefined {
  const made = instantiate(kernels, bytes);
  return made && { memory: made.memory, kernels: made.exports as TreeKernels };
}

/** A module that is compiled when it is first wanted. */
export interface WasmModule {
  readonly bytes: () => Uint8Array<ArrayBuffer>;
  /** `null` where it cannot be. */
  compiled?: object | null;
}

const kernels: WasmModule = {
  bytes: () => assembleModule([fillFour(), clear(), subtract(), scanBins()]),
};

/** What a module exports, over a memory of `bytes` at least; `undefined` where that is not to be had. */
export function instantiate(
  module: WasmModule,
  bytes: number,
): { memory: WasmMemory; exports: unknown } | undefined {
  const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
  if (api === undefined || module.compiled === null) return undefined;
  try {
    module.compiled ??= new api.Module(module.bytes());
    const memory = new api.Memory({ initial: Math.ceil(bytes / WASM_PAGE) });
    const { exports } = new api.Instance(module.compiled, { env: { memory } });
    return { memory, exports };
  } catch {
    // Not allowed here, no vectors, or more memory than it may have: JavaScript does the same sums.
    module.compiled ??= null;
    return undefined;
  }
}

const repeat = (type: ValueType, times: number): ValueType[] =>
  new Array<ValueType>(times).fill(type);

function fillFour(): WasmFunction {
  const [rows, rowsEnd, pairs, row, pair, at] = [8, 9, 10, 11, 12, 13] as const;
  const add = (column: number): Code => [
    ...local.set(
      at,
      i32.add(
        local.get(column),
        i32.shl(i32.load8(0, i32.add(local.get(4 + column), local.get(row))), i32.constant(4)),
      ),
    ),
    ...f64x2.store(0, local.get(at), f64x2.add(f64x2.load(0, local.get(at)), local.get(pair))),
  ];
  return {
    name: 'fill',
    parameters: repeat('i32', 11),
    locals: ['i32', 'v128', 'i32'],
    body: loop(
      local.set(row, i32.load(0, local.get(rows))),
      local.set(pair, f64x2.load(0, local.get(pairs))),
      ...[0, 1, 2, 3].map(add),
      local.set(pairs, i32.add(local.get(pairs), i32.constant(16))),
      local.set(rows, i32.add(local.get(rows), i32.constant(4))),
      branchIf(0, i32.lt(local.get(rows), local.get(rowsEnd))),
    ),
  };
}

function clear(): WasmFunction {
  const [from, end] = [0, 1] as const;
  return {
    name: 'clear',
    parameters: repeat('i32', 2),
    locals: [],
    body: loop(
      f64x2.store(0, local.get(from), f64x2.splat(constantF64(0))),
      local.set(from, i32.add(local.get(from), i32.constant(16))),
      branchIf(0, i32.lt(local.get(from), local.get(end))),
    ),
  };
}

function subtract(): WasmFunction {
  const [into, end, other] = [0, 1, 2] as const;
  return {
    name: 'subtract',
    parameters: repeat('i32', 3),
    locals: [],
    body: loop(
      f64x2.store(
        0,
        local.get(into),
        f64x2.sub(f64x2.load(0, local.get(into)), f64x2.load(0, local.get(other))),
      ),
      local.set(other, i32.add(local.get(other), i32.constant(16))),
      local.set(into, i32.add(local.get(into), i32.constant(16))),
      branchIf(0, i32.lt(local.get(into), local.get(end))),
    ),
  };
}

/** The loop of `SplitSearch.scan` without bounds and counts, sum for sum: both sides of a cut in one vector. */
function scanBins(): WasmFunction {
  const [bins, end, before, scan] = [0, 1, 2, 3] as const;
  const [bin, left, right, total, l2, hessians, gradients] = [4, 5, 6, 7, 8, 9, 10] as const;
  const [crossed, least, parent, threshold, limit, gain, best] = [
    11, 12, 13, 14, 15, 16, 17,
  ] as const;
  const at = (place: number): number => 8 * place;
  return {
    name: 'scan',
    parameters: repeat('i32', 4),
    locals: [...repeat('v128', 8), ...repeat('f64', 5), 'i32'],
    result: 'i32',
    body: [
      ...local.set(total, f64x2.load(at(SCAN.gradient), local.get(scan))),
      ...local.set(l2, f64x2.splat(f64.load(at(SCAN.l2), local.get(scan)))),
      ...local.set(least, f64.load(at(SCAN.minChildWeight), local.get(scan))),
      ...local.set(parent, f64.load(at(SCAN.parentScore), local.get(scan))),
      ...local.set(threshold, toleratedGain(f64.load(at(SCAN.gain), local.get(scan)))),
      ...local.set(limit, leastScore(local.get(threshold), local.get(parent))),
      ...local.set(left, f64x2.load(0, local.get(before))),
      ...block(
        loop(
          // One block a bin: leaving it goes on with the next.
          block(
            local.set(bin, f64x2.load(0, local.get(bins))),
            branchIf(0, f64.eq(f64x2.lane(1, local.get(bin)), constantF64(0))),
            local.set(left, f64x2.add(local.get(left), local.get(bin))),
            branchIf(0, f64.lt(f64x2.lane(1, local.get(left)), local.get(least))),
            local.set(right, f64x2.sub(local.get(total), local.get(left))),
            branchIf(2, f64.lt(f64x2.lane(1, local.get(right)), local.get(least))),
            local.set(gradients, f64x2.lanes(0, local.get(left), local.get(right))),
            local.set(gradients, f64x2.mul(local.get(gradients), local.get(gradients))),
            // Crosswise: multiplied out, most cuts are told to be no better without dividing.
            local.set(
              hessians,
              f64x2.add(f64x2.lanes(1, local.get(right), local.get(left)), local.get(l2)),
            ),
            local.set(crossed, f64x2.mul(local.get(gradients), local.get(hessians))),
            branchIf(
              0,
              f64.lt(
                f64.add(f64x2.lane(0, local.get(crossed)), f64x2.lane(1, local.get(crossed))),
                f64.mul(
                  local.get(limit),
                  f64.mul(f64x2.lane(0, local.get(hessians)), f64x2.lane(1, local.get(hessians))),
                ),
              ),
            ),
            local.set(
              gain,
              f64.sub(
                f64.add(
                  f64.div(f64x2.lane(0, local.get(gradients)), f64x2.lane(1, local.get(hessians))),
                  f64.div(f64x2.lane(1, local.get(gradients)), f64x2.lane(0, local.get(hessians))),
                ),
                local.get(parent),
              ),
            ),
            branchIf(0, i32.eqz(f64.gt(local.get(gain), local.get(threshold)))),
            local.set(threshold, toleratedGain(local.get(gain))),
            local.set(limit, leastScore(local.get(threshold), local.get(parent))),
            local.set(best, i32.add(local.get(bins), i32.constant(16))),
            f64.store(at(SCAN.gain), local.get(scan), local.get(gain)),
            f64x2.store(at(SCAN.leftGradient), local.get(scan), local.get(left)),
          ),
          local.set(bins, i32.add(local.get(bins), i32.constant(16))),
          branchIf(0, i32.lt(local.get(bins), local.get(end))),
        ),
      ),
      ...local.get(best),
    ],
  };
}

function toleratedGain(gain: Code): Code {
  return f64.mul(gain, constantF64(1 + GAIN_TOLERANCE));
}

/** What both sides' scores add to at least where the gain is above the threshold, less what rounding may take. */
function leastScore(threshold: Code, parent: Code): Code {
  return f64.mul(f64.add(threshold, parent), constantF64(1 - 1e-12));
}

function constantF64(value: number): Code {
  return [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
}
