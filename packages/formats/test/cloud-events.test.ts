import type { AuditEntry } from "@openrouter-audit/core";
import { lineOf } from "@openrouter-audit/core";
import { CloudEvent, HTTP } from "cloudevents";
import { type CloudEventsOptions, cloudEvents, toCloudEvents } from "../src/index.ts";
import { flawsOfCloudEvent } from "./support/schemas.ts";
import { entries, entryLines, entryOf } from "./support/vectors.ts";

interface Event {
  readonly [name: string]: unknown;
  readonly data: AuditEntry;
  readonly sequence: string;
}

const eventOf = (entry: AuditEntry, options?: CloudEventsOptions) =>
  (options ? cloudEvents(options) : toCloudEvents)(entry) as Event;

test("every entry is an event for the schema, and for the SDK, which reads it from HTTP as it was", () => {
  for (const entry of entries) {
    const event = eventOf(entry);
    expect(flawsOfCloudEvent(event)).toEqual([]);
    const sent = HTTP.structured(new CloudEvent(event, true));
    const received = HTTP.toEvent(sent) as CloudEvent;
    expect(JSON.parse(JSON.stringify(received))).toEqual(JSON.parse(JSON.stringify(event)));
  }
});

test("names of attributes are lower-case letters and digits, at most 20", () => {
  for (const entry of entries)
    for (const name of Object.keys(eventOf(entry))) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});

test("what a broker sorts, routes and keeps together by is in the attributes; who asked is not", () => {
  const entry = entryOf("chat_completion");
  const { data: _data, ...attributes } = eventOf(entry);
  expect(attributes).toEqual({
    specversion: "1.0",
    id: entry.id,
    source: `/${entry.log}`,
    type: "openrouter-audit.chat_completion.v1",
    subject: entry.exchange_id,
    time: entry.timestamp,
    recordedtime: entry.recorded_at,
    sequence: "0000000000000001",
    partitionkey: entry.log,
    severitynumber: 9,
    severitytext: "INFO",
    datacontenttype: "application/json",
  });
  expect(JSON.stringify(attributes)).not.toContain(entry.user_id);
});

test("an event has the traceparent of the span that the call was made in, and none of another form", () => {
  const entry = entryOf("chat_completion", { status: "aborted" });
  expect(eventOf(entry).traceparent).toBe(entry.metadata.traceparent);
  for (const traceparent of ["00-0-0-00", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, "x", 7])
    expect(eventOf({ ...entry, metadata: { traceparent } })).not.toHaveProperty("traceparent");
});

test("the order of the sequences as text is the order of the numbers", () => {
  const numbers = [0, 9, 10, 99, 1_000_000, Number.MAX_SAFE_INTEGER];
  const texts = numbers.map((seq) => eventOf({ ...entries[0]!, seq }).sequence);
  expect([...texts].sort()).toEqual(texts);
});

test("data is the entry: the exact line can be made from it", () => {
  for (const [index, entry] of entries.entries())
    expect(lineOf((JSON.parse(JSON.stringify(eventOf(entry))) as Event).data)).toBe(entryLines[index]);
});

test.each([
  ["a b/c\n/%/é?x#y", "/a%20b/c%0A/%25/%C3%A9%3Fx%23y"],
  ["//other.example/x", "/other.example/x"],
  ["\ud800", "/%EF%BF%BD"],
  ["", "/unknown"],
])("a log of any name is a URI reference: %j", (log, source) => {
  const event = eventOf({ ...entries[1]!, log });
  expect(event.source).toBe(source);
  expect(flawsOfCloudEvent(event)).toEqual([]);
  expect(flawsOfCloudEvent({ ...event, source: "a b" })).not.toEqual([]);
});

test("source and type are yours to begin", () => {
  const event = eventOf(entryOf("audit.closed"), {
    source: "https://shop.example/audit/",
    type: "example.shop.audit",
  });
  expect(event.source).toMatch(
    /^https:\/\/shop\.example\/audit\/openrouter-audit\/vectors\.example\/[0-9a-f-]{36}$/,
  );
  expect(event.type).toBe("example.shop.audit.audit.closed.v1");
  expect(flawsOfCloudEvent(event)).toEqual([]);
});

test("an event of more than 64 KiB has its data elsewhere, when you say where; else it is whole", () => {
  const options: CloudEventsOptions = { dataref: ({ id }) => `https://shop.example/entries/${id}` };
  const large = { ...entryOf("chat_completion"), metadata: { text: "é".repeat(32_768) } };
  const small = entryOf("chat_completion");
  expect(eventOf(small, options)).toEqual(eventOf(small));
  expect(eventOf(large).data).toEqual(large);
  const event = eventOf(large, options);
  expect(event).toMatchObject({ id: large.id, dataref: `https://shop.example/entries/${large.id}` });
  expect(event).not.toHaveProperty("data");
  expect(new CloudEvent({ ...event }, true).dataref).toBe(event.dataref);
});

test.each([
  [{ source: "no uri" }, "source"],
  [{ source: "https://shop.example/?a=b" }, "source"],
  [{ type: "" }, "type"],
  [{ type: "a b" }, "type"],
  [{ dataref: "https://shop.example" as never }, "dataref"],
])("options that are wrong are refused when the format is made: %j", (options, name) => {
  expect(() => cloudEvents(options)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(`"${name}"`) }),
  );
});
