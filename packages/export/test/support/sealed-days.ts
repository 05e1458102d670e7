import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { withAnchorLog } from "@openrouter-audit/anchor";
import {
  draftEntry,
  type EntryDraft,
  issueDelegation,
  LogSealer,
  rootSigner,
  systemEntry,
} from "@openrouter-audit/core/seal";

export const secret = "a secret for tests only, 32 bytes or longer";
export const otherSecret = "another secret for tests only, 32 bytes or longer";
export const root = rootSigner(secret, "openrouter-audit");
export const otherRoot = rootSigner(otherSecret, "openrouter-audit");
export const now = new Date("2026-11-06T12:00:00.000Z");
export const users = ["ada", "grace", "edsger", "barbara"];

const service = { name: "test-service", version: null, instance: "host/1" };
const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

export function newDirectory(): string {
  // Where files are written and then flushed: on a disk, that is most of the time.
  const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const directory = mkdtempSync(join(place, "openrouter-audit-export-"));
  made.push(directory);
  return directory;
}

/** One log, whose lines are sealed without waiting for anything. */
class Log {
  readonly #sealer: LogSealer;
  readonly #files: Map<string, Buffer[]>;
  readonly #key: { readonly log_key: string; readonly delegation: string };
  #day = "";
  #newest = Buffer.of();
  #links: readonly object[] = [];

  private constructor(files: Map<string, Buffer[]>, delegation: string, sealer: LogSealer) {
    this.#files = files;
    this.#sealer = sealer;
    this.#key = { log_key: sealer.vkey, delegation };
  }

  /** @param made the time in its UUID */
  static async begin(
    files: Map<string, Buffer[]>,
    day: string,
    before: readonly Log[] = [],
    made = new Date(day),
  ): Promise<Log> {
    const sealer = new LogSealer("openrouter-audit", uuidOf(made));
    const log = new Log(
      files,
      await issueDelegation(root, sealer.origin, sealer.vkey, new Date(day)),
      sealer,
    );
    log.#links = before.map(({ head }) => head);
    log.#on(day);
    return log;
  }

