type Loose = { readonly [member: string]: unknown };

const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What keeps a text from being a control matrix in the form of docs/controls.schema.json; null when it is one. */
export function controlsFlaw(text: string): string | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  if (!isObject(said)) return "it is no object";
  const missing = ["version", "statement"].find((member) => typeof said[member] !== "string");
  if (missing !== undefined) return `it has no "${missing}"`;
  return (
    flawOf(said.frameworks, "frameworks", ["id", "name", "sure", "source"], []) ??
    flawOf(said.controls, "controls", ["framework", "id", "title", "role", "we_do", "operator"], ["tests"])
  );
}

function flawOf(
  list: unknown,
  name: string,
  texts: readonly string[],
  lists: readonly string[],
): string | null {
  if (!Array.isArray(list) || list.length === 0) return `it has no "${name}"`;
  for (const [index, each] of (list as unknown[]).entries()) {
    if (!isObject(each)) return `${name}[${index}] is no object`;
    const missing =
      texts.find((member) => typeof each[member] !== "string") ??
      lists.find((member) => !Array.isArray(each[member]));
    if (missing !== undefined) return `${name}[${index}] has no "${missing}"`;
  }
  return null;
}
