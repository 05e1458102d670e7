import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import colors from "picocolors";
import { openRouterAudit } from "./command.ts";
import { help, type Options, optionsOf, UnusableOptions } from "./options.ts";
import { type Service, startService } from "./service.ts";
import { upstream } from "./upstream.ts";
import { visits } from "./visits.ts";

const { keep, isLive } = askedFor();
const began = performance.now();
const directory = keep ? resolve(keep) : mkdtempSync(join(tmpdir(), "openrouter-audit-demo-"));
const openRouter = await upstream({ isLive });
const jwtSecret = randomBytes(32).toString("hex");
const environment = {
  ...process.env,
  ...openRouter.environment,
  JWT_SECRET: jwtSecret,
  OPENROUTER_AUDIT_DIR: directory,
  OPENROUTER_AUDIT_SECRET: randomBytes(32).toString("hex"),
  PORT: "0",
};

heading("Two applications, each its own process, one journal");
console.log(`  ${openRouter.description}`);
const services = await Promise.all([
  startService("Express", "express-chat-example", environment),
  startService("Nest", "nest-chat-example", environment),
]);
for (const { name, url } of services) console.log(`  ${name.padEnd(8)} ${colors.dim(url)}`);

heading("What their users do");
await visits(services[0] as Service, services[1] as Service, openRouter, jwtSecret);
await Promise.all(services.map((service) => service.stop()));
await openRouter.close();

heading("Who sent what, to which model, when, at what cost?");
await openRouterAudit(["query", directory]);

heading("Did anybody change that list?");
const publicKey = readFileSync(join(directory, "public-key"), "utf8").trim();
const intact = await openRouterAudit(["verify", directory, "--key", publicKey]);

heading("Somebody changes one byte in a copy");
const copy = mkdtempSync(join(tmpdir(), "openrouter-audit-copy-"));
console.log(`  ${flipOneByte(directory, copy)}`);
const tampered = await openRouterAudit(["verify", copy, "--key", publicKey]);
rmSync(copy, { recursive: true });

console.log();
if (keep) {
  console.log(`The journal and the public key are in ${directory}. Try:`);
  console.log(`  npx openrouter-audit query ${keep} --user ada --wide`);
  console.log(`  npx openrouter-audit report ${keep} -o report.html`);
  console.log(`  npx openrouter-audit verify ${keep} --key @${join(keep, "public-key")}`);
} else {
  rmSync(directory, { recursive: true });
  console.log(
    "Nothing was kept. `npm run demo -- --keep DIR` leaves the journal for you to try the commands on.",
  );
}
console.log(colors.dim(`Done in ${((performance.now() - began) / 1000).toFixed(1)} s.`));
process.exitCode = intact === 0 && tampered === 1 ? 0 : 1;

function askedFor(): Options {
  try {
    const options = optionsOf(process.argv.slice(2));
    if (!options.isHelp) return options;
    console.log(help);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UnusableOptions)) throw error;
    console.error(error.message);
    process.exit(3);
  }
}

function heading(text: string): void {
  console.log(`\n${colors.bold(colors.cyan(text))}`);
}

/** Copies a journal and makes one user of it another: `ada` becomes `adb`. */
function flipOneByte(from: string, to: string): string {
  for (const file of readdirSync(from)) copyFileSync(join(from, file), join(to, file));
  const file = readdirSync(to).find((name) => name.endsWith(".jsonl"));
  if (!file) throw new Error(`There is no journal in ${from}.`);
  const bytes = readFileSync(join(to, file));
  const at = bytes.indexOf('"user_id":"ada"') + '"user_id":"ad'.length;
  bytes[at] = "b".charCodeAt(0);
  writeFileSync(join(to, file), bytes);
  const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  return `In line ${line} of ${file}, "user_id":"ada" is now "user_id":"adb".`;
}