  /** Its newest signed line. */
  get head(): object {
    const { log, seq, chain_hash, signature } = JSON.parse(
      this.#newest.toString().trimEnd().split("\n").at(-1)!,
    );
    return { log, size: seq + 1, chain_hash, signature, ...this.#key };
  }

  #commit(drafts: readonly EntryDraft[], time: Date): void {
    const lines = Buffer.from(this.#sealer.seal(drafts, time).lines);
    const of = this.#files.get(this.#day) ?? [];
    this.#files.set(this.#day, [...of, lines]);
    this.#newest = lines;
  }

  #on(day: string): void {
    const isFirst = this.#day === "";
    if (this.#day === day) return;
    this.#day = day;
    const time = new Date(`${day}T08:00:00.000Z`);
    const said = { ...this.#key, heartbeat_ms: 60_000 };
    this.#commit(
      [
        isFirst
          ? systemEntry("opened", service, time, {
              seal: 1,
              node: process.version,
              ...said,
              links: this.#links as never,
              torn_files: [],
            })
          : systemEntry("heartbeat", service, time, { ...said, frontier: this.#sealer.frontier }),
      ],
      time,
    );
  }

  calls(day: string, count: number, of: readonly string[] = users, metadata?: object): void {
    this.#on(day);
    for (let index = 0; index < count; index += 3) {
      const time = new Date(`${day}T09:${String(index % 60).padStart(2, "0")}:00.000Z`);
      const drafts = [0, 1, 2]
        .slice(0, count - index)
        .map((more) => callOf(of[(index + more) % of.length]!, time, metadata));
      this.#commit(drafts, time);
    }
  }

  /** Somebody hands out what others did. */
  act(day: string, user_id: string, about: string): void {
    this.#on(day);
    const time = new Date(`${day}T09:30:00.000Z`);
    const detail = { doing: "package", state: "begun", parameters: { user: [about] } };
    const attribution = { how: "authenticated", source: "test" };
    const draft = { timestamp: time.toISOString(), event_type: "audit.exported", user_id, service };
    this.#commit([draftEntry({ ...draft, attribution, status: "success", detail } as never)], time);
  }

  close(day: string): void {
    this.#on(day);
    const time = new Date(`${day}T10:00:00.000Z`);
    this.#commit([systemEntry("closed", service, time, { reason: "close" })], time);
  }
}

/** RFC 9562, section 5.7 */
function uuidOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}

let calls = 0;
function callOf(user: string, time: Date, metadata: object = { note: `of ${user}` }): EntryDraft {
  calls += 1;
  const id = `01a20ff7-6428-72ec-8d31-${String(calls).padStart(12, "0")}`;
  return draftEntry({
    id,
    timestamp: time.toISOString(),
    event_type: "chat_completion",
    user_id: user,
    attribution: { how: "authenticated", source: "test" },
    service,
    exchange_id: id,
    model: "openai/gpt-4o-mini",
    status: "success",
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    cost_usd: 0.001,
    metadata,
  } as never);
}

/** A journal of 2 to 5 November, of three logs, the first day an archive, with an anchor log that notes a hold. */
export async function sealedDays(
  act?: { readonly by: string; readonly about: string },
  isHeld = true,
): Promise<string> {
  const directory = newDirectory();
  const files = new Map<string, Buffer[]>();
  const long = await Log.begin(files, "2026-11-02");
  long.calls("2026-11-02", 10);
  long.calls("2026-11-03", 14);
  const short = await Log.begin(files, "2026-11-03");
  short.calls("2026-11-03", 7);
  short.close("2026-11-03");
  long.calls("2026-11-04", 12);
  long.close("2026-11-04");
  const last = await Log.begin(files, "2026-11-05", [short, long]);
  last.calls("2026-11-05", 5);
  if (act) last.act("2026-11-05", act.by, act.about);
  last.close("2026-11-05");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "public-key"), `${root.vkey}\n`);
  for (const [day, lines] of files) {
    const bytes = Buffer.concat(lines);
    const isArchive = day === "2026-11-02";
    const name = `audit_${day}.jsonl${isArchive ? ".gz" : ""}`;
    writeFileSync(join(directory, name), isArchive ? gzipSync(bytes) : bytes);
  }
  await withAnchorLog(
    { directory, root, now: () => new Date("2026-11-05T20:00:00.000Z") },
    async (anchors) => {
      if (!isHeld) return;
      await anchors.note(
        "hold",
        { action: "add", hold: "01a20ff7-6428-72ec-8d31-b424d3e6e5bb", users: ["grace"], reason: "a case" },
        { user_id: "barbara", attribution: { how: "authenticated", source: "test" } },
      );
    },
  );
  return directory;
}

/**
 * A journal of 2 to 5 November, of several hosts. The clock of one was a day behind: its log of 3 November knows that `long` had gone on, and two
 * logs that have no line of that day, one of which has its UUID.
 */
export async function sealedBehind(): Promise<string> {
  const files = new Map<string, Buffer[]>();
  const long = await Log.begin(files, "2026-11-02");
  long.calls("2026-11-02", 3);
  long.calls("2026-11-03", 3);
  const short = await Log.begin(files, "2026-11-03");
  short.calls("2026-11-03", 3);
  short.close("2026-11-03");
  const running = await Log.begin(files, "2026-11-03");
  running.calls("2026-11-03", 3);
  running.close("2026-11-04");
  const midnight = await Log.begin(files, "2026-11-04", [], new Date("2026-11-03T23:59:59.999Z"));
  midnight.close("2026-11-04");
  const next = await Log.begin(files, "2026-11-04");
  next.close("2026-11-04");
  long.calls("2026-11-04", 3);
  const behind = await Log.begin(files, "2026-11-03", [short, long, midnight, next]);
  behind.close("2026-11-03");
  long.close("2026-11-05");
  const directory = newDirectory();
  writeFileSync(join(directory, "public-key"), `${root.vkey}\n`);
  for (const [day, lines] of files)
    writeFileSync(join(directory, `audit_${day}.jsonl`), Buffer.concat(lines));
  return directory;
}

/** A journal of 3 November alone: two calls of each. */
export async function sealedCallsOf(names: readonly string[], metadata?: object): Promise<string> {
  const directory = newDirectory();
  const files = new Map<string, Buffer[]>();
  const log = await Log.begin(files, "2026-11-03");
  log.calls("2026-11-03", 2 * names.length, names, metadata);
  log.close("2026-11-03");
  writeFileSync(join(directory, "public-key"), `${root.vkey}\n`);
  for (const [day, lines] of files)
    writeFileSync(join(directory, `audit_${day}.jsonl`), Buffer.concat(lines));
  return directory;
}
