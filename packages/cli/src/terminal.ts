import { createColors } from "picocolors";
import type { CommandIo } from "./command-io.ts";
import { type Readings, readingsOf } from "./readings/readings.ts";

export type Colors = ReturnType<typeof createColors>;

/** Where a command writes to, and how. */
export interface Terminal extends CommandIo {
  readonly colors: Colors;
  /** In characters; infinite when nobody looks. */
  readonly width: number;
  /** Where it is written down who reads entries; null when nobody asked for that. */
  readonly readings: Readings | null;
}

/** Colours only for a person who did not refuse them: https://no-color.org */
export function terminalOf(io: CommandIo, argv: readonly string[]): Terminal {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  const refused = argv.includes("--no-color") || Boolean(NO_COLOR) || TERM === "dumb";
  const forced = Boolean(FORCE_COLOR) && FORCE_COLOR !== "0";
  return {
    ...io,
    colors: createColors(!refused && (forced || io.stdout.isTTY === true)),
    width: io.stdout.columns || Number.POSITIVE_INFINITY,
    readings: readingsOf(io),
  };
}
