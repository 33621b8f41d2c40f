import { GAIN_TOLERANCE, SCAN } from './tree-kernels.ts';
import type { TreeKernels } from './tree-kernels.ts';

/** The kernels of `tree-kernels.ts` without WebAssembly: the same sums in the same order, so the same trees. */
export class JavascriptKernels implements TreeKernels {
  #bytes = new Uint8Array();
  #words = new Uint32Array();
  #numbers = new Float64Array();

  /** Works on another buffer from now on. */
  use(buffer: ArrayBuffer): void {
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#numbers = new Float64Array(buffer);
  }

  fill(
    h0: number, h1: number, h2: number, h3: number, b0: number, b1: number, b2: number, b3: number,
    rows: number, rowsEnd: number, pairs: number,
  ): void {
    const words = this.#words.subarray(rows / 4, rowsEnd / 4);
    this.#fillColumn(h0 / 8, this.#bytes.subarray(b0), words, pairs / 8);
    this.#fillColumn(h1 / 8, this.#bytes.subarray(b1), words, pairs / 8);
    this.#fillColumn(h2 / 8, this.#bytes.subarray(b2), words, pairs / 8);
    this.#fillColumn(h3 / 8, this.#bytes.subarray(b3), words, pairs / 8);
  } // prettier-ignore

  clear(from: number, end: number): void {
    this.#numbers.fill(0, from / 8, end / 8);
  }

  subtract(into: number, end: number, other: number): void {
    const numbers = this.#numbers;
    let from = other / 8;
    for (let at = into / 8; at < end / 8; at++) numbers[at] = numbers[at]! - numbers[from++]!;
  }

  scan(bins: number, end: number, before: number, scan: number): number {
    const numbers = this.#numbers;
    const own = scan / 8;
    const gradient = numbers[own + SCAN.gradient]!;
    const hessian = numbers[own + SCAN.hessian]!;
    const l2 = numbers[own + SCAN.l2]!;
    const least = numbers[own + SCAN.minChildWeight]!;
    const parentScore = numbers[own + SCAN.parentScore]!;
    let threshold = numbers[own + SCAN.gain]! * (1 + GAIN_TOLERANCE);
    let leftGradient = numbers[before / 8]!;
    let leftHessian = numbers[before / 8 + 1]!;
    let best = 0;
    for (let at = bins / 8; at < end / 8; at += 2) {
      if (numbers[at + 1] === 0) continue;
      leftGradient += numbers[at]!;
      leftHessian += numbers[at + 1]!;
      if (leftHessian < least) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < least) break;
      const rightGradient = gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftHessian + l2) +
        (rightGradient * rightGradient) / (rightHessian + l2) -
        parentScore;
      if (!(gain > threshold)) continue;
      threshold = gain * (1 + GAIN_TOLERANCE);
      best = 8 * at + 16;
      numbers[own + SCAN.gain] = gain;
      numbers[own + SCAN.leftGradient] = leftGradient;
      numbers[own + SCAN.leftHessian] = leftHessian;
    }
    return best;
  }

  #fillColumn(start: number, bins: Uint8Array, rows: Uint32Array, pairs: number): void {
    const numbers = this.#numbers;
    let pair = pairs;
    for (const row of rows) {
      const at = start + 2 * bins[row]!;
      numbers[at] = numbers[at]! + numbers[pair]!;
      numbers[at + 1] = numbers[at + 1]! + numbers[pair + 1]!;
      pair += 2;
    }
  }
}
