import { FEATURES, featureNames, plainValue, type HostVector } from '../host/feature-schema.ts';

/** A host's vector as a line of NDJSON, without its end. */
export function vectorLine({ host, vector }: HostVector): string {
  const values = plainValues(vector);
  const features = Object.fromEntries(featureNames.map((name, i) => [name, values[i]]));
  return JSON.stringify({ host, features });
}

/** In the unit of each feature, without the noise that the way to the logarithm and back leaves. */
export function plainValues(vector: Float64Array): number[] {
  return FEATURES.map((feature, i) => Number(plainValue(feature, vector[i]!).toPrecision(12)));
}
