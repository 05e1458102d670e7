import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AuditEntry, lineOf, textOf } from "@openrouter-audit/core";
import { toCef, toCloudEvents, toOcsf } from "@openrouter-audit/formats";
import { entries, vectorLines } from "../../packages/formats/test/support/vectors.ts";
import { jsonSchema, lognorm, testWith } from "./tools.ts";

// What validators and parsers of others find in the documents of the vectors, and of entries that somebody forged.

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const forged = [
  " cs1=evil suid=root",
  "x\\= a=b",
  "\\",
  "|",
  "\r\nCEF:0|a|b|1|x|y|10|suid=root",
  "\u2028\x1b[31m",
].map((text) => ({
  ...entries[1]!,
  user_id: text,
  model: text,
  event_type: `odd${text}`,
  error_message: text,
}));

describe("Python's jsonschema", () => {
  const testWithSchema = testWith(jsonSchema.missing);
  const flawsOf = (schema: string, documents: readonly string[], ...definitions: string[]) => {
    const path = fromHere(`../vectors/schemas/${schema}`);
    const words = [fromHere("schema.py"), path, ...definitions];
    const said = execFileSync(jsonSchema.program, words, { input: documents.join("\n"), encoding: "utf8" });
    return said
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);
  };
  const none = (documents: readonly string[]) => documents.map(() => []);

  testWithSchema("finds every event valid for its class in the schema of OCSF", () => {
    const classes = [
      "6003=event_api_activity",
      "1008=event_event_log_actvity",
      "2004=event_detection_finding",
    ];
    const events = [...vectorLines("ocsf.jsonl"), ...forged.map((entry) => textOf(entry, toOcsf))];
    expect(flawsOf("ocsf-1.8.0-app.schema.json", events, ...classes)).toEqual(none(events));
    const wrong = JSON.stringify({ ...JSON.parse(events[1]!), time: "now" });
    expect(flawsOf("ocsf-1.8.0-app.schema.json", [wrong], ...classes)[0]).not.toEqual([]);
  });

  testWithSchema("finds every event valid for the schema of CloudEvents", () => {
    const events = [
      ...vectorLines("cloudevents.jsonl"),
      ...forged.map((entry) => textOf(entry, toCloudEvents)),
    ];
    expect(flawsOf("cloudevents-1.0.schema.json", events)).toEqual(none(events));
    expect(flawsOf("cloudevents-1.0.schema.json", ["{}"])[0]).not.toEqual([]);
  });
});

describe("liblognorm, with which rsyslog reads CEF", () => {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  interface Read {
    readonly SignatureID: string;
    readonly Severity: string;
    readonly Extensions: Readonly<Record<string, string>>;
  }
  const read = (lines: readonly string[]): readonly Read[] => {
    const rules = join(directory, "cef.rulebase");
    writeFileSync(rules, "version=2\nrule=:%event:cef%\n");
    // It loses the first letter of the extension where no space stands before it.
    const input = lines.map((line) => `${line.replace(/^((?:(?:\\.|[^\\|])*\|){7})/, "$1 ")}\n`).join("");
    const said = execFileSync("lognormalizer", ["-r", rules, "-e", "json"], { input, encoding: "utf8" });
    return said
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly event: Read }).event);
  };

  testWith(lognorm.missing)(
    "reads every entry of the vectors, and its line is the line that was sealed",
    () => {
      const events = read(vectorLines("cef.txt"));
      expect(events.map(({ SignatureID }) => SignatureID)).toEqual(
        entries.map(({ event_type }) => event_type),
      );
      expect(events.map(({ Extensions }) => Extensions.externalId)).toEqual(entries.map(({ id }) => id));
      const lines = events.map(({ Extensions }) =>
        lineOf(JSON.parse(Extensions.OpenrouterAuditLine!) as AuditEntry),
      );
      expect(lines).toEqual(vectorLines("entries.jsonl"));
    },
  );

  testWith(lognorm.missing)(
    "finds no field in what somebody forged but those there are, with the values they have",
    () => {
      const events = read(forged.map((entry) => toCef(entry)));
      const expected = read([toCef(forged[3]!)])[0]!;
      expect(events).toHaveLength(forged.length);
      for (const [index, { Severity, Extensions }] of events.entries()) {
        expect(Severity).toBe(expected.Severity);
        expect(Object.keys(Extensions)).toEqual(Object.keys(expected.Extensions));
        const { user_id } = JSON.parse(Extensions.OpenrouterAuditLine!) as AuditEntry;
        expect(user_id).toBe(forged[index]!.user_id);
        expect(Extensions.suid).toBe(user_id!.replace("\u2028\x1b", "\\u{2028}\\u{1b}"));
      }
    },
  );
});
