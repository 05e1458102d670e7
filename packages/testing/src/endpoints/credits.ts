import { jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../endpoint.ts";

/** What the account has bought and spent, in US dollars. */
export const credits: Endpoint = {
  method: "GET",
  path: "/api/v1/credits",
  key: "management",
  answer: ({ service }) =>
    jsonAnswer(200, {
      data: { total_credits: service.creditsUsd, total_usage: service.generations.spentUsd() },
    }),
};
