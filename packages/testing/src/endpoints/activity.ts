import { activityRows } from "../activity-rows.ts";
import { jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../endpoint.ts";

/** Sums for each day, model and endpoint, of all keys or of one (`api_key_hash`). */
export const activity: Endpoint = {
  method: "GET",
  path: "/api/v1/activity",
  key: "management",
  answer: ({ service: { generations, now }, query }) => {
    const rows = activityRows(generations.kept(), now(), query.get("date"), query.get("api_key_hash"));
    return jsonAnswer(200, { data: rows });
  },
};
