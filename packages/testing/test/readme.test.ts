import { readFile } from "node:fs/promises";

test.each(["./example.test.ts", "./example-sink.test.ts", "./flaky-example.test.ts"])(
  "the README shows %s, which the tests run",
  async (path) => {
    const read = (file: string) => readFile(new URL(file, import.meta.url), "utf8");
    expect(await read("../README.md")).toContain(`\`\`\`ts\n${await read(path)}\`\`\``);
  },
);

test("the page about sinks shows ./file-sink.test.ts, which the tests run", async () => {
  const read = (file: string) => readFile(new URL(file, import.meta.url), "utf8");
  expect(await read("../../../docs/sinks.md")).toContain(
    `\`\`\`ts\n${await read("./file-sink.test.ts")}\`\`\``,
  );
});
