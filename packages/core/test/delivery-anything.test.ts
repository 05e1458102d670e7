import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { archive, deliveryFrom, WrittenLog } from "./support/delivery-world.ts";
import { newDirectory } from "./support/journals.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { MemorySink } from "./support/memory-sink.ts";

// Whatever happens to a journal, a sink and those who deliver, in whatever order: each line comes, and those of a log in order.

type Step =
  | { readonly do: "write"; readonly log: number; readonly count: number }
  | { readonly do: "turn day" }
  | { readonly do: "archive"; readonly today: boolean }
  | { readonly do: "tear" }
  | { readonly do: "fail"; readonly times: number; readonly keeps: boolean }
  | { readonly do: "restart" }
  | { readonly do: "pass"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      log: fc.nat(2),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(4000) }) },
  fc.record({ do: fc.constant("turn day" as const) }),
  fc.record({ do: fc.constant("archive" as const), today: fc.boolean() }),
  fc.record({ do: fc.constant("tear" as const) }),
  fc.record({ do: fc.constant("fail" as const), times: fc.integer({ min: 1, max: 4 }), keeps: fc.boolean() }),
  fc.record({ do: fc.constant("restart" as const) }),
);

test("each line is delivered, and those of each log in their order, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 20 }),
      fc.integer({ min: 1, max: 10 }),
      async (steps, entries) => {
        const directory = newDirectory();
        const sink = new MemorySink("store", { entries });
        const clock = new ManualClock();
        const logs = [new WrittenLog("a"), new WrittenLog("b"), new WrittenLog("c")];
        let day = 1;
        // Each log is in a file of its own, or behind the others: as processes are that turn at midnight, one by one.
        const dayOf = [1, 1, 1];
        const path = (number: number) =>
          join(directory, `audit_2026-11-${String(number).padStart(2, "0")}.jsonl`);
        let failures = 0;
        let keeps = false;
        sink.before = (batch) => {
          if (failures === 0) return;
          failures -= 1;
          // An answer that was lost on the way.
          if (keeps) sink.lines.push(...batch.map((entry) => lineIn(logs, entry.id)));
          throw new Error("failed");
        };
        let world = deliveryFrom(directory, [sink], clock);
        for (const each of steps) {
          if (each.do === "write") {
            dayOf[each.log] = day;
            // Also one that was compressed: then there are two of its name.
            logs[each.log]!.write(path(day), each.count, new Date(clock.now()));
          } else if (each.do === "turn day") day += 1;
          else if (each.do === "archive") {
            const old = path(each.today ? day : day - 1);
            if (existsSync(old) && !existsSync(`${old}.gz`)) archive(old);
          } else if (each.do === "tear") appendFileSync(path(day), '{"torn":\n');
          else if (each.do === "fail") {
            failures = each.times;
            keeps = each.keeps;
          } else if (each.do === "pass") await clock.pass(each.ms);
          else {
            await world.close();
            world = deliveryFrom(directory, [sink], clock);
          }
        }
        await clock.pass(6_000);
        await world.idle();
        await world.close();
        for (const { lines } of logs) expect(firstOf(sink.lines, lines)).toEqual(lines);
        expect(world.codes().filter((code) => !/^SINK_(FAILING|RECOVERED)$/.test(code))).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});

function lineIn(logs: readonly WrittenLog[], id: string): string {
  return logs.flatMap(({ lines }) => lines).find((line) => line.includes(`"id":"${id}"`))!;
}

/** Those of some lines that are among others, in the order in which they came first. */
function firstOf(lines: readonly string[], wanted: readonly string[]): string[] {
  const those = new Set(wanted);
  return [...new Set(lines.filter((line) => those.has(line)))];
}
