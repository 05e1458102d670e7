import type { Newcomer, News } from "../../../src/report/findings.ts";

const newcomer = (key: string, day: string, number: number): Newcomer => ({
  key,
  first_seen: `2026-11-${day}T08:01:02.003Z`,
  calls: number,
});

export const news: News = {
  users: [newcomer("tim@example.com", "04", 310), newcomer("radia3@example.com", "21", 12)],
  models: [newcomer("mistralai/mistral-large-2512", "12", 1_904)],
  providers: [],
  others: { users: 0, models: 0, providers: 0 },
};
