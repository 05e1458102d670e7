import fc from "fast-check";
import { Activity } from "../src/activity.ts";
import type { LoggedCall } from "../src/logged-calls.ts";
import { groupOf } from "../src/sums.ts";
import { setAgainst } from "../src/unrecorded-calls.ts";

const models = ["openai/gpt-5-mini", "anthropic/claude-sonnet-4.5"];
const providers = ["OpenAI", "Azure"];
const days = ["2026-10-01", "2026-10-02"];
const first = Date.parse("2026-10-01T00:00:00.000Z");

const call = fc.record({
  at: fc.integer({ min: first - 7_200_000, max: first + 2 * 86_400_000 + 7_200_000 }),
  model: fc.constantFrom(...models, null),
  provider: fc.constantFrom(...providers, null),
  status: fc.constantFrom("success", "aborted", "error"),
});
const room = fc.array(
  fc.record({
    day: fc.constantFrom(...days),
    model: fc.constantFrom(...models),
    provider: fc.constantFrom(...providers),
    requests: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 6 },
);

test("no group is given more calls than there is room for, and none is left out where there is room", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), room, (made, rows) => {
      const activity = new Activity();
      for (const day of days) {
        const ofDay = rows.filter((row) => row.day === day);
        activity.add(
          day,
          ofDay.map(({ model, provider, requests }) => ({
            model,
            slug: null,
            provider,
            requests,
            prompt_tokens: 0,
            completion_tokens: 0,
            cost_usd: 0,
          })),
        );
      }
      const calls = made.map(({ at, model, provider, status }, index): LoggedCall => {
        const group = { day: new Date(at).toISOString().slice(0, 10), model, provider };
        return {
          entry: `entry-${index}`,
          generationId: `gen-${index}`,
          at,
          eventType: "chat_completion",
          status,
          httpStatus: 200,
          modelServed: model,
          group,
          facts: { cost_usd: null, prompt_tokens: null, completion_tokens: null, cancelled: true },
          isCorrected: false,
        };
      });
      const counted = setAgainst(activity, calls, (key) => activity.sums.of(key).requests);
      const taken = new Map<string, number>();
      for (const placed of counted.values())
        if (placed.kind === "counted") taken.set(placed.key, (taken.get(placed.key) ?? 0) + 1);
      const left = (key: string) => activity.sums.of(key).requests - (taken.get(key) ?? 0);
      expect([...taken.keys()].filter((key) => left(key) < 0)).toEqual([]);
      for (const { entry, group } of calls) {
        const fits = activity.keysOf(group.day).filter((key) => {
          const { model, provider } = groupOf(key);
          return (group.model ?? model) === model && (group.provider ?? provider) === provider;
        });
        if (counted.get(entry)!.kind !== "counted") expect(fits.filter((key) => left(key) > 0)).toEqual([]);
      }
    }),
  );
});
