import { createColors } from "picocolors";
import { type Readings, readingsOf } from "./readings/readings.ts";

/** A stream to write to, and whether a person sits at its other end. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything a command touches besides files and the network. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asked for only by what is told to read it. */
  readonly stdin?: () => NodeJS.ReadableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A signal that aborts when the person has had enough (SIGINT, SIGTERM). Asked for only by what runs until then. */
  readonly untilInterrupted: () => AbortSignal;
}

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
