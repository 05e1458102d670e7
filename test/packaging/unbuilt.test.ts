import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository, run } from "./packed-packages.ts";

/** A clone in which nothing was built yet, and an application beside it. */
const home = mkdtempSync(join(tmpdir(), "openrouter-audit-unbuilt-"));
const clone = join(home, "clone");
const application = join(home, "application");

beforeAll(() => {
  mkdirSync(join(clone, "packages"), { recursive: true });
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(repository, file), join(clone, file));
  const isSource = (path: string) => !["dist", "test", "node_modules"].includes(basename(path));
  for (const folder of ["core", "express"]) {
    const path = join("packages", folder);
    cpSync(join(repository, path), join(clone, path), { recursive: true, filter: isSource });
  }
  // What `npm ci` does: others' packages, and links to our own.
  const modules = join(clone, "node_modules");
  mkdirSync(join(modules, "@openrouter-audit"), { recursive: true });
  for (const name of readdirSync(join(repository, "node_modules")))
    if (name !== "@openrouter-audit")
      symlinkSync(join(repository, "node_modules", name), join(modules, name));
  symlinkSync(join(clone, "packages/core"), join(modules, "@openrouter-audit/core"));
  mkdirSync(application);
  writeFileSync(join(application, "package.json"), '{ "private": true }');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("what the README says of trying it from a clone packs what is built meanwhile, and installs it", async () => {
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  const [, pack] = /^npm ci && (npm pack .*?) +#/m.exec(readme)!;
  const [, install] = /^(npm install ~\/.*?) +#/m.exec(readme)!;
  const at = (line: string) => line.replaceAll("~", home);
  await run(clone, "sh", "-c", at(pack!));
  await run(
    application,
    "sh",
    "-c",
    `${at(install!)} --prefer-offline --no-audit --no-fund --ignore-scripts`,
  );
  const entries = `
    const { auditMiddleware } = require("@openrouter-audit/express");
    import("@openrouter-audit/express").then((imported) => {
      console.log(typeof auditMiddleware, typeof imported.auditMiddleware);
    });`;
  await expect(run(application, process.execPath, "-e", entries)).resolves.toBe("function function\n");
}, 120_000);
