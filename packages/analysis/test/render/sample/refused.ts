import type { Refusals } from "../../../src/report/report.ts";

export const refused: Refusals = {
  by_application: [
    { error_type: "policy", calls: 80 },
    { error_type: "without_user", calls: 7 },
  ],
  by_model: 34,
};

export const nothingRefused: Refusals = { by_application: [], by_model: 0 };
