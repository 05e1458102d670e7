import { isSecretName, redacted } from "../privacy/redact.ts";
import { toWellFormed } from "../seal/canonical-json.ts";
import { boundedText } from "./bounded-text.ts";
import type { JsonObject, JsonValue } from "./entry.ts";

// More values than there may be bytes: what has so many is too long in any case, and one that is met on many ways has no end.
const limits = { depth: 6, members: 64, string: 2048, name: 128, bytes: 16_384, values: 16_384 } as const;
const droppedName = "[dropped]";
const pollutingNames = new Set(["__proto__", "constructor", "prototype"]);

/**
 * What one place says: its first members, bounded, and the number of those left out. Bounded once only: done again, the
 * words that stand for what was left out would be left out themselves.
 */
export interface MetadataLayer {
  readonly members: JsonObject;
  readonly dropped: number;
}

/** The layer of a place that says nothing. */
export const noMetadata: MetadataLayer = { members: {}, dropped: 0 };

/**
 * Whatever an application calls metadata, made small and safe. Never throws: what cannot be read is replaced by a word
 * that says so, and costs no other layer. The rules are in docs/entry-format.md, "Metadata".
 */
export function metadataLayer(said: unknown): MetadataLayer {
  const bounded = boundedValue(said, 0, { above: [], met: { values: 0 } });
  if (bounded === null || bounded === undefined) return noMetadata;
  if (typeof bounded !== "object" || Array.isArray(bounded)) return metadataLayer({ value: said });
  const { [droppedName]: dropped, ...members } = bounded as JsonObject;
  if (typeof dropped === "number" && dropped > 0) return { members, dropped };
  return { members: bounded as JsonObject, dropped: 0 };
}

/** Of several layers, the later ones win. */
export function joinedLayers(...given: readonly MetadataLayer[]): MetadataLayer {
  const layers = given.filter((layer) => layer !== noMetadata);
  if (layers.length === 0) return noMetadata;
  const all = Object.entries(Object.assign({}, ...layers.map(({ members }) => members)) as JsonObject);
  const before = layers.reduce((sum, { dropped }) => sum + dropped, 0);
  return {
    members: Object.fromEntries(all.slice(0, limits.members)),
    dropped: before + Math.max(0, all.length - limits.members),
  };
}

/** The metadata of an entry. */
export function metadataOf(layer: MetadataLayer): JsonObject {
  if (layer === noMetadata) return {};
  const { members, dropped } = layer;
  const metadata = dropped > 0 ? { ...members, [droppedName]: dropped } : members;
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  return bytes > limits.bytes ? { "[truncated]": bytes } : metadata;
}

/** Where a value was met. */
interface Way {
  /** The objects that it is in. */
  readonly above: readonly object[];
  /** How many values were met before it, wherever. */
  readonly met: { values: number };
}

function boundedValue(value: unknown, depth: number, way: Way): JsonValue | undefined {
  if (way.met.values++ >= limits.values) return "[too many]";
  switch (typeof value) {
    case "string":
      return value === "" ? "" : boundedText(value, limits.string)!;
    case "boolean":
      return value;
    case "number":
      // JSON has no -0.
      return Number.isFinite(value) ? value + 0 : null;
    case "bigint":
      return boundedText(value.toString(), limits.string)!;
    case "object":
      if (value === null) return null;
      if (way.above.includes(value)) return "[circular]";
      if (depth >= limits.depth) return "[too deep]";
      try {
        return boundedObject(value, depth, { ...way, above: [...way.above, value] });
      } catch {
        // A proxy, a getter or a toJSON of the application threw.
        return "[unreadable]";
      }
    default:
      return undefined;
  }
}

function boundedObject(value: object, depth: number, way: Way): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map) {
    const members = new Map([...firstOf(value)].map(([key, member]) => [String(key), member]));
    const dropped = Math.max(0, value.size - limits.members);
    return boundedMembers([...members.keys()], (name) => members.get(name), dropped, depth, way);
  }
  if (value instanceof Set) return boundedItems([...firstOf(value.values())], value.size, depth, way);
  if (Array.isArray(value)) return boundedItems(value.slice(0, limits.members), value.length, depth, way);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return boundedText(`${value.name}: ${value.message}`, limits.string);
  const json = (value as { toJSON?: unknown }).toJSON;
  if (typeof json === "function") return boundedValue(json.call(value), depth + 1, way);
  const names = Object.keys(value);
  return boundedMembers(
    names.slice(0, limits.members),
    (name) => Reflect.get(value, name),
    Math.max(0, names.length - limits.members),
    depth,
    way,
  );
}

function boundedMembers(
  names: readonly string[],
  read: (name: string) => unknown,
  dropped: number,
  depth: number,
  way: Way,
): JsonObject {
  const members: Record<string, JsonValue> = {};
  for (const name of names) {
    if (pollutingNames.has(name)) continue;
    const member = isSecretName(name) ? redacted : boundedValue(readOr(read, name), depth + 1, way);
    if (member !== undefined) members[boundedText(toWellFormed(name), limits.name) ?? ""] = member;
  }
  if (dropped > 0) members[droppedName] = dropped;
  return members;
}

function readOr(read: (name: string) => unknown, name: string): unknown {
  try {
    return read(name);
  } catch {
    return "[unreadable]";
  }
}

function boundedItems(items: readonly unknown[], total: number, depth: number, way: Way): JsonValue {
  // Not `items.map`: it leaves the holes of a sparse array as they are.
  const bounded = Array.from(items, (item) => boundedValue(item, depth + 1, way) ?? null);
  return total > items.length ? [...bounded, `[${total - items.length} more]`] : bounded;
}

function* firstOf<T>(values: Iterable<T>): Generator<T> {
  let count = 0;
  for (const value of values) {
    if (count++ === limits.members) return;
    yield value;
  }
}
