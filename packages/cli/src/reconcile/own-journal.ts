import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type ActUnderWay,
  type AuditAct,
  type AuditEntry,
  AuditError,
  AuditLog,
  type Correction,
  type ReadingLog,
} from "@openrouter-audit/core";
import { UnusableError } from "../exit-code.ts";
import { reader } from "../readings/reader.ts";
import { readsVariable } from "../readings/readings.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";

type Io = Pick<Terminal, "env">;

/** The journal itself, to write into what is found out about it. It is opened by the first entry. */
export class OwnJournal implements ReadingLog {
  readonly #directory: string;
  readonly #io: Io;
  #log: AuditLog | null = null;

  constructor(directory: string, io: Io) {
    this.#directory = directory;
    this.#io = io;
  }

  recordAct(act: AuditAct): Promise<ActUnderWay> {
    return this.#in((log) => log.recordAct(act));
  }

  recordCorrection(correction: Correction): Promise<AuditEntry> {
    return this.#in((log) => log.recordCorrection(correction));
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  async #in<T>(work: (log: AuditLog) => Promise<T>): Promise<T> {
    try {
      const { OPENROUTER_AUDIT_SECRET: secret, OPENROUTER_AUDIT_ROOT_KEY_FILE: pem } = this.#io.env;
      this.#log ??= new AuditLog({
        directory: this.#directory,
        ...(secret && { secret }),
        ...(pem && { rootKey: { pem } }),
        service: { name: "openrouter-audit", version },
        onProblem: () => undefined,
      });
      const log = this.#log;
      return await log.run(reader(this.#io.env), () => work(log));
    } catch (cause) {
      if (!(cause instanceof AuditError)) throw cause;
      throw new UnusableError(`Nothing can be written to ${this.#directory}. ${cause.message}`, { cause });
    }
  }
}

/**
 * Where it is recorded that somebody compares the log: docs/entry-format.md, "Readings".
 *
 * @param own the journal; null when the place is none
 * @throws UnusableError when that is nowhere, and nobody said that it should not be
 */
export function actsIn(
  own: { readonly directory: string; readonly journal: OwnJournal } | null,
  unrecorded: boolean,
  { env, readings }: Pick<Terminal, "env" | "readings">,
): ReadingLog | null {
  if (unrecorded) return null;
  if (readings !== null) return readings;
  const hasKey =
    env.OPENROUTER_AUDIT_SECRET ||
    env.OPENROUTER_AUDIT_ROOT_KEY_FILE ||
    (own && existsSync(join(own.directory, "secret")));
  if (own && hasKey) return own.journal;
  throw new UnusableError(
    `Who compares a log with others is recorded, and here is nowhere to: set OPENROUTER_AUDIT_SECRET, or ${readsVariable} to a journal for it. ` +
      "With a copy of a log, say --unrecorded.",
  );
}
