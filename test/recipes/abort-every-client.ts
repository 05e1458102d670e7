// Run by side-by-side.test.ts in a process without jest, which has a second `Error` and `DOMException`: clients ask of which
// class an error is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuditEntry, AuditLog, readJournal } from "@openrouter-audit/core";
import { startFakeOpenRouter } from "@openrouter-audit/testing";
import { type AnyClient, everyClient } from "../support/every-client.ts";
import { secret } from "../support/fixed.ts";

const plain = globalThis.fetch;
const seen: Record<string, unknown> = {};

for (const [name, open] of Object.entries(everyClient)) {
  const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-"));
  const fake = await startFakeOpenRouter();
  const audit = new AuditLog({ directory, secret, baseURL: fake.url });
  fake.next({ text: "one two three four", stall: { afterChunks: 4 } });
  const ended = await abortStream(open({ fake, audit }));
  globalThis.fetch = plain;
  await sleep(50);
  await audit.close();
  await fake.close();
  const entries: Partial<AuditEntry>[] = [];
  for await (const { status, response_complete, user_id } of readJournal(directory))
    entries.push({ status, response_complete, user_id });
  rmSync(directory, { recursive: true });
  seen[name] = { ended, entries };
}
console.log(JSON.stringify(seen));

async function abortStream(client: AnyClient): Promise<string> {
  const controller = new AbortController();
  try {
    for await (const _ of await client.stream(controller.signal)) controller.abort();
  } catch (error) {
    return `throws ${(error as Error).name}`;
  }
  return "the loop ends, nothing is thrown";
}
