const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A decimal number; `NaN` for anything else, so also for `''` and `-`. */
export function parseDecimal(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** A count of bytes, packets, attempts; `NaN` where it is none or beyond 2⁵³ (a wrapped 64-bit counter). */
export function parseCount(text: string): number {
  return toCount(parseDecimal(text));
}

export function toCount(value: number): number {
  return Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

/** A port, decimal or hexadecimal (`0x0303`); `undefined` if it is none. */
export function parsePort(text: string): number | undefined {
  if (!/^(\d{1,5}(\.0)?|0x[0-9a-f]{1,4})$/i.test(text)) return undefined;
  const port = Number(text);
  return port <= 0xffff ? port : undefined;
}
