import { EntriesRejected, lineOf } from "@openrouter-audit/core";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { cloudWatchSink } from "../src/index.ts";
import { calm, clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";
import { SealedLog } from "./support/sealed.ts";

test("whatever stands in a line, the event is kept or rejected by name: no entry fails for ever", async () => {
  const fake = await startFake();
  const sink = cloudWatchSink({ logGroup, client: clientOf(fake) });
  for (const entry of await forgedEntries()) {
    for (const log of [entry.log, "", `x${"\u{1f600}".repeat(300)}y`, "a\nb"]) {
      const end = await sink.write([{ ...entry, log }], calm()).catch((error) => error);
      if (!(end === undefined || end instanceof EntriesRejected)) throw end;
    }
  }
});

test("a line with the seal of another is kept, also when the write failed between them", async () => {
  const fake = await startFake();
  const client = clientOf(fake);
  const sink = cloudWatchSink({ logGroup, client });
  const [real] = new SealedLog().add(Date.now(), {});
  const forged = { ...real!, log: "somewhere else" };
  await sink.write([real!], calm());
  fake.faults.push(undefined, "reset");
  await expect(sink.write([real!, forged], calm())).rejects.toThrow();
  await sink.write([real!, forged], calm());
  expect(new Set(await readLines(client))).toEqual(new Set([real!, forged].map(lineOf)));
});
