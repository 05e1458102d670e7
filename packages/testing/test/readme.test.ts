import { readFile } from "node:fs/promises";

test("the README shows the example that the tests run", async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
  expect(await read("../README.md")).toContain(`\`\`\`ts\n${await read("./example.test.ts")}\`\`\``);
});
