import fc from "fast-check";
import { RunningCalls } from "../src/shutdown/running-calls.ts";

const calls = fc.array(fc.record({ which: fc.nat(9), begins: fc.boolean() }), { maxLength: 60 });

test("calls that begin and end in any order are the members a set would have, and the last to end tells", () => {
  fc.assert(
    fc.property(calls, (steps) => {
      const all = Array.from({ length: 10 }, () => ({ place: -1 }));
      const model = new Set<object>();
      let told = 0;
      let expected = 0;
      const running = new RunningCalls(() => {
        told += 1;
      });
      for (const { which, begins } of steps) {
        const call = all[which]!;
        if (begins && !model.has(call)) {
          model.add(call);
          running.add(call);
        } else if (!begins) {
          if (model.delete(call) && model.size === 0) expected += 1;
          running.delete(call);
        }
        expect(running.size).toBe(model.size);
        expect(new Set(running)).toEqual(model);
        expect(told).toBe(expected);
      }
    }),
  );
});
