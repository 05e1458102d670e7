const { newSecret, readJournal } = require("@openrouter-audit/core");
const { startFakeOpenRouter } = require("@openrouter-audit/testing");
const request = require("supertest");
const { newApp } = require("./app");

test("an Express app answers, and its calls are in the journal", async () => {
  const openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });
  const { app, audit } = newApp({
    directory: "journal",
    secret: newSecret(),
    apiKey: "sk-or-v1-packaging",
    baseURL: openrouter.url,
  });

  await request(app).get("/chat").set("x-user", "ada").expect(200, { text: "Hello." });
  await request(app).get("/chat").set("x-user", "ada").expect(200, { isAPIError: true, status: 429 });

  await audit.close();
  await openrouter.close();
  const entries = [];
  for await (const { user_id, status } of readJournal(audit.directory)) entries.push({ user_id, status });
  expect(entries).toEqual([
    { user_id: "ada", status: "success" },
    { user_id: "ada", status: "error" },
  ]);
});
