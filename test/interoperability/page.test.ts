import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { publicKeyOf } from "@openrouter-audit/core";
import { newDirectory, secret } from "../../packages/core/test/support/journals.ts";
import { vectors } from "../../packages/core/test/support/vectors.ts";
import { journalFiles } from "./journals.ts";
import { standalonePath } from "./standalone.ts";
import { go, openssl, python, testWith } from "./tools.ts";

// The commands of docs/verify-independently.md, run as they stand there: on a journal that is sound, and on one that is not.

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = readFileSync(fromHere("../../docs/verify-independently.md"), "utf8");

/** The blocks below a heading, as one script. */
function scriptOf(heading: string): string {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))!;
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join("\n");
}

/** An empty directory with a journal of the vectors, and what the page says is there. */
function desk(journal: string): string {
  const directory = newDirectory();
  cpSync(join(vectors, "journal", journal), join(directory, "audit_logs"), { recursive: true });
  for (const path of ["docs/verify.py", "docs/verify-with-openssl.sh", "test/interoperability/verify.go"])
    cpSync(fromHere(`../../${path}`), join(directory, path.slice(path.lastIndexOf("/") + 1)));
  const shipped = join(directory, "node_modules/openrouter-audit/standalone/verify-journal.mjs");
  mkdirSync(dirname(shipped), { recursive: true });
  cpSync(standalonePath, shipped);
  return directory;
}

function run(heading: string, journal: string) {
  // The page says python3, which is to be the one that has the library.
  const path = isAbsolute(python.program) ? `${dirname(python.program)}:` : "";
  const env = { ...process.env, PATH: `${path}${process.env.PATH}`, KEY: publicKeyOf(secret) };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", scriptOf(heading)], {
    cwd: desk(journal),
    env,
  });
  return { status, said: `${stdout}${stderr}` };
}

test.each([
  ["sound", 0, /^INTACT\n/],
  ["word-edited", 1, /^TAMPERED\nROOT_MISMATCH {2}audit_2026-11-24\.jsonl:2 {2}seq 1 /],
  ["foreign-line", 2, /^INCOMPLETE\nFOREIGN_LINE {2}audit_2026-11-24\.jsonl:2 /],
])("One file, and Node: the journal %s ends with %d", (journal, status, said) => {
  expect(run("One file, and Node", journal)).toEqual({ status, said: expect.stringMatching(said) });
});

const needs: [heading: string, missing: string | null][] = [
  ["Go", go.missing],
  ["Python", python.missing],
  ["openssl", openssl.missing],
];
describe.each(needs)("%s", (heading, missing) => {
  testWith(missing)("says intact of a sound journal, and of another where it is not", () => {
    expect(run(heading, "sound")).toEqual({ status: 0, said: "intact\n" });
    const { status, said } = run(heading, "word-edited");
    expect([status, said]).toEqual([1, expect.stringMatching(/^not intact: .*audit_2026-11-24\.jsonl:2/)]);
  });
});

testWith(openssl.missing)(
  "One line by hand: the signature and the root of a first line are right, and not of another",
  () => {
    expect(run("One line by hand", "sound")).toEqual({
      status: 0,
      said: "Signature Verified Successfully\nThe root is right.\n",
    });
    expect(run("One line by hand", "line-contradicted").status).toBe(0);
    const directory = desk("sound");
    const file = join(directory, "audit_logs/audit_2026-11-24.jsonl");
    execFileSync("sed", ["-i", '1s/"pid":[0-9]*/"pid":7/', file]);
    const env = { ...process.env, KEY: "" };
    const script = scriptOf("One line by hand");
    const { status, stdout } = spawnSync("bash", ["-c", script], { cwd: directory, env });
    expect([status, `${stdout}`]).toEqual([1, expect.stringMatching(/\nTHE ROOT IS WRONG: .*\n$/)]);
  },
);

const scripts: [name: string, missing: string | null, command: readonly string[]][] = [
  ["Python", python.missing, [python.program, "verify.py"]],
  ["openssl", openssl.missing, ["bash", "verify-with-openssl.sh"]],
  ["Go", go.missing, ["go", "run", "verify.go"]],
];
describe.each(scripts)("%s", (_name, missing, [program, ...words]) => {
  testWith(missing)("takes the key from a file, and without a key or files says how it is used", () => {
    const directory = desk("sound");
    const go = { GO111MODULE: "off", GOPATH: "/usr/share/gocode" };
    const run = (...given: string[]) => {
      const options = { cwd: directory, env: { ...process.env, ...go } };
      const { status, stdout, stderr } = spawnSync(program!, [...words, ...given], options);
      return { status, stdout: `${stdout}`, stderr: `${stderr}` };
    };
    writeFileSync(join(directory, "key.txt"), `${publicKeyOf(secret)}\n`);
    const files = journalFiles(join(directory, "audit_logs"));
    expect(run("@key.txt", ...files)).toEqual({ status: 0, stdout: "intact\n", stderr: "" });
    for (const given of [[], ["@key.txt"]]) {
      const { status, stdout, stderr } = run(...given);
      expect([status === 0, stdout, stderr]).toEqual([
        false,
        "",
        expect.stringContaining("<root vkey> <file>"),
      ]);
    }
    for (const key of ["@missing.txt", "no key"]) {
      const { status, stdout, stderr } = run(key, ...files);
      expect(status).not.toBe(0);
      expect(`${stdout}${stderr}`).not.toMatch(/Traceback|panic|^intact$/m);
    }
  });
});

test("every block of the page is run here", () => {
  const languages = [...page.matchAll(/^```(\w*)$/gm)].map(([, language]) => language);
  const run = ["One file, and Node", ...needs.map(([heading]) => heading), "One line by hand"].map(scriptOf);
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  expect(languages).toEqual(blocks.flatMap(() => ["sh", ""]));
  expect(blocks.filter((block) => !run.some((script) => script.includes(block)))).toEqual([]);
});
