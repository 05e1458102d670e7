const { newSecret, readJournal } = require("@openrouter-audit/core");
const { startFakeOpenRouter } = require("@openrouter-audit/testing");
const { newApp } = require("./plain-javascript/app.js");

async function main() {
  const openrouter = await startFakeOpenRouter({ script: [{ text: "Hello." }, { error: "rate_limited" }] });
  const { app, audit } = newApp({
    directory: "journals/express-cjs",
    secret: newSecret(),
    apiKey: "sk-or-v1-packaging",
    baseURL: openrouter.url,
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/chat`, {
      headers: { "x-user": "ada" },
    });
    return response.json();
  };
  const answers = [await ask(), await ask()];
  await audit.close();
  server.close();
  await openrouter.close();
  const entries = [];
  for await (const { user_id, model, status } of readJournal(audit.directory)) {
    entries.push({ user_id, model, status });
  }
  console.log(JSON.stringify({ answers, entries }));
}

main();
