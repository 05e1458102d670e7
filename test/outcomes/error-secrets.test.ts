import type { Behaviour } from "@openrouter-audit/testing";
import { journalTextIn, openWorld } from "../support/audited-world.ts";
import { answering, asked, ways } from "./forms.ts";

// What an error says beside its code, its type and its message may quote the prompt, or name the account.

const canaries = {
  reasons: ["CANARY-reason"],
  flagged_input: "CANARY-flagged",
  patterns: ["CANARY-pattern"],
  raw: '{"error":{"message":"CANARY-raw"}}',
  previous_errors: [{ provider: "CANARY-provider", code: 500, raw: "CANARY-previous" }],
  provider_name: "CANARY-provider-name",
  model_slug: "CANARY-slug",
  remedy_hint: "CANARY-hint",
  headers: { authorization: "Bearer CANARY-header" },
};
const error = (code: number, error_type: string, more: object = {}) => ({
  code,
  message: "No",
  metadata: { error_type, ...canaries },
  param: "CANARY-param",
  ...more,
});
const envelope = (given: object) => ({
  error: given,
  user_id: "org_CANARY",
  request_id: "CANARY-request",
  openrouter_metadata: {
    requested: "openai/gpt-5-mini",
    summary: "CANARY-summary",
    pipeline: [
      { type: "guardrail", name: "pi", summary: "CANARY-stage", data: { patterns: ["CANARY-data"] } },
    ],
  },
});
const availability = {
  code: "constraint_filtered",
  excluded_by: "CANARY said Ada",
  constraint: "CANARY-constraint",
  requested_models: ["CANARY-model"],
};

const refused = (status: number, body: object): Behaviour => ({
  raw: { ...answering(body).raw, status },
});

const errors: readonly (readonly [string, Behaviour])[] = [
  ["moderation", refused(403, envelope(error(403, "content_policy_violation")))],
  ["a guardrail", refused(403, envelope(error(403, "permission_denied")))],
  ["a provider's error", refused(429, envelope(error(429, "rate_limit_exceeded", { provider_name: "x" })))],
  ["availability", refused(404, envelope(error(404, "not_found", { availability })))],
  ["an error with status 200", answering(envelope(error(502, "provider_unavailable")))],
  ["an error in the stream", answering([{ ...envelope(error(502, "server")), type: "error", choices: [] }])],
];

describe.each(ways)("$way", (way) => {
  test.each(errors)(
    "nothing of %s but its code, type and message reaches the journal",
    async (_what, behaviour) => {
      const world = await openWorld();
      world.fake.next(behaviour);
      const question = JSON.stringify({ ...way.question, stream: way.stream }).replace(
        "Is this",
        "CANARY-prompt",
      );
      await (
        await world.audit.fetch(`${world.fake.url}${way.path}`, { ...asked(way), body: question })
      ).text();
      await world.audit.close();
      expect(world.entries()).toMatchObject([{ status: "error", error_message: "No" }]);
      expect(journalTextIn(world.directory)).not.toContain("CANARY");
    },
  );

  test.each(["moderation", "guardrail"] as const)("what %s flagged stays out of it too", async (name) => {
    const world = await openWorld();
    world.fake.next({ error: name });
    const init = asked(way);
    const headers = { ...(init.headers as Record<string, string>), "x-openrouter-metadata": "enabled" };
    const response = await world.audit.fetch(`${world.fake.url}${way.path}`, { ...init, headers });
    const text = await response.text();
    expect(response.status).toBe(403);
    await world.audit.close();
    const journal = journalTextIn(world.directory);
    for (const word of ["said to its end", "ignore all previous", "user_2fake", "violence"])
      expect(journal).not.toContain(word);
    if (way.form !== "messages") expect(text).toContain("user_2fake");
    expect(world.entries()[0].routing.pipeline).toHaveLength(name === "guardrail" ? 1 : 0);
  });
});
