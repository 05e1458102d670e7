import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { journalFilesIn, linesIn, newDirectory, openLog } from "./support/journals.ts";
import { MemorySink } from "./support/memory-sink.ts";

// Nobody has verified what stands in a journal, and whoever may append to it must not stop the delivery.

const nested = `${"[".repeat(30)}${"]".repeat(30)}`;

test.each([
  ["a lone surrogate", '"\\uD800"', "it has a lone surrogate"],
  ["a lone surrogate in a name", '{"\\udc00":1}', "it has a lone surrogate"],
  ["a number beyond all numbers", "-1e999", "it has a number beyond all numbers"],
  ["more nesting than any place takes", nested, "it is nested deeper than 24"],
])(
  "lines with %s are set aside at once, however many they are, and all others are delivered",
  async (_what, forged, flaw) => {
    const directory = newDirectory();
    const before = openLog(directory);
    await before.log.record({ event_type: "test.event" });
    await before.log.close();
    const [file] = journalFilesIn(directory);
    const genuine = linesIn(directory);
    // More than what delivery compares a poisonous entry with.
    const lines = Array.from({ length: 70 }, (_, index) =>
      genuine
        .at(-1)!
        .replace(/"id":"[^"]*"/, `"id":"forged-${index}"`)
        .replace('"metadata":{}', `"metadata":${forged}`),
    );
    expect(lines[0]).toContain(forged);
    appendFileSync(join(directory, file!), `${lines.join("\n")}\n`);

    const sink = new MemorySink();
    const after = openLog(directory, { sinks: [sink] });
    await after.log.record({ event_type: "test.event" });
    await after.log.flush();
    expect(sink.lines.slice(0, genuine.length)).toEqual(genuine);
    expect(sink.lines.at(-1)).toBe(linesIn(directory, journalFilesIn(directory).at(-1)!).at(-1));
    const letters = readFileSync(join(directory, "delivery", "memory.rejected.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(letters.map((letter) => JSON.parse(letter).line)).toEqual(lines);
    expect(JSON.parse(letters[0]!).reason).toBe(`no line can be written of it: ${flaw}`);
    expect(new Set(after.problems.map(({ code }) => code))).toEqual(new Set(["ENTRY_REJECTED"]));
    await after.log.close();
  },
);
