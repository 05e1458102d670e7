import { EntriesRejected } from "@openrouter-audit/core";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { cloudWatchSink } from "../src/index.ts";
import { calm, clientOf, logGroup, startFake } from "./support/cloud.ts";

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
