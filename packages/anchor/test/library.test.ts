import { readFileSync } from "node:fs";
import { library } from "../src/library.ts";

test("an anchor log names the package and its version as they are", () => {
  const { name, version } = JSON.parse(readFileSync("packages/anchor/package.json", "utf8"));
  expect(library).toEqual({ name, version });
});
