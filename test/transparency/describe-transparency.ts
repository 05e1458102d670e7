import { type OperationName, operations } from "../support/clients/operations.ts";
import { clientsFor, runScenario, type Scenario } from "../support/scenario.ts";
import { scenarios } from "./scenarios.ts";

/** Runs all scenarios of some operations with every client that can express them, bare and audited. */
export function describeTransparency(...names: readonly OperationName[]): void {
  describe.each(scenarios.filter(({ operation }) => names.includes(operation)))(
    "$title",
    (scenario: Scenario) => {
      test.each(clientsFor(scenario))(
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
