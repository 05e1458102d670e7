import { jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../endpoint.ts";
import { keyDetails } from "../key-details.ts";

/** What the key that asks may do and has spent. */
export const key: Endpoint = {
  method: "GET",
  path: "/api/v1/key",
  key: "any",
  answer: ({ service, caller }) =>
    jsonAnswer(200, { data: keyDetails(caller, service.generations.spentUsd()) }),
};
