import { protos } from "@google-cloud/logging";

type Value = protos.google.protobuf.IValue;

// The client's own reader breaks on these.
const unreadable = new Set(["hasOwnProperty", "__proto__"]);

/** JSON as a `google.protobuf.Value`; members that are null are left out, and those that no client could read again. */
export function protoValue(json: unknown): Value {
  if (json === null) return { nullValue: 0 };
  if (typeof json === "string") return { stringValue: json };
  if (typeof json === "number") return { numberValue: json };
  if (typeof json === "boolean") return { boolValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(protoValue) } };
  return { structValue: { fields: Object.fromEntries(membersOf(json as object)) } };
}

function membersOf(object: object): [string, Value][] {
  return Object.entries(object)
    .filter(([name, member]) => member != null && !unreadable.has(name))
    .map(([name, member]) => [name, protoValue(member)]);
}

/**
 * The members of an object that have room in so many bytes, the smallest first: what is small says most (ids, digests, the
 * seal). What has no room is named in a member `left_out`.
 */
export function fieldsWithin(bytes: number, object: object): Record<string, Value> {
  const members = membersOf(object).map((member) => ({ member, size: sizeOf(member) }));
  let used = 0;
  const [fits, rest]: [[string, Value][], string[]] = [[], []];
  for (const { member, size } of members.sort((one, other) => one.size - other.size)) {
    used += size;
    if (used <= bytes) fits.push(member);
    else if (rest.length < 32) rest.push(member[0].slice(0, 64));
  }
  return { ...Object.fromEntries(fits), ...(rest.length > 0 && { left_out: protoValue(rest) }) };
}

// Besides: two tags and three lengths.
function sizeOf([name, value]: [string, Value]): number {
  return Buffer.byteLength(name) + protos.google.protobuf.Value.encode(value).len + 12;
}
