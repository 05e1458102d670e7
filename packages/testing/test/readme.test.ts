import { readFile } from "node:fs/promises";
import { modalityCatalogue, modelCatalogue } from "../src/index.ts";

test.each([
  "./example.test.ts",
  "./reconcile-example.test.ts",
  "./example-sink.test.ts",
  "./flaky-example.test.ts",
])("the README shows %s, which the tests run", async (path) => {
  const read = (file: string) => readFile(new URL(file, import.meta.url), "utf8");
  expect(await read("../README.md")).toContain(`\`\`\`ts\n${await read(path)}\`\`\``);
});

test("the page about sinks shows ./file-sink.test.ts, which the tests run", async () => {
  const read = (file: string) => readFile(new URL(file, import.meta.url), "utf8");
  expect(await read("../../../docs/sinks.md")).toContain(
    `\`\`\`ts\n${await read("./file-sink.test.ts")}\`\`\``,
  );
});

test("the README has every option, with the default and the meaning that its docstring has", async () => {
  const read = (file: string) => readFile(new URL(file, import.meta.url), "utf8");
  const rows = [...(await read("../README.md")).matchAll(/^\| `(\w+)` +\|[^|]*\| (.*?) +\| (.*) \|$/gm)];
  const source = /interface FakeOpenRouterOptions \{(.*?)^\}/ms.exec(
    await read("../src/fake-openrouter.ts"),
  )![1]!;
  const options = [...source.matchAll(/\/\*\* (?:(.*?)\.? )?@default (.*?) \*\/\s+readonly (\w+)\?:/g)];
  expect(options.length).toBe(source.match(/readonly \w+\?:/g)!.length);
  const plain = (text = "") => text.replace(/[`:,.]|\[|\]\(.*?\)/g, "").toLowerCase();
  for (const [, meaning, byDefault, name] of options) {
    const row = rows.find(([, option]) => option === name);
    if (!row) throw new Error(`The README does not have the option ${name}.`);
    if (meaning) expect(plain(row[3])).toBe(plain(meaning));
    if (name !== "script") expect(plain(row[2])).toContain(plain(byDefault).split(" ")[0]);
  }
});

test("the README names every model that there is", async () => {
  const page = await readFile(new URL("../README.md", import.meta.url), "utf8");
  for (const { id } of [...modelCatalogue, ...modalityCatalogue]) expect(page).toContain(`\`${id}\``);
});
