import { noContext } from "../src/audit-context.ts";
import { undescribed } from "../src/capture/described-request.ts";
import { endpointOf } from "../src/capture/endpoints/endpoints.ts";
import { draftOfExchange, type ExchangeFacts } from "../src/capture/exchange-entry.ts";
import { nothingMeasured, systemEntry } from "../src/entry/draft-entry.ts";
import { draftOfEvent } from "../src/entry/recorded-event.ts";
import { Digester } from "../src/privacy/digest.ts";

// An entry in another order would be sealed all the same, and cost more: nothing else would show it.
const service = { instance: "host/1", name: "test", version: null };
const names = Object.keys(nothingMeasured);

function draftOfCall(): object {
  const facts: ExchangeFacts = {
    exchangeId: "x",
    match: endpointOf("POST", "/chat/completions"),
    request: {
      method: "POST",
      url: new URL("https://openrouter.ai/api/v1/chat/completions"),
      retryCount: null,
      signal: null,
      pass: [""],
      body: () => Promise.resolve(null),
      isReadLate: false,
      isKnownBeforehand: true,
    },
    asked: undescribed,
    attempt: { call_id: "c", turn: 1, attempt: 1 },
    scope: null,
    identity: noContext,
    response: null,
    answer: null,
    rawAnswer: () => null,
    outcome: {
      status: "error",
      response_complete: null,
      http_status: null,
      error_code: null,
      error_type: null,
      error_message: null,
      unavailable: null,
    },
    isRefused: false,
    begunAt: new Date(0),
    latencyMs: 1,
    firstTokenMs: null,
    responseBytes: null,
  };
  return draftOfExchange(facts, { service, digester: new Digester("") });
}

test.each<[string, object]>([
  ["a call", draftOfCall()],
  ["an event", draftOfEvent({ event_type: "a.b", model: "m", user_id: 1 }, noContext, null, service)],
  ["the log itself", systemEntry("opened", service, new Date(0), {})],
])("the entry of %s has every member, and has them in canonical order", (_what, draft) => {
  expect(Object.keys(draft)).toEqual([...names].sort());
});
