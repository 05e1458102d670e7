import { clientsFor, runScenario } from "../support/scenario.ts";
import { scenarios } from "./scenarios.ts";

// Every way a chat can go, each with one of the clients that can express it, in turn.
const sample = scenarios
  .filter(({ operation }) => operation === "chat")
  .map((scenario, index) => {
    const clients = clientsFor(scenario);
    return { scenario, title: scenario.title, client: clients[index % clients.length]! };
  });

test.each(sample)(
  "$title is the same to $client.name and to OpenRouter, bare and in write_ahead",
  async ({ client, scenario }) => {
    const { entries, requests } = await runScenario(client, scenario, { guarantee: "write_ahead" });
    const starts = entries.filter(({ event_type }) => event_type === "call_started");
    const ends = entries.filter(({ event_type }) => event_type !== "call_started");
    expect(ends).toHaveLength(requests.length);
    expect(starts.map(({ exchange_id }) => exchange_id)).toEqual(ends.map(({ exchange_id }) => exchange_id));
    for (const [index, end] of ends.entries()) {
      expect(end).toMatchObject({ http_status: requests[index]!.status, ...scenario.entries[index] });
      const { call_id, attempt, model, prompt_hash } = end;
      expect(starts[index]).toMatchObject({ call_id, attempt, model, prompt_hash });
    }
  },
);
