import type { HourBreakdown } from "../../../src/report/measures.ts";

/** Of the seventeenth, on which errors grow with the calls. */
export const hoursOfDay: HourBreakdown = Array.from({ length: 18 }, (_none, index) => ({
  at: `2026-11-17T${String(index + 4).padStart(2, "0")}:00:00.000Z`,
  calls: 40 + index * 7,
  success: 38 + index * 5,
  error: 2 + index * 2,
  total_tokens: 40_000 + index,
  cost_usd: 0.21 + index / 100,
}));
