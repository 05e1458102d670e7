import { join } from "node:path";
import { EntryProver, type ProvenStretch, type UnprovenEntry } from "@openrouter-audit/core/seal";
import { linesIn } from "./log-lines.ts";
import type { CountOptions } from "./population.ts";

/** Which entries of the days are wanted. */
export interface Wanted {
  readonly form: "users" | "subject";
  /** As entries have them: `identifierOf`. */
  readonly users: readonly string[];
  readonly since: Date;
  readonly until: Date;
}

/** Takes single lines out of the files of a journal, and makes their proofs meanwhile. */
export class Selection {
  readonly #directory: string;
  readonly #files: readonly string[];
  readonly #wanted: Wanted;
  readonly #prover: EntryProver;
  #examined = 0;
  #acts = 0;
  readonly #found = new Set<unknown>();

  constructor(directory: string, files: readonly string[], wanted: Wanted, trusted: readonly string[]) {
    this.#directory = directory;
    this.#files = files;
    this.#wanted = wanted;
    this.#prover = new EntryProver(trusted);
  }

  /** How many entries of the period were looked at. */
  get examined(): number {
    return this.#examined;
  }

  /** The users of whom there is no entry. */
  get withoutEntries(): readonly string[] {
    return this.#wanted.users.filter((user) => !this.#found.has(user));
  }

  /** How many entries were left out that say what that person did with the log: they name others. */
  get actsLeftOut(): number {
    return this.#acts;
  }

  /** The lines as they stand in the journal, each with LF; one that stands there again comes once. */
  async *lines({ signal, onFile }: CountOptions = {}): AsyncGenerator<Uint8Array> {
    const { form, users, since, until } = this.#wanted;
    // No filter of a query: in those `*` stands for other people.
    const named = new Set<unknown>(users);
    const [first, last] = [since.toISOString(), until.toISOString()];
    const taken = new Set<string>();
    for (const file of this.#files) {
      signal?.throwIfAborted();
      for await (const { line, entry } of linesIn(join(this.#directory, file))) {
        if (!entry) continue;
        const isOfPeriod = entry.recordedAt >= first && entry.recordedAt < last;
        if (isOfPeriod) this.#examined += 1;
        const isNamed = isOfPeriod && named.has(entry.entry.user_id);
        const isAct = form === "subject" && isActOnLog(entry.eventType);
        if (isNamed && isAct) this.#acts += 1;
        const isWanted = isNamed && !isAct;
        const key = isWanted ? `${entry.log}\n${entry.seq}\n${entry.leafHash}` : "";
        const isNew = isWanted && !taken.has(key);
        this.#prover.add(entry, { file, line: line.number }, isNew);
        if (!isNew) continue;
        taken.add(key);
        this.#found.add(entry.entry.user_id);
        yield Buffer.concat([line.bytes, lineEnd]);
      }
      onFile?.(file);
    }
  }

  /** When all lines were taken. */
  proofs(): { readonly stretches: readonly ProvenStretch[]; readonly unproven: readonly UnprovenEntry[] } {
    return this.#prover.finish();
  }
}

/** Whether an entry is about the log and not about a call: a hold, an export, a question. */
export function isActOnLog(eventType: string): boolean {
  return eventType.startsWith("audit.");
}

const lineEnd = Buffer.from("\n");
