import { type OperationName, operations } from "../support/clients/operations.ts";
import { clientsFor, runScenario, type Scenario } from "../support/scenario.ts";
import { scenarios } from "./scenarios.ts";

const kindred = [/^openai \d/, /^fetch\(/];

/**
 * Of clients that differ in little (the versions of openai, the two ways to call fetch) one at a time, so that the scenarios
 * of each operation meet all of them; all at a time where EVERY_CLIENT is set.
 */
function clientsInTurn(scenario: Scenario): ReturnType<typeof clientsFor> {
  const all = clientsFor(scenario);
  if (process.env.EVERY_CLIENT) return all;
  const turn = scenarios.indexOf(scenario) + Object.keys(operations).indexOf(scenario.operation);
  return all.filter(({ name }) => {
    const kin = all.filter((other) => kindred.some((kind) => kind.test(name) && kind.test(other.name)));
    return kin.length === 0 || kin[turn % kin.length]!.name === name;
  });
}

/** Runs all scenarios of some operations with every kind of client that can express them, bare and audited. */
export function describeTransparency(...names: readonly OperationName[]): void {
  describe.each(scenarios.filter(({ operation }) => names.includes(operation)))(
    "$title",
    (scenario: Scenario) => {
      test.each(clientsInTurn(scenario))(
        "is the same to $name and to OpenRouter, bare and audited",
        async (client) => {
          const { entries, requests } = await runScenario(client, scenario);
          expect(entries).toHaveLength(requests.length);
          const { eventType, method } = operations[scenario.operation];
          for (const [index, entry] of entries.entries()) {
            const { status, generationId } = requests[index]!;
            expect(entry).toMatchObject({
              event_type: eventType,
              method,
              attempt: index + 1,
              http_status: status,
              ...(generationId && { generation_id: generationId }),
              ...scenario.entries[index],
            });
          }
          expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(1);
        },
      );
    },
  );
}
