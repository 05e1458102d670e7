import { statSync } from "node:fs";
import {
  type ActUnderWay,
  type AuditAct,
  type AuditEntry,
  AuditError,
  AuditLog,
  type Correction,
  journalFiles,
  type ReadingLog,
} from "@openrouter-audit/core";
import type { CommandIo } from "../command-io.ts";
import { UnusableError } from "../exit-code.ts";
import { visible } from "../format/visible.ts";
import { version } from "../version.ts";
import { reader } from "./reader.ts";

export const readsVariable = "OPENROUTER_AUDIT_READS_DIR";
/** The secret of that journal, where the application's is at hand for other things, such as to sign a package. */
export const readsSecretVariable = "OPENROUTER_AUDIT_READS_SECRET";

/** Whose log it is, and what to say when it cannot be written. */
export interface ReadingsOptions {
  /** The name of its keys. @default "openrouter-audit" */
  readonly name?: string | undefined;
  /** Who wants it there, and what else can be done. */
  readonly because?: string;
  /** Its secret. @default what the environment says of the application's key */
  readonly secret?: string | undefined;
}

/** The journal that says who read what with this command. It is opened by the first reading, and closed when the command ends. */
export class Readings implements ReadingLog {
  readonly #directory: string;
  readonly #io: Pick<CommandIo, "env" | "stderr">;
  readonly #options: ReadingsOptions;
  #log: AuditLog | null = null;
  #isRefused = false;

  constructor(directory: string, io: Pick<CommandIo, "env" | "stderr">, options: ReadingsOptions = {}) {
    this.#directory = directory;
    this.#io = io;
    this.#options = options;
  }

  /** @throws UnusableError when it cannot be written down: then nothing is to be done */
  recordAct(act: AuditAct): Promise<ActUnderWay> {
    return this.#written("Nothing was done", (log) => log.recordAct(act));
  }

  /** @throws UnusableError when it cannot be written down */
  recordCorrection(correction: Correction): Promise<AuditEntry> {
    return this.#written("Nothing was corrected", (log) => log.recordCorrection(correction));
  }

  /** @throws UnusableError when its end could not be written */
  async close(): Promise<void> {
    try {
      await this.#log?.close();
    } catch (cause) {
      // Why was said.
      if (this.#isRefused) return;
      throw this.#refusal("It was done, and that it is over is not written down", cause);
    }
  }

  async #written<T>(otherwise: string, write: (log: AuditLog) => Promise<T>): Promise<T> {
    try {
      this.#log ??= this.#open();
      const log = this.#log;
      return await log.run(reader(this.#io.env), () => write(log));
    } catch (cause) {
      this.#isRefused = true;
      throw this.#refusal(otherwise, cause);
    }
  }

  #open(): AuditLog {
    const { env } = this.#io;
    const { secret = env.OPENROUTER_AUDIT_SECRET } = this.#options;
    const pem = this.#options.secret === undefined ? env.OPENROUTER_AUDIT_ROOT_KEY_FILE : undefined;
    return new AuditLog({
      directory: this.#directory,
      ...(this.#options.name !== undefined && { name: this.#options.name }),
      ...(secret && { secret }),
      ...(pem && { rootKey: { pem } }),
      service: { name: "openrouter-audit", version },
      ...(isOfSingleWriters(this.#directory) && { files: "per_process" }),
      onProblem: ({ code, message }) => {
        // Why something fails is said once, by what fails.
        if (code !== "JOURNAL_UNWRITABLE") this.#io.stderr.write(`${visible(message, "\n")}\n`);
      },
    });
  }

  #refusal(what: string, cause: unknown): unknown {
    if (!(cause instanceof AuditError)) return cause;
    const { because = readsVariable } = this.#options;
    const message = `${what}: who does what is to be recorded in ${this.#directory} (${because}). ${cause.message}`;
    return new UnusableError(message, { cause });
  }
}

/** Where processes write files of their own, the file system does not append whole writes: so must this one. */
function isOfSingleWriters(directory: string): boolean {
  const isDirectory = statSync(directory, { throwIfNoEntry: false })?.isDirectory();
  return isDirectory === true && journalFiles(directory).some((file) => /^audit_[\d-]{10}_/.test(file));
}

/** Where the readings of a command are recorded; null when nobody asked for that. */
export function readingsOf({ env, stderr }: Pick<CommandIo, "env" | "stderr">): Readings | null {
  const directory = env[readsVariable];
  const secret = env[readsSecretVariable] || undefined;
  return directory ? new Readings(directory, { env, stderr }, { secret }) : null;
}
