import { appendFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditEvents } from "../src/audit-events.ts";
import { systemEntry } from "../src/entry/draft-entry.ts";
import { Journal } from "../src/journal/journal.ts";
import type { JournalEnd } from "../src/journal/log-writer.ts";
import { rootSignerOf } from "../src/privacy/secret.ts";
import { newDirectory, secret } from "./support/journals.ts";

const service = { name: "test", version: null, instance: "host/1" };

test("after each commit the journal says how far the file is on the disk, whoever else appended to it", async () => {
  const directory = newDirectory();
  const ends: JournalEnd[] = [];
  const journal = new Journal({
    directory,
    name: "test",
    root: rootSignerOf(secret, "test"),
    service,
    library: {},
    heartbeatMs: 60_000,
    events: new AuditEvents(() => undefined),
    committed: (end) => ends.push(end),
  });
  expect(journal.end).toBeNull();
  const sizes: number[] = [];
  await journal.flush();
  const file = journal.status().file!;
  const look = () => sizes.push(statSync(join(directory, file)).size);
  look();
  await journal.append(systemEntry("anchored", service, new Date(), {}));
  look();
  appendFileSync(join(directory, file), "from somebody else\n");
  await journal.flush();
  expect(ends).toHaveLength(2);
  await journal.append(systemEntry("anchored", service, new Date(), {}));
  look();
  await journal.close("done");
  look();
  expect(ends).toEqual(sizes.map((size) => ({ file, size })));
  expect(journal.end).toEqual(ends.at(-1));
});
