const UNITS_US: Readonly<Record<string, number>> = { s: 1e6, min: 60e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 604_800e6 }; // prettier-ignore

/** Microseconds of `90s`, `30min`, `12h`, `7d`, `2w`; `undefined` if it is none. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(s|min|m|h|d|w)$/.exec(text.trim());
  return match === null ? undefined : Math.round(Number(match[1]) * UNITS_US[match[2]!]!);
}
