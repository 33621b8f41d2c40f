/** One line of a JSON log: its members are of any kind until looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object a line holds, `undefined` if it is none. */
export function parseJsonLine(line: string): JsonObject | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
}

/** A member as text: strings and numbers; `''` for anything else. */
export function textOf(object: JsonObject | undefined, name: string): string {
  const value = memberOf(object, name);
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

/** A member as number, also one written as a string; `NaN` for anything else. */
export function numberOf(object: JsonObject | undefined, name: string): number {
  const value = memberOf(object, name);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,17}(\.\d{1,17})?$/.test(value) ? Number(value) : NaN;
}

/** A member that is an object; `undefined` for anything else. */
export function objectOf(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = memberOf(object, name);
  return isObject(value) ? value : undefined;
}

/** The elements of a member that is an array; none for anything else. */
export function listOf(object: JsonObject | undefined, name: string): readonly unknown[] {
  const value = memberOf(object, name);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `hasOwn`, so that `toString` and the like are no members of every line. */
function memberOf(object: JsonObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
