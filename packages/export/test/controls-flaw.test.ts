import { readFileSync } from "node:fs";
import { join } from "node:path";
import { controlsFlaw } from "../src/content/controls-flaw.ts";
import { exportPackage } from "../src/index.ts";
import { newDirectory } from "./support/sealed-days.ts";

const matrix = readFileSync("docs/controls.json", "utf8");
const without = (member: string) => {
  const { [member]: _left, ...rest } = JSON.parse(matrix);
  return JSON.stringify(rest);
};

test.each<[string, string]>([
  ["{", "no JSON"],
  ["[]", "no object"],
  ['{"a":1}', "version"],
  [without("controls"), "controls"],
  [without("frameworks"), "frameworks"],
  [matrix.replace('"we_do"', '"does"'), "controls\\[0\\] has no"],
])("what is no control matrix is not handed over as one: %#", async (controls, flaw) => {
  const out = join(newDirectory(), "bag");
  const refused = exportPackage("nowhere", { since: new Date(0), until: new Date(1), out, controls });
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(new RegExp(`controls.schema.json.*${flaw}`)),
  });
});

test("that of the project is one", () => expect(controlsFlaw(matrix)).toBeNull());
