import { activityRows } from "../activity-rows.ts";
import { jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../endpoint.ts";

/** Sums for each day, model and endpoint. */
export const activity: Endpoint = {
  method: "GET",
  path: "/api/v1/activity",
  key: "management",
  answer: ({ service: { generations, now }, query }) =>
    jsonAnswer(200, { data: activityRows(generations.all(), now(), query.get("date")) }),
};
