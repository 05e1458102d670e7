import { readFileSync } from "node:fs";
import protobuf from "protobufjs";

const root = protobuf.Root.fromJSON(
  JSON.parse(readFileSync(new URL("./otlp.json", import.meta.url), "utf8")),
);
const type = (name: string) => root.lookupType(`opentelemetry.proto.${name}`);

// google.rpc.Status, which is the body of every error of OTLP/HTTP. Its third field, details, is never used.
const status = new protobuf.Type("Status")
  .add(new protobuf.Field("code", 1, "int32"))
  .add(new protobuf.Field("message", 2, "string"));

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

export interface AnyValue {
  readonly string_value?: string;
  readonly bool_value?: boolean;
  readonly int_value?: number;
  readonly double_value?: number;
  readonly array_value?: { readonly values?: readonly AnyValue[] };
  readonly kvlist_value?: { readonly values?: readonly KeyValue[] };
}

/** A value as it was before it became an AnyValue. */
export function plain(value: AnyValue): unknown {
  if (value.array_value) return (value.array_value.values ?? []).map(plain);
  if (value.kvlist_value) return attributesOf(value.kvlist_value.values);
  const [only] = Object.values(value);
  return only ?? null;
}

export function attributesOf(list: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value ?? {})]));
}

/** A message as an object with the names of the definitions; 64-bit numbers become numbers, bytes hexadecimal. */
export function decoded(name: string, bytes: Uint8Array): Record<string, unknown> {
  const message = type(name).decode(bytes);
  const options = { longs: Number, enums: Number, bytes: Array, arrays: false, oneofs: false };
  return type(name).toObject(message, options) as Record<string, unknown>;
}

export function encoded(name: string, value: Record<string, unknown>): Uint8Array {
  const problem = type(name).verify(value);
  if (problem) throw new TypeError(problem);
  return type(name).encode(type(name).fromObject(value)).finish();
}

export function encodedStatus(code: number, message: string): Uint8Array {
  return status.encode(status.create({ code, message })).finish();
}

export const hex = (bytes: readonly number[] | undefined) => Buffer.from(bytes ?? []).toString("hex");
