import { readFileSync } from "node:fs";
import { toCef, toCloudEvents, toEcs, toOcsf } from "../src/index.ts";
import { entries, entryLines, vectorLines } from "./support/vectors.ts";

test.each([
  ["ocsf.jsonl", toOcsf],
  ["cloudevents.jsonl", toCloudEvents],
  ["ecs.jsonl", toEcs],
])("%s holds each entry as it is given, to the byte", (file, format) => {
  expect(entries.map((entry) => JSON.stringify(format(entry)))).toEqual(vectorLines(file));
});

test("cef.txt holds each entry as it is given, to the byte", () => {
  expect(entries.map(toCef)).toEqual(vectorLines("cef.txt"));
});

test("the vectors have every event type that the page of the entry defines", () => {
  const page = readFileSync("docs/entry-format.md", "utf8").split("## Event types")[1]!.split("\n## ")[0]!;
  const [, ...rows] = page.split("\n").filter((line) => line.startsWith("| `"));
  const defined = rows.flatMap((row) =>
    [...row.split(" | ")[0]!.matchAll(/`([a-z_.]+)`/g)].map(([, type]) => type!),
  );
  expect(defined.length).toBeGreaterThan(25);
  const found = entries.map(({ event_type }) => event_type);
  expect(found).toEqual(expect.arrayContaining(defined));
});

test("an entry is not changed by being given in a format", () => {
  for (const format of [toOcsf, toCloudEvents, toEcs, toCef]) {
    const copies = entries.map((entry) => structuredClone(entry));
    for (const copy of copies) format(copy);
    expect(copies.map((copy) => JSON.stringify(copy))).toEqual(entryLines);
  }
});
