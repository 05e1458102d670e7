/**
 * The parameters of a path that fits the pattern, decoded; `undefined` when it does not fit. `{name}` stands for one
 * segment, `{+name}` for one or several.
 */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const source = pattern.replace(/\{(\+?)(\w+)\}/g, (_, many: string, name: string) =>
    many ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  const match = new RegExp(`^${source}$`).exec(path);
  if (!match) return undefined;
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decoded(text)]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
