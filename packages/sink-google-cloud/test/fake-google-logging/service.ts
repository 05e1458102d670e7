import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { protos } from "@google-cloud/logging";
import { Metadata, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const packageOf = (name: string) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** `google.logging.v2.LoggingServiceV2`, from the definitions that Google ships with its client. */
export const loggingService = loadSync("google/logging/v2/logging.proto", {
  includeDirs: [
    join(packageOf("@google-cloud/logging"), "build/protos"),
    join(packageOf("google-gax"), "build/protos"),
  ],
  longs: Number,
  enums: Number,
  defaults: false,
  oneofs: false,
})["google.logging.v2.LoggingServiceV2"] as import("@grpc/grpc-js").ServiceDefinition;

export type LogEntry = protos.google.logging.v2.ILogEntry;
export type WriteRequest = protos.google.logging.v2.IWriteLogEntriesRequest;
export type ListRequest = protos.google.logging.v2.IListLogEntriesRequest;
export type Call<T> = ServerUnaryCall<T, object>;

/** An error as Google answers it: with a status among its details that says more. */
export interface Refusal {
  readonly code: keyof typeof status;
  readonly message: string;
  /** Of an ErrorInfo. */
  readonly reason?: string;
  /** Why single entries were refused, by their places: only when others were written. */
  readonly entries?: ReadonlyMap<number, string>;
}

const { rpc, logging, protobuf } = protos.google;

/** A refusal on its way: what Google says more is in the trailers. */
export function serviceError({ code, message, reason, entries }: Refusal) {
  const details: protos.google.protobuf.IAny[] = [];
  if (reason) details.push(any("google.rpc.ErrorInfo", errorInfo(reason)));
  if (entries) {
    const errors = [...entries].map(
      ([index, said]) => [index, { code: status[code], message: said }] as const,
    );
    const partial = { logEntryErrors: Object.fromEntries(errors) };
    const bytes = logging.v2.WriteLogEntriesPartialErrors.encode(partial).finish();
    details.push(any("google.logging.v2.WriteLogEntriesPartialErrors", bytes));
  }
  const metadata = new Metadata();
  const answer = rpc.Status.encode({ code: status[code], message, details }).finish();
  if (details.length > 0) metadata.set("grpc-status-details-bin", Buffer.from(answer));
  return { code: status[code], details: message, metadata };
}

const any = (type: string, value: Uint8Array) =>
  protobuf.Any.create({ type_url: `type.googleapis.com/${type}`, value });

/** `ErrorInfo { reason = 1; domain = 2 }`, of which the client's definitions have no encoder. */
function errorInfo(reason: string): Uint8Array {
  const field = (number: number, text: string) => [number * 8 + 2, text.length, ...Buffer.from(text)];
  return Uint8Array.from([...field(1, reason), ...field(2, "googleapis.com")]);
}
