import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PackedProject } from "./packed-packages.ts";

let project: PackedProject;

beforeAll(async () => {
  project = await PackedProject.install({ consumer: "newest", npm: ["--strict-peer-deps"] });
}, 160_000);

afterAll(() => project?.remove());

const answers = [{ text: "Hello." }, { isAPIError: true, status: 429 }];
const calls = [
  { user_id: "ada", model: "openai/gpt-5-mini", status: "success" },
  { user_id: "ada", model: "openai/gpt-5-mini", status: "error" },
];

test("an ES module imports the packages into an Express 5 app", async () => {
  await expect(project.facts("express.mjs")).resolves.toEqual({ answers, entries: calls });
}, 60_000);

test.each(["nest.mjs", "nest.cjs"])(
  "%s runs a Nest 12 application",
  async (script) => {
    const entries = calls.map((entry) => ({ ...entry, handler: "ChatController.chat" }));
    await expect(project.facts(script)).resolves.toEqual({ answers, entries });
  },
  60_000,
);

test("classes are the same imported and required; clients are of the openai package loaded the same way", async () => {
  await expect(project.facts("one-identity.mjs")).resolves.toEqual({
    sameAuditLog: true,
    sameAuditError: true,
    sameAuditModule: true,
    sameToken: true,
    sameNamesImportedAndRequired: { core: true, nestjs: true },
    logOfOneUsableByTheOther: true,
    oneRegisterOfOpenJournals: "JOURNAL_ALREADY_OPEN",
    importedClientIsOfImportedClass: true,
    requiredClientIsOfRequiredClass: true,
  });
}, 60_000);

describe.each(["5.9", "6", "7"])("TypeScript %s, without skipLibCheck", (version) => {
  test.each(["mts", "cts"])(
    "a program of .%s files type-checks",
    async (extension) => {
      await project.run(
        "node",
        `node_modules/typescript-${version}/bin/tsc`,
        "-p",
        `types.${extension}.json`,
      );
    },
    160_000,
  );
});

test("TypeScript 5.9 finds the types with the module resolution of Node 10", async () => {
  await project.run("node", "node_modules/typescript-5.9/bin/tsc", "-p", "types.node10.json");
}, 160_000);
