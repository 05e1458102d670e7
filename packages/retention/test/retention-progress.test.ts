import { planRetention, type RetentionProgress, retain } from "../src/index.ts";
import { oldJournal, root } from "./support/old-journal.ts";

const now = () => new Date("2026-11-26T12:00:00.000Z");

test("how far it is with verifying, reading and compressing is told, never backwards and never beyond its end", async () => {
  const { directory } = oldJournal();
  const told: RetentionProgress[] = [];
  const onProgress = (progress: RetentionProgress) => told.push(progress);
  await planRetention(directory, {}, { now, onProgress });
  expect(new Set(told.splice(0).map(({ doing }) => doing))).toEqual(new Set(["verifying", "planning"]));
  await retain(directory, {}, { root, now, onProgress });
  for (const doing of ["verifying", "planning", "compressing"] as const) {
    const part = told.filter((each) => each.doing === doing);
    const bytes = part.map((each) => each.bytes);
    expect(bytes).toEqual([...bytes].sort((one, other) => one - other));
    expect([bytes.at(-1), new Set(part.map(({ totalBytes }) => totalBytes)).size]).toEqual([
      part[0]!.totalBytes,
      1,
    ]);
  }
});
