/** Remembers what a function of a text gave for the texts seen last; forgets all when there are too many. */
export function memo(most: number, of: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const value = of(text);
    known.set(text, value);
    return value;
  };
}
