import { readFileSync, writeFileSync } from "node:fs";

const names = ["export.md", "seal.md", "verify-with-openssl.sh"];

test("packages have the pages of the format as docs/ has them: npm run pages copies them", () => {
  const copy = "packages/export/format.json";
  const linesOf = (name: string) => readFileSync(`docs/${name}`, "utf8").split("\n");
  const pages = Object.fromEntries(names.map((name) => [name, linesOf(name)]));
  if (process.env.WRITE_PAGES) writeFileSync(copy, `${JSON.stringify(pages, null, 2)}\n`);
  expect(JSON.parse(readFileSync(copy, "utf8"))).toEqual(pages);
});
