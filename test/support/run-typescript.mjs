// Lets a plain Node process run the tests' TypeScript: `node --import ./test/support/run-typescript.mjs file.ts`.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "@swc/core";

if (isMainThread) register(import.meta.url);

const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } };

export async function load(url, context, next) {
  if (!/\.m?ts$/.test(url)) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), options);
  return { format: "module", source: code, shortCircuit: true };
}
