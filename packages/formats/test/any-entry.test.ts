import { type AuditEntry, isSystemEvent, lineOf, textOf } from "@openrouter-audit/core";
import { CloudEvent } from "cloudevents";
import fc from "fast-check";
import { parseLine } from "../../core/src/seal/line.ts";
import { toCef, toCloudEvents, toEcs, toOcsf } from "../src/index.ts";
import { anyEntry } from "./support/any-entry.ts";
import { EcsIndex } from "./support/ecs-definitions.ts";
import { readCef } from "./support/read-cef.ts";
import { flawsOfCloudEvent, flawsOfOcsf } from "./support/schemas.ts";
import { entries, entryOf } from "./support/vectors.ts";

const parsed = (format: (entry: AuditEntry) => string | object, entry: AuditEntry) =>
  JSON.parse(textOf(entry, format)) as Record<string, unknown>;

/** The line, when it is one for those who read a journal. */
const lineIn = (entry: AuditEntry) => {
  if (typeof entry.chain_hash !== "string" || typeof entry.signature !== "string") return null;
  try {
    const line = lineOf(entry);
    return parseLine(Buffer.from(line)) && line;
  } catch {
    return null;
  }
};

const known = new Set(entries.flatMap((entry) => [...readCef(toCef(entry)).extension.keys()]));
for (const key of ["cfp3", "cfp3Label", "c6a2", "c6a2Label", "cnt", "OpenrouterAuditErrorCode"])
  known.add(key);

const holds = (property: (entry: AuditEntry) => void) =>
  fc.assert(fc.property(anyEntry, property), { numRuns: 150 });

describe("of whatever stands in an entry", () => {
  test("OCSF makes a valid event, with the line in it where there can be one", () => {
    holds((entry) => {
      const event = parsed(toOcsf, entry);
      expect(flawsOfOcsf(event)).toEqual([]);
      expect(event.raw_data ?? null).toBe(lineIn(entry));
    });
  });

  test("CloudEvents makes a valid event, whose attributes have no character that the specification forbids", () => {
    holds((entry) => {
      const event = parsed(toCloudEvents, entry);
      expect(flawsOfCloudEvent(event)).toEqual([]);
      new CloudEvent(structuredClone(event), true);
      const { data: _data, ...attributes } = event;
      for (const value of Object.values(attributes) as unknown[]) {
        if (typeof value !== "string") continue;
        expect(value.isWellFormed()).toBe(true);
        expect(value).not.toMatch(/[\p{Cc}\p{Noncharacter_Code_Point}]/u);
      }
    });
  });

  test("ECS makes documents that one index takes", () => {
    const index = new EcsIndex();
    holds((entry) => {
      const document = parsed(toEcs, entry);
      expect(index.flawsOf(document)).toEqual([]);
      expect((document.event as { original?: string }).original ?? null).toBe(lineIn(entry));
    });
  });

  test("CEF makes one line, in which no value becomes a field, a line, or a command for a terminal", () => {
    holds((entry) => {
      const cef = textOf(entry, toCef);
      expect(cef).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      const { header, extension } = readCef(cef);
      expect(header.slice(0, 3)).toEqual(["CEF:0", "openrouter-audit", "openrouter-audit"]);
      expect(["1", "3", "5", "8", "10"]).toContain(header[6]);
      expect([...extension.keys()].filter((key) => !known.has(key))).toEqual([]);
      const line = extension.get("OpenrouterAuditLine");
      expect(line === undefined ? null : lineOf(JSON.parse(line) as AuditEntry)).toBe(lineIn(entry));
    });
  });
});

const formats = [toOcsf, toCloudEvents, toEcs, toCef];
const validates = (entry: AuditEntry) => {
  expect(flawsOfOcsf(parsed(toOcsf, entry))).toEqual([]);
  expect(flawsOfCloudEvent(parsed(toCloudEvents, entry))).toEqual([]);
  expect(new EcsIndex().flawsOf(parsed(toEcs, entry))).toEqual([]);
  readCef(toCef(entry));
};

test("an entry of which every member is null is given, too, and so is an empty one", () => {
  const names = Object.keys(entries[0]!);
  validates(Object.fromEntries(names.map((name) => [name, null])) as unknown as AuditEntry);
  validates({} as AuditEntry);
});

test("a megabyte of metadata is given whole, and nesting without end has one", () => {
  const large = { ...entryOf("chat_completion"), metadata: { text: "ä".repeat(1 << 19) } };
  validates(large);
  for (const format of formats) expect(Buffer.byteLength(textOf(large, format))).toBeGreaterThan(1 << 20);
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`) as AuditEntry["metadata"];
  validates({ ...large, metadata: deep, detail: deep, policy: deep as never });
});

test("no format has a field for words of a prompt or an answer", () => {
  const content = { prompt: "the words of a prompt" };
  for (const entry of entries) {
    const { raw_data: _line, ...event } = toOcsf({ ...entry, content } as AuditEntry) as { raw_data: string };
    const { event: fields, ...document } = toEcs({ ...entry, content } as AuditEntry) as { event: object };
    expect(JSON.stringify([event, document, { ...fields, original: "" }])).not.toContain("words of a prompt");
  }
});

test("what the log says of itself is nobody's call", () => {
  for (const entry of entries.filter(({ event_type }) => isSystemEvent(event_type))) {
    const said = JSON.stringify([toOcsf(entry), toEcs(entry)]);
    expect(said).not.toMatch(/"(input_tokens|prompt_tokens)":0/);
    expect(toCef(entry)).not.toMatch(/ cn[12]=/);
  }
});
