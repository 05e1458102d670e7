import { readFileSync } from "node:fs";
import { extension } from "../src/cef/extension.ts";
import { ecsFields } from "../src/ecs/ecs-fields.ts";
import { ownFields } from "../src/ecs/own-fields.ts";
import { toCloudEvents } from "../src/index.ts";
import { apiActivity } from "../src/ocsf/api-activity.ts";
import { baseEvent } from "../src/ocsf/base-event.ts";
import { detectionFinding } from "../src/ocsf/detection-finding.ts";
import { eventLogActivity } from "../src/ocsf/event-log-activity.ts";
import { unmapped } from "../src/ocsf/unmapped.ts";
import { entries } from "./support/vectors.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const page = readFileSync("docs/formats.md", "utf8");
const said = new Set([...page.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
const rows = page
  .split("## Members")[1]!
  .split("\n## ")[0]!
  .split("\n")
  .filter((line) => line.startsWith("| `") || line.startsWith("| the line"))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const inColumn = (column: number) =>
  rows.flatMap((row) => [...row[column]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));

test("the page has a row for every member of an entry", () => {
  const members = inColumn(1)
    .map((name) => name.split(".")[0]!)
    .filter(Boolean);
  expect([...new Set(members)].sort()).toEqual(Object.keys(entries[0]!).sort());
});

test.each([
  [
    "OCSF",
    2,
    [baseEvent, apiActivity, eventLogActivity, detectionFinding, unmapped]
      .flatMap(Object.keys)
      .concat("raw_data"),
  ],
  ["ECS", 3, [ecsFields, ownFields].flatMap(Object.keys)],
  ["CEF", 4, extension.map(({ key }) => key).concat("OpenrouterAuditLine")],
  ["CloudEvents", 5, Object.keys(toCloudEvents({ ...entries[1]!, metadata: { traceparent } }))],
])("what the page says of %s is what there is", (_format, column, fields) => {
  expect(fields.filter((name) => !said.has(name))).toEqual([]);
  const claimed = inColumn(column).filter(
    (name) => !/^(how|route|gen_ai\.request|trace|openrouter\.ai|source|type|data)$|[ …]/.test(name),
  );
  const members = new Set(Object.keys(entries[0]!));
  expect(claimed.filter((name) => !fields.includes(name) && !members.has(name))).toEqual([]);
});
