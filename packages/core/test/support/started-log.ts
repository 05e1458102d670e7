import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { v7 as uuidv7 } from "uuid";
import { draftEntry, systemEntry } from "../../src/entry/draft-entry.ts";
import type { EntryDraft, JsonObject } from "../../src/entry/entry.ts";
import { rootSignerOf } from "../../src/privacy/secret.ts";
import { issueDelegation } from "../../src/seal/delegation.ts";
import { LogSealer } from "../../src/seal/log-sealer.ts";
import type { NoteSigner } from "../../src/seal/signed-note.ts";
import { newDirectory, secret } from "./journals.ts";

const service = { name: "test-service", version: null, instance: "host/1" };

/** A process on a machine that nobody can look at from here. */
export const elsewhere = {
  host: "elsewhere",
  pid: 7,
  machine: null,
  boot: null,
  pid_namespace: null,
  started: null,
};

export const root = rootSignerOf(secret, "openrouter-audit");

/** A log with starts that a test decides on, sealed as logs are. Each method gives the line of one commit, without line end. */
export class StartedLog {
  readonly sealer = new LogSealer("openrouter-audit");
  readonly terms: JsonObject;

  constructor(terms: JsonObject = {}, certifiedBy: NoteSigner = root) {
    const { origin, vkey: log_key } = this.sealer;
    const delegation = issueDelegation(certifiedBy, origin, log_key, new Date());
    const promised = { guarantee: "write_ahead", heartbeat_ms: 60_000, process: elsewhere };
    this.terms = { log_key, delegation, ...promised, ...terms };
  }

  opened(at: Date): string {
    return this.line(systemEntry("opened", service, at, this.terms), at);
  }

  heartbeat(at: Date): string {
    const { frontier } = this.sealer;
    return this.line(systemEntry("heartbeat", service, at, { ...this.terms, frontier }), at);
  }

  closed(at: Date): string {
    return this.line(systemEntry("closed", service, at, { reason: "close" }), at);
  }

  start(exchange_id: string, at: Date, more: Partial<EntryDraft> = {}): string {
    return this.line(startOf(exchange_id, at, more), at);
  }

  end(exchange_id: string, at: Date, more: Partial<EntryDraft> = {}): string {
    return this.line(
      call({
        exchange_id,
        timestamp: at.toISOString(),
        event_type: "chat_completion",
        status: "success",
        ...more,
      }),
      at,
    );
  }

  line(draft: EntryDraft, at: Date): string {
    return this.commit([draft], at)[0]!;
  }

  /** The lines of one commit; only the last of them is signed. */
  commit(drafts: readonly EntryDraft[], at: Date): string[] {
    return this.sealer.seal(drafts, at).lines.toString().trimEnd().split("\n");
  }
}

export function startOf(exchange_id: string, at: Date, more: Partial<EntryDraft> = {}): EntryDraft {
  return call({
    exchange_id,
    timestamp: at.toISOString(),
    event_type: "call_started",
    status: "unknown",
    detail: { event_type: "chat_completion" },
    ...more,
  });
}

function call(
  known: Partial<EntryDraft> & Pick<EntryDraft, "event_type" | "status" | "timestamp">,
): EntryDraft {
  return draftEntry({
    id: uuidv7(),
    service,
    attribution: { how: "authenticated", source: "context" },
    ...known,
  });
}

/** A journal with these lines in these files; of a name that ends in `.gz` compressed. */
export function journalWith(files: Readonly<Record<string, readonly string[]>>): string {
  const directory = newDirectory();
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => `${line}\n`).join("");
    writeFileSync(join(directory, name), name.endsWith(".gz") ? gzipSync(text) : text);
  }
  return directory;
}
