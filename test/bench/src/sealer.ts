import { createHash } from "node:crypto";
import type { AuditEntry } from "@openrouter-audit/core";
import { LogSealer } from "../../../packages/core/dist/seal/log-sealer.js";
import { newSigner } from "../../../packages/core/dist/seal/signed-note.js";
import { answerParent, settingOfChild } from "./child.ts";
import { canonical } from "./plain-canonical.ts";
import { draftLike } from "./sealed-journal.ts";

/** What is done with entries: seal so many at a time, sign nothing but checkpoints, or restringify and hash them. */
export type Work =
  | { readonly how: "seal"; readonly commit: number }
  | { readonly how: "sign" | "restringify" };

export interface WorkCost {
  /** For each entry, or each signature. */
  readonly cpuUs: number;
  /** Of a line, without its signature. */
  readonly lineBytes: number;
}

const entry = settingOfChild<AuditEntry>();
const sealer = new LogSealer("bench");
const signer = newSigner("bench");

answerParent(
  async ({ work, times }: { work: Work; times: number }): Promise<WorkCost> => {
    const drafts = Array.from({ length: times }, () => draftLike(entry));
    globalThis.gc?.();
    const before = process.cpuUsage();
    const bytes = done(work, drafts);
    const { user, system } = process.cpuUsage(before);
    return { cpuUs: (user + system) / times, lineBytes: bytes / times };
  },
  () => undefined,
);

function done(work: Work, drafts: ReturnType<typeof draftLike>[]): number {
  const now = new Date();
  let bytes = 0;
  if (work.how === "seal") {
    for (let start = 0; start < drafts.length; start += work.commit) {
      const { lines, sealed } = sealer.seal(drafts.slice(start, start + work.commit), now);
      if (!sealed.every((each) => "chain_hash" in each)) throw new Error("An entry was not sealed.");
      bytes += lines.length;
    }
  } else if (work.how === "restringify") {
    for (const draft of drafts) {
      const text = canonical(JSON.parse(JSON.stringify(draft)));
      bytes += createHash("sha256").update(text).digest("base64").length + text.length;
    }
  } else {
    for (const { id } of drafts) bytes += signer.sign(`bench\n1\n${id}\n`).length;
  }
  return bytes;
}
