import * as model from "@aws-sdk/client-cloudwatch-logs";

/** A schema as the SDK has them: a number for what is simple, a list for the rest, or a function that gives one. */
type Schema = number | "unit" | readonly unknown[] | (() => Schema);

const simple = ["string", "number", "boolean"];

/** The schemas of what an operation is asked and answers, and none for an operation the SDK does not have. */
export function shapesOf(operation: string): { readonly input: Schema; readonly output: Schema } | null {
  const schema = (model as Record<string, unknown>)[`${operation}$`] as readonly unknown[] | undefined;
  return schema?.[0] === 9 ? { input: schema[4] as Schema, output: schema[5] as Schema } : null;
}

/** What in a value is not as the SDK's model has it, or null. */
export function flawIn(value: unknown, schema: Schema, path = "$"): string | null {
  if (typeof schema === "function") return flawIn(value, schema(), path);
  if (typeof schema === "number") {
    if (schema >= 128) return flawsAmong(Object.entries(value as object), schema - 128, path);
    if (schema >= 64) return flawsAmong([...(value as unknown[]).entries()], schema - 64, path);
    return typeof value === simple[schema] ? null : `${path} is a ${typeof value}`;
  }
  // What holds nothing.
  if (schema === "unit") return Object.keys(value as object).length > 0 ? `${path} is not empty` : null;
  // A member with traits.
  if (schema.length === 2) return flawIn(value, schema[0] as Schema, path);
  if (schema[0] === 1) {
    if (!Array.isArray(value)) return `${path} is no list`;
    return flawsAmong([...value.entries()], schema[4] as Schema, path);
  }
  const names = schema[4] as string[];
  const schemas = schema[5] as Schema[];
  const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
  const missing = names
    .slice(0, (schema[6] as number) ?? 0)
    .find((name) => !members.some(([is]) => is === name));
  if (missing) return `${path}.${missing} is missing`;
  for (const [name, member] of members) {
    const index = names.indexOf(name);
    if (index < 0) return `${path}.${name} is not in the model`;
    const flaw = flawIn(member, schemas[index]!, `${path}.${name}`);
    if (flaw) return flaw;
  }
  return null;
}

function flawsAmong(members: readonly (readonly [string | number, unknown])[], schema: Schema, path: string) {
  for (const [name, member] of members) {
    const flaw = flawIn(member, schema, `${path}.${name}`);
    if (flaw) return flaw;
  }
  return null;
}
