import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UnusableError } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Where it is kept what was answered. Of the same question the same, so that --resume needs no name: `7d` is another moment each time, and the
 * same days. A service may have no home: then nothing is kept, and that is said.
 *
 * @throws UnusableError when there is no such place, and --resume needs it
 */
export function statePlace(
  about: string,
  { resume = false }: { readonly resume?: boolean },
  { env, stderr }: Pick<Terminal, "env" | "stderr">,
): string | undefined {
  const name = createHash("sha256")
    .update(about.replace(/T[\d:.]+Z/g, ""))
    .digest("hex")
    .slice(0, 16);
  try {
    const home = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
    const directory = join(home, "openrouter-audit");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK);
    return join(directory, `reconcile-${name}.jsonl`);
  } catch (cause) {
    const message = `there is no place to keep what is answered (--state FILE names one): ${(cause as Error).message}`;
    if (resume) throw new UnusableError(`Cannot go on with anything: ${message}.`, { cause });
    stderr.write(`This run cannot be resumed: ${message}.\n`);
    return undefined;
  }
}
