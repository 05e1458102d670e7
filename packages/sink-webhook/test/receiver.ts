import { appendFile, open } from "node:fs/promises";
import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import express from "express";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.OPENROUTER_AUDIT_WEBHOOK_SECRET!);
const taken = new Set<string>(); // of a real receiver: the primary key of a table

export const app = express();

// What is signed are the bytes of the body: verify them before anything parses it. The usual limit, 100 kB, is too small.
app.post("/audit", express.text({ type: "application/json", limit: "2mb" }), async (request, response) => {
  let entries: AuditEntry[];
  try {
    const headers = request.headers as Record<string, string>;
    entries = (webhook.verify(request.body, headers) as { data: AuditEntry[] }).data;
  } catch {
    response.status(401).json({ error: "The signature does not fit, or is older than five minutes." });
    return;
  }
  // An entry may come again, in the same batch or in another: its place in its log tells.
  const placeOf = ({ log, seq }: AuditEntry) => `${log} ${seq}`;
  const bad = entries.filter(({ schema_version }) => schema_version !== 1);
  const fresh = entries.filter((entry) => !bad.includes(entry) && !taken.has(placeOf(entry)));
  await appendFile("received.jsonl", fresh.map((entry) => `${lineOf(entry)}\n`).join(""));
  const file = await open("received.jsonl");
  await file.sync().finally(() => file.close());
  for (const entry of fresh) taken.add(placeOf(entry));

  // Answer when it is on the disk, not before. What can never be taken is named; everything else must be kept by then.
  const rejected = bad.map(({ id }) => ({ id, reason: "its schema_version is not 1" }));
  if (rejected.length > 0) response.status(422).json({ rejected });
  else response.sendStatus(204);
});
