import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditEntry,
  AuditLog,
  type AuditSink,
  type EntryFormat,
  lineOf,
  publicKeyOf,
  textOf,
  verifyJournal,
} from "@openrouter-audit/core";
import { cloudEvents, toCef, toCloudEvents, toEcs, toOcsf } from "../src/index.ts";
import { readCef } from "./support/read-cef.ts";

const secret = "a secret that only this test knows, long enough";
const home = mkdtempSync(join(tmpdir(), "openrouter-audit-formats-"));
afterAll(() => rmSync(home, { recursive: true }));

/** A place that keeps texts, as a SIEM does. */
function siem(format: EntryFormat) {
  const kept: string[] = [];
  const sink: AuditSink = {
    name: "siem",
    write: async (batch) => {
      for (const entry of batch) kept.push(textOf(entry, format));
    },
  };
  return { kept, sink };
}

/** docs/formats.md, "Reading back". */
const lineFrom: Readonly<Record<string, (text: string) => string>> = {
  ocsf: (text) => JSON.parse(text).raw_data,
  ecs: (text) => JSON.parse(text).event.original,
  cloudevents: (text) => lineOf(JSON.parse(text).data),
  cef: (text) => lineOf(JSON.parse(readCef(text).extension.get("OpenrouterAuditLine")!) as AuditEntry),
};

test.each<[string, EntryFormat]>([
  ["ocsf", toOcsf],
  ["cloudevents", toCloudEvents],
  ["cloudevents", cloudEvents({ source: "https://shop.example/audit" })],
  ["ecs", toEcs],
  ["cef", toCef],
])("what a sink has kept as %s can be verified when it is read back", async (name, format) => {
  const { kept, sink } = siem(format);
  const directory = mkdtempSync(join(home, "journal-"));
  const audit = new AuditLog({ directory, secret, sinks: [sink], onProblem: () => undefined });
  await audit.record({
    event_type: "answer.approved",
    user_id: "ada=b\\c|\u2028\u202e👩‍🚀",
    metadata: { "odd name\n": ["\t", 1e-7, 0.1, -0, 1e21], text: "é=\"'\\" },
  });
  await audit.close();
  expect(kept).toHaveLength(3);

  const back = mkdtempSync(join(home, "read-back-"));
  const day = (JSON.parse(lineFrom[name]!(kept[0]!)) as AuditEntry).recorded_at.slice(0, 10);
  writeFileSync(join(back, `audit_${day}.jsonl`), kept.map((text) => `${lineFrom[name]!(text)}\n`).join(""));
  const { result, problems } = await verifyJournal(back, { key: publicKeyOf(secret) });
  expect({ result, problems }).toEqual({ result: "intact", problems: [] });
});
