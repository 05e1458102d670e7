import { digestPrompt } from "@openrouter-audit/core";
import type { Behaviour, RecordedRequest } from "@openrouter-audit/testing";
import { type AnyEntry, secret } from "./audited-world.ts";
import { clientsFor, runScenario, type Scenario } from "./scenario.ts";

/** A scenario of a chat completion; what an entry says is beside what every entry says. */
export type ChatScenario = Omit<Scenario, "operation">;

/** Runs each scenario with each client bare and audited: the application must see the same, and the journal what happened. */
export function describeChat(scenarios: readonly ChatScenario[]): void {
  describe.each(scenarios)("$title", (chat) => {
    const scenario: Scenario = { ...chat, operation: "chat" };
    test.each(clientsFor(scenario))("through $name", async (client) => {
      const { entries, requests } = await runScenario(client, scenario);
      expect(entries).toHaveLength(requests.length);
      for (const [index, entry] of entries.entries()) {
        const always = everyEntry(requests[index]!, index, scenario.behaviours[index]!);
        expect(entry).toMatchObject({ ...always, ...scenario.entries[index] });
      }
      expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(1);
      const again = client.retries(entries[0].http_status ?? 0);
      expect(entries).toHaveLength(again ? scenario.entries.length : 1);
    });
  });
}

function everyEntry(request: RecordedRequest, index: number, { gzip, streamError }: Behaviour): AnyEntry {
  const body = request.body as {
    readonly model: string;
    readonly messages: object[];
    readonly stream?: boolean;
  };
  // Bytes are counted after decoding, and up to the error that ended the answer.
  const whole = request.ended === "finished" && !gzip && !streamError;
  return {
    event_type: "chat_completion",
    user_id: null,
    attribution: { how: "no_context", source: null },
    method: "POST",
    endpoint: "/api/v1/chat/completions",
    attempt: index + 1,
    model: body.model,
    stream: body.stream ?? false,
    generation_id: request.generationId,
    http_status: request.status,
    request_bytes: Buffer.byteLength(request.bodyText),
    prompt_hash: digestPrompt(body.messages, { secret }),
    ...(whole && { response_bytes: request.bytesSent }),
  };
}
