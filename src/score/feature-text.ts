import type { FeatureDefinition } from '../host/features/feature.ts';

/** A feature's plain value in its unit: `4,812`, `97 %`, `1.2 kB`, `3.4 min`. */
function formatFeature(feature: FeatureDefinition, value: number): string {
  switch (feature.unit) {
    case 'count':
    case 'characters':
      return formatNumber(Math.round(value));
    case 'share':
      return `${formatNumber(100 * value)} %`;
    case 'bytes':
      return scaled(value, 1000, ['bytes', 'kB', 'MB', 'GB', 'TB']);
    case 'seconds':
      return value < 120
        ? `${formatNumber(value)} s`
        : value < 7200
          ? `${formatNumber(value / 60)} min`
          : `${formatNumber(value / 3600)} h`;
    case 'per-second':
    case 'ratio':
    case 'bits':
    case 'score':
      return formatNumber(value);
  }
}

/** The feature and its value as a sentence without subject: `contacted 4,812 addresses`. */
export function featureText(feature: FeatureDefinition, value: number): string {
  const text = formatFeature(feature, value);
  const [before = '', after = ''] = feature.words.split('{}');
  return `${before}${text}${text === '1' ? ofOne(after) : after}`;
}

/** ` ports of one address` as it follows a one: ` port of one address`. */
function ofOne(words: string): string {
  const noun = / (?:addresses|User-Agents|URIs|[a-z]*[a-rt-z]s)(?= (?!and)|$)/;
  if (words.startsWith(' of ')) return words;
  return words
    .replace(noun, (plural) => plural.replace(/(?:(?<=ss)e)?s$/, ''))
    .replace(/ were /, ' was ');
}

function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US');
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (rest >= step && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  return `${formatNumber(unit === 0 ? Math.round(rest) : rest)} ${units[unit]!}`;
}
