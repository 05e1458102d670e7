import type { EntryFormat } from "@openrouter-audit/core";
import {
  entryFormat,
  nameOfSink,
  type OptionRules,
  objectWith,
  wholeNumber,
} from "@openrouter-audit/core/sink";

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

export const optionRules: OptionRules<StdoutSinkOptions> = {
  stream: objectWith("write", "a writable stream"),
  format: entryFormat,
  maxLineBytes: wholeNumber("bytes", 1024),
  name: nameOfSink,
};
