import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { systemEntry } from "../src/entry/draft-entry.ts";
import { AuditLog, readJournal } from "../src/index.ts";
import { library } from "../src/library.ts";

const core = fileURLToPath(new URL("..", import.meta.url));
const published = readFileSync(join(core, "schema/entry.schema.json"), "utf8");

test("the published schema is the one made from the type", () => {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const made = join(directory, "entry.schema.json");
  execFileSync("npm", ["run", "--silent", "schema", "-w", "packages/core", "--", "--out", made], {
    stdio: "pipe",
  });
  const [ours, theirs] = [published, readFileSync(made, "utf8")].map((text) => JSON.parse(text));
  rmSync(directory, { recursive: true });
  expect(ours).toEqual(theirs);
}, 60_000);

test("every kind of entry satisfies the schema, and none that lacks a member does", async () => {
  const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false }));
  const validate = ajv.compile(JSON.parse(published));
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const fake = await startFakeOpenRouter();
  const options = {
    directory,
    secret: "s".repeat(32),
    baseURL: fake.url,
    apiKey: "sk-or-v1-test",
    heartbeatMs: 1000,
  };
  const audit = new AuditLog(options);
  await audit.ask("hello", {
    userId: "ada",
    model: "openai/gpt-5-mini",
    metadata: { nested: [{ a: null }] },
  });
  fake.next({ error: 402 });
  await audit.ask("hello", { userId: "ada", model: "openai/gpt-5-mini" }).catch(() => undefined);
  await audit.fetch(`${fake.url}/models`).then((response) => response.text());
  await audit.record({ event_type: "answer.approved" });
  await audit.close();
  await fake.close();
  const kinds = new Set<string>();
  for await (const entry of readJournal(directory, { system: true })) {
    kinds.add(entry.event_type);
    const isCall = ["chat_completion", "catalogue"].includes(entry.event_type);
    if (isCall) expect(entry.exchange_id).toMatch(/^[0-9a-f-]{14}7/);
    else expect(entry.exchange_id).toBeNull();
    expect({ valid: validate(entry), errors: validate.errors, entry }).toMatchObject({ valid: true });
    const { cost_usd: _cost, ...without } = entry;
    expect(validate(without)).toBe(false);
    expect(validate({ ...entry, status: "" })).toBe(false);
  }
  rmSync(directory, { recursive: true });
  expect([...kinds].sort()).toEqual([
    "answer.approved",
    "audit.closed",
    "audit.opened",
    "catalogue",
    "chat_completion",
  ]);
});

test("what a log says of itself satisfies the schema: a beginning, a silence, a loss, an end", async () => {
  const validate = addFormats.default(new Ajv({ strict: false })).compile(JSON.parse(published));
  const service = { name: "a", version: null, instance: "host/1" };
  const place = {
    log: "a/host/1",
    seq: 0,
    recorded_at: new Date().toISOString(),
    chain_hash: "",
    signature: "",
  };
  for (const event of ["opened", "heartbeat", "gap", "closed"] as const) {
    const entry = { ...systemEntry(event, service, new Date(), { links: [{ size: 1 }] }), ...place };
    expect([event, validate(entry), validate.errors]).toEqual([event, true, null]);
  }
});

test("the library names itself as its package does", () => {
  const { name, version } = JSON.parse(readFileSync(join(core, "package.json"), "utf8"));
  expect(library).toEqual({ name, version });
});
