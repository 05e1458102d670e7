import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { folders, PackedProject, repository, run } from "./packed-packages.ts";

let project: PackedProject;

beforeAll(async () => {
  project = await PackedProject.install({ packed: folders, npm: ["--legacy-peer-deps"] });
}, 160_000);

afterAll(() => project?.remove());

describe.each(folders)("%s", (folder) => {
  const files = () => {
    const all = readdirSync(project.installed(folder), { recursive: true, withFileTypes: true });
    return all.filter((file) => file.isFile()).map((file) => join(file.parentPath ?? file.path, file.name));
  };
  const relative = (file: string) => file.slice(project.installed(folder).length + 1);
  const manifestOf = (path: string) => JSON.parse(readFileSync(join(path, "package.json"), "utf8"));

  test("publint has nothing to say", async () => {
    const pkgDir = project.installed(folder);
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("its types resolve the way its code does", async () => {
    const { tarball } = project.packages.get(folder)!;
    // Some have the same entries, made the same way: to try one of them is to try all, and each takes seconds.
    const entriesOf = (of: string) => {
      const { type, main, types, exports } = manifestOf(project.installed(of));
      return JSON.stringify({ type, main, types, exports });
    };
    const isTried = folder !== "sink-stdout" && entriesOf(folder) === entriesOf("sink-stdout");
    if (!isTried) await run(repository, "npx", "attw", tarball, "--no-emoji");
  }, 30_000);

  test("holds sources and what was built from them, nothing else", () => {
    const expected =
      /^(LICENSE|bin\.js|README\.md|CHANGELOG\.md|package\.json|(controls|format)\.json|src\/.+\.m?ts|schema\/.+\.json|standalone\/verify-journal\.mjs|dist\/.+\.(m?js|d\.m?ts)(\.map)?)$/;
    const unexpected = /(^|\/)(tests?|__tests__|fixtures)\/|\.(test|spec)\./;
    const names = files().map(relative);
    expect(names.filter((name) => !expected.test(name) || unexpected.test(name))).toEqual([]);
  });

  // A source that is gone leaves its output behind, where `tsc -b` does not look again: npm run clean.
  test("every built file has its source map, and every source map its sources", () => {
    const sourcesMissing = files()
      .filter((file) => /^dist\/.*\.(m?js|m?ts)$/.test(relative(file)))
      .filter((file) => {
        const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };
        return sources.length === 0 || !sources.every((source) => existsSync(join(dirname(file), source)));
      });
    expect(sourcesMissing.map(relative)).toEqual([]);
  });

  test("tells nothing about the machine it was built on", () => {
    const revealing = [repository, `${homedir()}/`, "file:///"];
    const telling = files().filter((file) => {
      const text = readFileSync(file, "utf8");
      return revealing.some((path) => text.includes(path));
    });
    expect(telling.map(relative)).toEqual([]);
  });

  test("names its licence, the Node versions, and the version of the release", () => {
    const manifest = manifestOf(project.installed(folder));
    const { license, engines } = manifestOf(repository);
    const { version } = JSON.parse(readFileSync(join(repository, "lerna.json"), "utf8"));
    expect(manifest).toMatchObject({
      license,
      engines,
      version,
      description: expect.stringMatching(/.{40}/),
    });
    expect(readFileSync(join(project.installed(folder), "LICENSE"), "utf8")).toBe(
      readFileSync(join(repository, "LICENSE"), "utf8"),
    );
  });

  test("asks for the very versions of ours that it was released with", () => {
    const { version, dependencies = {}, peerDependencies = {} } = manifestOf(project.installed(folder));
    const ours = (given: object) => Object.entries(given).filter(([name]) => /openrouter-audit/.test(name));
    // What is made of several of ours has them exactly; what is put beside core works with those that are compatible.
    expect(ours(dependencies).filter(([, wanted]) => wanted !== version)).toEqual([]);
    expect(ours(peerDependencies).filter(([, wanted]) => wanted !== `^${version}`)).toEqual([]);
    const wanted = { ...dependencies, ...peerDependencies };
    expect("@openrouter-audit/core" in wanted).toBe(folder !== "core");
  });
});

test("core needs neither openai, nor OpenTelemetry, nor a framework", async () => {
  expect(existsSync(project.path("node_modules/openai"))).toBe(false);
  expect(existsSync(project.path("node_modules/@opentelemetry"))).toBe(false);
  const script = `
    const { AuditLog, newSecret } = require("@openrouter-audit/core");
    const { startFakeOpenRouter } = require("@openrouter-audit/testing");
    startFakeOpenRouter({ script: [{ text: "Hello." }] }).then(async (openrouter) => {
      const audit = new AuditLog({ directory: "journal", secret: newSecret(), baseURL: openrouter.url });
      console.log(await audit.ask("Say hello.", { userId: "ada", model: "openai/gpt-5-mini" }));
      await audit.close();
      await openrouter.close();
    });`;
  await expect(project.run("node", "-e", script)).resolves.toBe("Hello.\n");
}, 60_000);

test("the command runs from its tarball", async () => {
  await expect(project.run("npx", "--no-install", "openrouter-audit", "--help")).resolves.toMatch(
    /^Usage: openrouter-audit/,
  );
}, 60_000);

test("the verifier of one file runs from the tarball with node alone, wherever it is copied", async () => {
  const journal = join(repository, "test/vectors/journal");
  const { public_key, now } = JSON.parse(readFileSync(join(journal, "expected.json"), "utf8"));
  const copy = join(mkdtempSync(join(tmpdir(), "openrouter-audit-standalone-")), "verify-journal.mjs");
  copyFileSync(join(project.installed("cli"), "standalone/verify-journal.mjs"), copy);
  const verify = (name: string) =>
    run(dirname(copy), process.execPath, copy, join(journal, name), "--key", public_key, "--now", now);
  await expect(verify("sound")).resolves.toMatch(/^INTACT\n/);
  await expect(verify("word-edited")).rejects.toThrow("ROOT_MISMATCH  audit_2026-11-24.jsonl:2  seq 1");
  rmSync(dirname(copy), { recursive: true });
}, 60_000);
