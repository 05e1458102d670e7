import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const filters = {
  filter: 'select(.user_id == $user and .event_type != "call_started") | .id',
  report: "[.user_id, .model, .provider, .status, .total_tokens, .cost_usd, .latency_ms] | @tsv",
};

/** GB a second, of the first files of a journal; null when there is no jq. What it prints is thrown away: of a report it is only the reading. */
export async function jqSpeed(
  directory: string,
  what: keyof typeof filters,
  user: string,
  mostBytes: number,
): Promise<number | null> {
  const files: string[] = [];
  let bytes = 0;
  for (const name of readdirSync(directory)
    .filter((each) => each.endsWith(".jsonl"))
    .sort()) {
    if (bytes >= mostBytes) break;
    files.push(join(directory, name));
    bytes += statSync(join(directory, name)).size;
  }
  const begun = performance.now();
  const child = spawn("jq", ["-r", "--arg", "user", user, filters[what], ...files], { stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`jq ended with code ${code}.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return bytes / (performance.now() - begun) / 1e6;
}
