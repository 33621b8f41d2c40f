import { CaptureDecoder } from './capture-decoder.ts';

/** How far into a file is looked: more than any section's descriptions of interfaces. */
const MOST_BYTES = 1 << 16;

/** When a capture begins: the time of its first frame in µs, from its first bytes; `NaN` if they show none. */
export function captureStartUs(head: Uint8Array): number {
  let startUs = NaN;
  const decoder = new CaptureDecoder(
    () => undefined,
    (frame) => {
      if (Number.isNaN(startUs)) startUs = frame.timeUs;
    },
  );
  decoder.push(head.subarray(0, MOST_BYTES));
  return startUs;
}
