import { getEventListeners, once } from "node:events";
import { createServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { freePort } from "../../../test/support/free-port.ts";
import type { AuditEntry } from "../src/index.ts";
import { networkFailureOf, traceContextOf, traceparentOf, unlessAborted } from "../src/sink/index.ts";

const never = new Promise<never>(() => {});

test("work that ends before the signal aborts is what it comes to", async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(unlessAborted(7, signal)).resolves.toBe(7);
  await expect(unlessAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
});

test("a failure is told in the words of who asked, and so is one of the words themselves", async () => {
  const { signal } = new AbortController();
  const inWords = (failure: unknown) => new Error("it failed", { cause: failure });
  await expect(unlessAborted(Promise.reject("no"), signal, inWords)).rejects.toMatchObject({ cause: "no" });
  const speechless = () => {
    throw new Error("it cannot be said");
  };
  await expect(unlessAborted(Promise.reject("no"), signal, speechless)).rejects.toThrow("it cannot be said");
});

test("the signal's reason is the end of work that does not heed it, and what becomes of that is nobody's", async () => {
  const stop = new AbortController();
  const work = setImmediate(1).then(() => Promise.reject(new Error("later")));
  const waiting = expect(unlessAborted(work, stop.signal)).rejects.toThrow("enough");
  stop.abort(new Error("enough"));
  await waiting;
  await expect(work).rejects.toThrow("later");
  await expect(unlessAborted(never, stop.signal)).rejects.toThrow("enough");
});

test("the signal lets go of what has ended", async () => {
  const { signal } = new AbortController();
  const waiting = unlessAborted(Promise.resolve(), signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await waiting;
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a place that is not there is told from one that breaks off, however deep a client hides it", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const ask = () => fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => networkFailureOf(error));
  expect(await ask()).toMatchObject({ code: "UND_ERR_SOCKET", happened: "the connection was broken off" });
  server.close();
  await once(server, "close");
  expect(await ask()).toMatchObject({ code: "ECONNREFUSED", happened: "nobody listens there" });
});

test.each([
  [
    Object.assign(new Error(), { code: "ERR_SSL_WRONG_VERSION_NUMBER" }),
    "what answers there speaks no TLS that fits",
  ],
  [Object.assign(new Error(), { code: "HPE_INVALID_CONSTANT" }), "what answers there does not speak HTTP"],
  [
    new AggregateError([Object.assign(new Error(), { code: "EHOSTUNREACH" })]),
    "there is no way to this host",
  ],
  [new Error("outer", { cause: { code: 14, cause: { code: "ENOTFOUND" } } }), "DNS does not know the name"],
])("of %s it is said what happened", (error, happened) => {
  expect(networkFailureOf(error)?.happened).toMatch(happened);
});

test.each([
  null,
  "ECONNREFUSED",
  new Error("no"),
  { code: "toString" },
  { code: 14 },
  Object.assign(new Error(), { code: "28P01" }),
])("%j is no failure of the network", (error) => {
  expect(networkFailureOf(error)).toBeNull();
});

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const incoming = "0af7651916cd43dd8448eb211c80319c";
const whole = `00-${traceId}-00f067aa0ba902b7-01`;

function contextOf(traceparent: unknown, trace_id: unknown = incoming) {
  return traceContextOf({ metadata: { traceparent }, request: { trace_id } } as unknown as AuditEntry);
}

test("a span that an entry names is read as it was written", () => {
  expect(contextOf(whole)).toEqual({ traceId, span: { id: "00f067aa0ba902b7", traceFlags: 1 } });
  expect(traceparentOf(contextOf(whole)!)).toBe(whole);
});

test.each([
  `00-${traceId}-0000000000000000-01`,
  `00-${traceId}-[redacted]-01`,
  `00-${traceId}-00f067aa0ba902b7-0`,
])("of %j only the trace is known", (traceparent) => {
  expect(contextOf(traceparent)).toEqual({ traceId, span: null });
  expect(traceparentOf(contextOf(traceparent)!)).toBeNull();
});

test.each([
  undefined,
  null,
  7,
  { a: 1 },
  "00-0-0-00",
  whole.replace("00-", "01-"),
  `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
])("in place of %j stands the trace of the incoming request", (traceparent) => {
  expect(contextOf(traceparent)).toEqual({ traceId: incoming, span: null });
  expect(contextOf(traceparent, "0".repeat(32))).toBeNull();
  expect(contextOf(traceparent, 7)).toBeNull();
});
