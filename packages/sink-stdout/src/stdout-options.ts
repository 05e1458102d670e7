import { AuditError, type EntryFormat } from "@openrouter-audit/core";

export interface StdoutSinkOptions {
  /** Where the lines go. It is never ended. @default process.stdout */
  readonly stream?: NodeJS.WritableStream;
  /** What is written of an entry, on one line. @default the exact line of the journal */
  readonly format?: EntryFormat;
  /**
   * The longest line that the collector takes whole, in bytes of UTF-8 without LF, at least 1024. A longer one is set aside
   * with the reason: a collector that cuts or drops it says nothing. @default any
   */
  readonly maxLineBytes?: number;
  /** @default "stdout" */
  readonly name?: string;
}

/** @throws AuditError `INVALID_OPTIONS` for the first that is wrong */
export function checkedOptions(given: StdoutSinkOptions): StdoutSinkOptions {
  const { stream, format, maxLineBytes, name } = given;
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new AuditError(
      "INVALID_OPTIONS",
      `There is no option "${unknown}" of stdoutSink. The options are: ${known.join(", ")}.`,
    );
  if (stream !== undefined && typeof stream?.write !== "function") throw wrong("stream", "a writable stream");
  if (format !== undefined && typeof format !== "function") throw wrong("format", "a function of an entry");
  if (maxLineBytes !== undefined && !(Number.isSafeInteger(maxLineBytes) && maxLineBytes >= 1024))
    throw wrong("maxLineBytes", "a whole number of bytes, at least 1024");
  if (name !== undefined && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name))
    throw wrong("name", "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit");
  return given;
}

const known = ["stream", "format", "maxLineBytes", "name"];

function wrong(option: string, rule: string): AuditError {
  return new AuditError("INVALID_OPTIONS", `Option "${option}" of stdoutSink is not right: must be ${rule}.`);
}
