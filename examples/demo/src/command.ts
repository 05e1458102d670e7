import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import colors from "picocolors";

const package_ = createRequire(import.meta.url).resolve("openrouter-audit/package.json");

/** Runs the command as a person would, in view. Resolves with its exit code. */
export async function openRouterAudit(words: readonly string[]): Promise<number> {
  console.log(colors.dim(`$ openrouter-audit ${words.join(" ")}`));
  const command = spawn(process.execPath, [join(dirname(package_), "dist", "bin.js"), ...words], {
    stdio: "inherit",
  });
  const [code] = (await once(command, "exit")) as [number];
  console.log(colors.dim(`exit code ${code}`));
  return code;
}
