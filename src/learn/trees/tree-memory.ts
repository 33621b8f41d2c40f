import type { BinnedMatrix } from './binning.ts';
import { JavascriptKernels } from './javascript-kernels.ts';
import { SCAN, WASM_PAGE, wasmKernels } from './tree-kernels.ts';
import type { TreeKernels, WasmMemory } from './tree-kernels.ts';

/** A pair of zeros, what two scans are told and tell, three histograms of one column nobody reads. */
const ZERO = 0;
const SCAN_AT = 16;
const SCAN_BYTES = 8 * SCAN.size;
const SPARE_AT = SCAN_AT + 2 * SCAN_BYTES;
const SPARE_BYTES = 256 * 16;
const FIXED_BYTES = SPARE_AT + 3 * SPARE_BYTES;

/**
 * One buffer for all that the kernels of one training read and write: bins, the rows of the tree at work with their
 * gradients, histograms. Views die when it grows, so they are asked for anew.
 */
export class TreeMemory {
  readonly zero = ZERO;
  readonly kernels: TreeKernels;
  readonly binsAt: number;
  readonly rowsAt: number;
  readonly pairsAt: number;
  readonly #rows: number;
  readonly #histogramBytes: number;
  readonly #free: number[] = [];
  readonly #wasm: WasmMemory | undefined;
  readonly #javascript: JavascriptKernels | undefined;
  #end: number;
  #numbers = new Float64Array();
  #words = new Uint32Array();
  #bytes = new Uint8Array();

  /** `bins` is the length of one histogram in pairs; `wasm: false` does without WebAssembly, and the same. */
  constructor(binned: BinnedMatrix, bins: number, options: { readonly wasm?: boolean } = {}) {
    this.#rows = binned.rows;
    this.binsAt = FIXED_BYTES;
    this.rowsAt = align(this.binsAt + binned.bins.length);
    this.pairsAt = align(this.rowsAt + 4 * binned.rows);
    this.#end = this.pairsAt + 16 * binned.rows;
    this.#histogramBytes = 16 * bins;
    const built = options.wasm === false ? undefined : wasmKernels(this.#end);
    if (built !== undefined) {
      this.#wasm = built.memory;
      this.kernels = built.kernels;
      this.#use(built.memory.buffer);
    } else {
      this.#javascript = new JavascriptKernels();
      this.kernels = this.#javascript;
      this.#use(new ArrayBuffer(pages(this.#end) * WASM_PAGE));
    }
    this.#bytes.set(binned.bins, this.binsAt);
  }

  /** All of it as float64: what is at address `a` is at `a / 8`. */
  get numbers(): Float64Array {
    return this.#numbers;
  }

  /** Row numbers, to be put in the order of the leaves. */
  get rows(): Uint32Array {
    return this.#words.subarray(this.rowsAt / 4, this.rowsAt / 4 + this.#rows);
  }

  /** Gradient and hessian of each row of a node, by turns. */
  get pairs(): Float64Array {
    return this.#numbers.subarray(this.pairsAt / 8, this.pairsAt / 8 + 2 * this.#rows);
  }

  /** Where one of two searches that take turns tells `scan` what it looks for: an address. */
  scan(search: 0 | 1): number {
    return SCAN_AT + search * SCAN_BYTES;
  }

  /** What `scan` is told and tells there, by the places of `SCAN`. */
  scanned(search: 0 | 1): Float64Array {
    const start = this.scan(search) / 8;
    return this.#numbers.subarray(start, start + SCAN.size);
  }

  /** The address of one of three histograms of one column that may be written and are never read. */
  spare(index: number): number {
    return SPARE_AT + index * SPARE_BYTES;
  }

  /** The address of a histogram that nobody else has; what is in it is left over from others. */
  take(): number {
    return this.#free.pop() ?? this.#allocate();
  }

  give(histogram: number): void {
    this.#free.push(histogram);
  }

  #allocate(): number {
    const at = this.#end;
    this.#end += this.#histogramBytes;
    if (this.#end > this.#numbers.byteLength) this.#grow();
    return at;
  }

  /** By a quarter at least: each growth may copy everything. */
  #grow(): void {
    const wanted = pages(this.#end + Math.ceil(this.#numbers.byteLength / 4));
    if (this.#wasm !== undefined) {
      this.#wasm.grow(wanted - this.#numbers.byteLength / WASM_PAGE);
      this.#use(this.#wasm.buffer);
    } else {
      const larger = new ArrayBuffer(wanted * WASM_PAGE);
      new Uint8Array(larger).set(this.#bytes);
      this.#use(larger);
    }
  }

  #use(buffer: ArrayBuffer): void {
    this.#numbers = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#javascript?.use(buffer);
  }
}

function pages(bytes: number): number {
  return Math.ceil(bytes / WASM_PAGE);
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
