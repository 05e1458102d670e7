import { existsSync, readdirSync, statSync } from "node:fs";
import { parseArgs } from "node:util";

/** What the demonstration was asked for cannot be done; the message says why, and what to do. */
export class UnusableOptions extends Error {}

export interface Options {
  /** The folder for the journal, as it was typed; null when nothing is kept. */
  readonly keep: string | null;
  /** Whether they talk to OpenRouter itself. */
  readonly isLive: boolean;
  readonly isHelp: boolean;
}

export const help = `Usage: npm run demo -- [options]

Runs an Express and a Nest application against a fake OpenRouter on this machine, shows and verifies what they logged, and then
what verification says of a forged copy. A key in the environment is not used, unless you say --live.

Options:
  --keep DIR  leave the journal and the public key in this folder, which must be new or empty (default: nothing is kept)
  --live      talk to OpenRouter itself, with the key in OPENROUTER_API_KEY, for a few cents
  --help      tell this`;

/** @throws UnusableOptions */
export function optionsOf(words: readonly string[]): Options {
  const { keep, live: isLive = false, help: isHelp = false } = flagsIn(words);
  if (keep === "")
    throw new UnusableOptions("--keep needs the name of a folder: npm run demo -- --keep kept");
  if (isLive && !isHelp && !process.env.OPENROUTER_API_KEY)
    throw new UnusableOptions("--live needs a key of OpenRouter in OPENROUTER_API_KEY.");
  if (keep !== undefined && !isHelp) checkFree(keep);
  return { keep: keep ?? null, isLive, isHelp };
}

interface Flags {
  readonly keep?: string;
  readonly live?: boolean;
  readonly help?: boolean;
}

function flagsIn(words: readonly string[]): Flags {
  const options = {
    keep: { type: "string" },
    live: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (cause) {
    // Without "--" npm takes the options itself, and hands on the other words.
    const [said] = (cause as Error).message.split(/\.(?:\s|$)/, 1);
    throw new UnusableOptions(`${said}. Say npm run demo -- --keep DIR, or npm run demo -- --help for more.`);
  }
}

/** The key of an earlier run is thrown away with its secret: nothing can go on writing to its journal. */
function checkFree(keep: string): void {
  if (!existsSync(keep)) return;
  if (!statSync(keep).isDirectory())
    throw new UnusableOptions(`${keep} is a file: name a folder, as in --keep kept`);
  const names = readdirSync(keep);
  if (names.length === 0) return;
  const holds = names.includes("public-key") ? "holds an earlier run" : "is not empty";
  throw new UnusableOptions(`The folder ${keep} ${holds}: name another, or remove it.`);
}
