import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { columns, indexes } from "../src/schema/columns.ts";

const page = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
const section = (title: string) => page.split(`\n## ${title}\n`)[1]!.split("\n## ")[0]!;

test("the page has every column of the table, in no more and no fewer words", () => {
  const rows = [...section("The table").matchAll(/^\| (`[^|]*`) \|/gm)];
  const named = rows.flatMap(([, cell]) => [...cell!.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!));
  expect(named.sort()).toEqual(columns.map(({ name }) => name).sort());
});

test("what is indexed is a column, and what is cut to be indexed is indexed", () => {
  const names = columns.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...new Set(indexes.flat())]));
  const cut = columns.filter(({ from }) => from({ functionOf: () => "" } as never).startsWith("left("));
  expect(cut.map(({ name }) => name)).toEqual(["user_id", "model", "generation_id"]);
  for (const { name } of cut) expect(indexes.flat()).toContain(name);
});

test("the page names every SQLSTATE that the errors have words for", () => {
  const source = readFileSync(fileURLToPath(new URL("../src/explain.ts", import.meta.url)), "utf8");
  const states = [...source.matchAll(/^ {4}"?([0-9][0-9A-Z]{4})"?:/gm)].map(([, state]) => state!);
  expect(states.length).toBeGreaterThan(10);
  const told = section("Bad days");
  for (const state of states.filter((each) => !["42P10", "53200", "57P03"].includes(each)))
    expect(told).toContain(state);
});
