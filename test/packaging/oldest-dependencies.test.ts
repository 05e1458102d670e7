import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { PackedProject, run } from "./packed-packages.ts";

let project: PackedProject;

beforeAll(async () => {
  project = await PackedProject.install({ consumer: "oldest", npm: ["--strict-peer-deps"] });
}, 160_000);

afterAll(() => project?.remove());

test("a CommonJS module requires the packages into an Express 4 app", async () => {
  await expect(project.facts("express.cjs")).resolves.toEqual({
    answers: [{ text: "Hello." }, { isAPIError: true, status: 429 }],
    entries: [
      { user_id: "ada", model: "openai/gpt-5-mini", status: "success" },
      { user_id: "ada", model: "openai/gpt-5-mini", status: "error" },
    ],
  });
}, 60_000);

// The settings of these suites are those that `nest new` writes for Nest 11: ts-jest, CommonJS, no flags.
test("the unit tests of a new Nest 11 project replace the client", async () => {
  await project.run("npx", "jest");
}, 160_000);

test("the end-to-end tests of a new Nest 11 project see entries in the journal", async () => {
  await project.run("npx", "jest", "--config", "./test/jest-e2e.json");
}, 160_000);

test("a new Nest 11 project type-checks", async () => {
  await project.run("npx", "tsc", "--noEmit");
}, 160_000);

test("a suite in plain JavaScript tests an Express app", async () => {
  await run(project.path("plain-javascript"), "npx", "jest");
}, 160_000);
