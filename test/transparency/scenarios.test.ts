import { operations } from "../support/clients/operations.ts";
import { scenarios } from "./scenarios.ts";

test("there are at least 80 scenarios, some for each operation", () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(80);
  expect(new Set(scenarios.map(({ operation }) => operation))).toEqual(new Set(Object.keys(operations)));
});
