import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { journalFile, newDirectory, sampleJournal, secret } from "./sample-journal.ts";

/** What docs/operations.md tells to be put on a host, is run here as it stands there. */
const page = readFileSync("docs/operations.md", "utf8");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]!.split("\n## ")[0]!;
const block = (text: string, language: string) =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(text)![1]!;

const yesterday = Date.now() - 86_400_000;
/** All that is not the date: what waits is to wait. */
const timers = [
  ...([
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "setImmediate",
    "clearImmediate",
  ] as const),
  ...(["nextTick", "queueMicrotask", "performance", "hrtime"] as const),
];

/** A journal that was written when it was another day. */
async function journalOf(time: number) {
  import.meta.jest.useFakeTimers({ now: time, doNotFake: timers });
  return sampleJournal((call) => call("ada", "openai/gpt-4o-mini")).finally(() =>
    import.meta.jest.useRealTimers(),
  );
}

/** A host with a journal, the command, and a mailer that keeps what it is given. */
async function host(writtenAt = Date.now()) {
  const home = newDirectory();
  const journal = await journalOf(writtenAt);
  const bin = join(home, "bin");
  mkdirSync(bin);
  const program = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o700);
  };
  program("openrouter-audit", `exec "${process.execPath}" "${resolve("packages/cli/dist/bin.js")}" "$@"`);
  program("sendmail", `cat > "${join(home, "mail")}"`);
  const run = (script: string, more: Readonly<Record<string, string>> = {}) => {
    const here = script
      .replaceAll("/srv/audit", journal)
      .replaceAll("/etc/openrouter-audit/public-key", join(journal, "public-key"))
      .replaceAll("/var/lib/audit-reads", join(home, "reads"));
    const env = { PATH: `${bin}:${process.env.PATH}`, MAILTO: "you@example.com", ...more };
    return spawnSync("sh", ["-c", here], { env, encoding: "utf8", cwd: home });
  };
  const mail = () => readFileSync(join(home, "mail"), "utf8");
  return { home, journal, run, mail };
}

test("the script mails the page, and says in the subject that there is nothing to look at", async () => {
  const { run, mail } = await host(yesterday);
  const { status, stderr } = run(block(section("A report each morning"), "sh"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [head, text, attached, end] = mail().split(/^--audit/m);
  expect(head).toMatch(
    /^To: you@example\.com\nSubject: LLM calls of yesterday: nothing to look at\nMIME-Version: 1\.0\n/,
  );
  expect(text!.trim()).toBe("Content-Type: text/plain; charset=utf-8");
  const encoded = attached!.split("\n\n")[1]!;
  expect(Buffer.from(encoded, "base64").toString()).toMatch(/^<!doctype html>.*<\/html>\n$/s);
  expect(end).toBe("--\n");
});

test("that nothing was recorded yesterday is something to look at", async () => {
  const { run, mail } = await host();
  expect(run(block(section("A report each morning"), "sh")).status).toBe(1);
  expect(mail()).toMatch(/^silent: nothing was recorded in this time; the log has /m);
});

test("what was found is in the mail, and in the exit code", async () => {
  const { journal, run, mail } = await host();
  journalFile(journal).rewrite((lines) => lines.map((line) => line.replace('"ada"', '"eve"')));
  expect(run(block(section("A report each morning"), "sh")).status).toBe(1);
  expect(mail()).toMatch(/^Subject: LLM calls of yesterday: look at this$/m);
  expect(mail()).toMatch(/^unverified: the log is tampered: /m);
  expect(mail()).toContain("filename=yesterday.html");
});

test("that there is no report is mailed too, with the reason", async () => {
  const { run, mail } = await host();
  expect(run(block(section("A report each morning"), "sh").replace("/srv/audit", "/nowhere")).status).toBe(3);
  expect(mail()).toMatch(/^Subject: LLM calls of yesterday: NO REPORT$/m);
  expect(mail()).toMatch(/^openrouter-audit: There is no journal in \/nowhere/m);
  expect(mail()).not.toContain("filename");
});

test("the line for cron says nothing as long as there is nothing to say", async () => {
  const { journal, run } = await host();
  const line = block(section("A report each morning"), "").trim();
  const command = line.replace(/^(\S+ +){5}/, "");
  expect(run(command)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  journalFile(journal).rewrite((lines) => {
    const opened = JSON.parse(lines[0]!);
    const detail = { reason: "buffer_full", count: 3, since: opened.timestamp, until: opened.timestamp };
    return [...lines, JSON.stringify({ ...opened, id: "x", seq: 9, event_type: "audit.gap", detail })];
  });
  const { status, stdout, stderr } = run(command);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.split("\n")).toContain("gaps: something is missing: 1 gap with 3 lost entries");
});

test("the units of systemd are understood by it, where it is", () => {
  const units = [...section("A report each morning").matchAll(/^```ini\n# \S+\/(\S+)\n(.*?)^```$/gms)];
  expect(units.map(([, name]) => name)).toEqual(["audit-morning.service", "audit-morning.timer"]);
  if (!existsSync("/usr/bin/systemd-analyze")) return;
  const home = newDirectory();
  for (const [, name, text] of units)
    writeFileSync(
      join(home, name!),
      text!.replace("/usr/local/bin/audit-morning", "/bin/true").replace("User=audit\n", ""),
    );
  execFileSync("systemd-analyze", ["verify", ...units.map(([, name]) => join(home, name!))], {
    stdio: "pipe",
  });
});

test("the commands that tell who read it do, one after the other, what the page says", async () => {
  const { run } = await host();
  const commands = block(section("Who read it"), "sh").replace(/=….*$/m, `="${secret}"`);
  const { status, stdout, stderr } = run(`set -e\n${commands}`, { OPENROUTER_AUDIT_SECRET: secret });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    /audit\.read: query .*parameters=\S*"match":\{"user_id":\["?ada"?\]\}.* state=begun/,
  );
  expect(stdout).toMatch(/^INTACT /m);
});
