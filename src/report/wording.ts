import type { Verdict } from '../score/verdict.ts';

/** How report formats put numbers, times and texts of others into words. */

/** `4,812`; an empty text for what the input cannot show. */
export function formatCount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  return Math.round(value).toLocaleString('en-US');
}

/** `1 host`, `4,812 hosts`. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `307 kB`; powers of 1,000. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return '';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]!}`;
}

/** `0.98`. Rounded towards the middle at the ends: `1.00` is said only of exactly 1, `0.00` only of 0. */
export function formatScore(score: number): string {
  if (!Number.isFinite(score)) return '';
  if (score > 0.99 && score < 1) return score >= 0.999 ? '>.99' : '0.99';
  if (score < 0.01 && score > 0) return '<.01';
  return score.toFixed(2);
}

const MAX_DATE_US = 8.64e18;

/** `2021-01-06 14:03:22.123 UTC`; an empty text for no time. */
export function formatTime(timeUs: number): string {
  if (!(Math.abs(timeUs) <= MAX_DATE_US)) return '';
  return `${new Date(timeUs / 1000).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(durationUs: number): string {
  if (!Number.isFinite(durationUs) || durationUs < 0) return '';
  const seconds = durationUs / 1e6;
  if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return twoUnits(whole, 3600, 'h', 60, 'min');
  return twoUnits(whole, 86_400, 'd', 3600, 'h');
}

function twoUnits(value: number, big: number, bigName: string, small: number, smallName: string) {
  const rest = Math.floor((value % big) / small);
  return `${Math.floor(value / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** `scan/horizontal`, or `scan`. */
export function formatLabel(verdict: { readonly label: string; readonly detail: string }): string {
  return verdict.detail === '' ? verdict.label : `${verdict.label}/${verdict.detail}`;
}

/** The reason that weighs most, or why there is none. */
export function topReason(verdict: Verdict): string {
  return verdict.reasons[0]?.text ?? (verdict.label === 'unknown' ? 'too little seen' : '');
}

// Control (Cc) and format characters (Cf: bidirectional overrides, zero-width), line separators: what could
// move a terminal's cursor or show a text in another order than it is read in (CVE-2021-42574).
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text from the traffic made harmless to show: invisible and control characters are written out as `\u{1b}`. */
export function visibleText(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
