import { hash } from "node:crypto";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import pino from "pino";
import { AuditEvents } from "../../../packages/core/dist/audit-events.js";
import { configOf } from "../../../packages/core/dist/config.js";
import type { EntryDraft } from "../../../packages/core/dist/entry/entry.js";
import { openLog } from "../../../packages/core/dist/open-log.js";

/** Something that writes entries to a file. */
export interface Writer {
  /** Resolves when the writer says that it has the entry, whatever it means by that. */
  write(draft: EntryDraft): Promise<unknown> | undefined;
  end(): Promise<void>;
}

/** Each writes into a directory of its own; `bytes` is what a line of the journal has. */
export const writers = {
  /** The journal as an audit log has it, with the defaults: an entry arrives as that of a call that ended. */
  journal(directory: string): Writer {
    const options = { directory, secret: "a secret that only this measurement has", name: "bench" };
    const events = new AuditEvents(({ message }) => {
      throw new Error(message);
    });
    const { recorder, release } = openLog(configOf(options), "the option", events);
    return {
      write: (draft) => recorder.append(draft, { owed: true }),
      end: () => recorder.close("close").finally(release),
    };
  },
  pino: (directory: string) => pinoWriter(directory, false),
  "pino, fsync": (directory: string) => pinoWriter(directory, true),
  /** What is written by hand before anything is measured. */
  appendFile(directory: string): Writer {
    const path = join(directory, "log.jsonl");
    let previous = "";
    return {
      write(draft) {
        const text = JSON.stringify({ ...draft, previous });
        previous = hash("sha256", text, "hex");
        return appendFile(path, `${text.slice(0, -1)},"hash":"${previous}"}\n`);
      },
      end: async () => undefined,
    };
  },
  /** What the device takes for as many lines: nothing is made, nobody else is waited for. */
  floor(directory: string, bytes: number): Writer {
    const file = openSync(join(directory, "floor"), "a");
    const lines = Buffer.alloc(bytes, "a");
    return {
      write() {
        writeSync(file, lines);
        fdatasyncSync(file);
        return undefined;
      },
      end: async () => closeSync(file),
    };
  },
} as const satisfies Record<string, (directory: string, bytes: number) => Writer>;

export type WriterName = keyof typeof writers;

/** pino says that it has written what it was given by its event `drain`; with `fsync`, after the flush. */
function pinoWriter(directory: string, fsync: boolean): Writer {
  const destination = pino.destination({ dest: join(directory, "log.jsonl"), sync: false, fsync });
  const logger = pino({ base: null }, destination);
  let drained: Promise<unknown> | null = null;
  return {
    write(draft) {
      logger.info(draft);
      drained ??= once(destination, "drain").finally(() => {
        drained = null;
      });
      return drained;
    },
    async end() {
      const closed = once(destination, "close");
      destination.end();
      await closed;
    },
  };
}
