import { isSecretName, redacted } from "../privacy/redact.ts";
import { toWellFormed } from "../seal/canonical-json.ts";
import { boundedText } from "./bounded-text.ts";
import type { JsonObject, JsonValue } from "./entry.ts";

const limits = { depth: 6, members: 64, string: 2048, name: 128, bytes: 16_384 } as const;
const pollutingNames = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Whatever an application calls metadata, as a small, safe JSON object. Never throws: what cannot be read is replaced
 * by a word that says so. The rules are in docs/entry-format.md, "Metadata".
 */
export function boundedMetadata(value: unknown): JsonObject {
  const bounded = boundedValue(value, 0, []);
  if (bounded === null || bounded === undefined) return {};
  const object = typeof bounded === "object" && !Array.isArray(bounded) ? bounded : { value: bounded };
  const bytes = Buffer.byteLength(JSON.stringify(object));
  return bytes > limits.bytes ? { "[truncated]": bytes } : (object as JsonObject);
}

function boundedValue(value: unknown, depth: number, above: readonly object[]): JsonValue | undefined {
  switch (typeof value) {
    case "string":
      return value === "" ? "" : boundedText(value, limits.string)!;
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return boundedText(value.toString(), limits.string)!;
    case "object":
      if (value === null) return null;
      if (above.includes(value)) return "[circular]";
      if (depth >= limits.depth) return "[too deep]";
      try {
        return boundedObject(value, depth, [...above, value]);
      } catch {
        // A proxy, a getter or a toJSON of the application threw.
        return "[unreadable]";
      }
    default:
      return undefined;
  }
}

function boundedObject(value: object, depth: number, above: readonly object[]): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map)
    return boundedMembers(
      [...firstOf(value.keys())].map(String),
      (name) => value.get(name),
      value.size,
      depth,
      above,
    );
  if (value instanceof Set) return boundedItems([...firstOf(value.values())], value.size, depth, above);
  if (Array.isArray(value)) return boundedItems(value.slice(0, limits.members), value.length, depth, above);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return boundedText(`${value.name}: ${value.message}`, limits.string);
  const json = (value as { toJSON?: unknown }).toJSON;
  if (typeof json === "function") return boundedValue(json.call(value), depth + 1, above);
  const names = Object.keys(value);
  return boundedMembers(
    names.slice(0, limits.members),
    (name) => Reflect.get(value, name),
    names.length,
    depth,
    above,
  );
}

function boundedMembers(
  names: readonly string[],
  read: (name: string) => unknown,
  total: number,
  depth: number,
  above: readonly object[],
): JsonObject {
  const members: Record<string, JsonValue> = {};
  for (const name of names) {
    if (pollutingNames.has(name)) continue;
    const member = isSecretName(name) ? redacted : boundedValue(readOr(read, name), depth + 1, above);
    if (member !== undefined) members[boundedText(toWellFormed(name), limits.name) ?? ""] = member;
  }
  if (total > names.length) members["[dropped]"] = total - names.length;
  return members;
}

function readOr(read: (name: string) => unknown, name: string): unknown {
  try {
    return read(name);
  } catch {
    return "[unreadable]";
  }
}

function boundedItems(
  items: readonly unknown[],
  total: number,
  depth: number,
  above: readonly object[],
): JsonValue {
  const bounded = items.map((item) => boundedValue(item, depth + 1, above) ?? null);
  return total > items.length ? [...bounded, `[${total - items.length} more]`] : bounded;
}

function* firstOf<T>(values: Iterable<T>): Generator<T> {
  let count = 0;
  for (const value of values) {
    if (count++ === limits.members) return;
    yield value;
  }
}
