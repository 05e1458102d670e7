import { verifyJournal } from "@openrouter-audit/core";
import { inPackage } from "../src/content/verification.ts";
import { sealedDays } from "./support/sealed-days.ts";

test("where a package was made is in none of its paths, and what a finding quotes is as it was found", async () => {
  const journal = await sealedDays();
  const found = await verifyJournal(journal, { anchors: `${journal}/anchor` });
  const place = journal.slice(0, journal.lastIndexOf("/"));
  const name = journal.slice(place.length + 1);
  const message = `${place}/quoted by a line`;
  const problem = { verdict: "GAP", result: "incomplete", log: null, seq: null, at: null, message } as const;
  const { paths, anchor, anchors, problems } = inPackage({ ...found, problems: [problem] }, [place]);
  expect([paths, anchor?.directory]).toEqual([[name], `${name}/anchor`]);
  expect(anchors).toEqual([anchor]);
  expect(problems[0]?.message).toBe(message);
});
