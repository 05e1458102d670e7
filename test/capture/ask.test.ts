import { key, openWorld } from "../support/audited-world.ts";
import { breakJournal, canBreakJournal } from "../support/break-journal.ts";

const model = "openai/gpt-5-mini";

async function openAsking() {
  const world = await openWorld({ audit: { apiKey: key } });
  return { ...world, ask: (options = {}) => world.audit.ask("hello", { model, ...options }) };
}

/** An answer whose message is this. */
function answering(message: object, finish_reason: string) {
  return { raw: { body: JSON.stringify({ choices: [{ index: 0, message, finish_reason }] }) } };
}

test("the text of the answer is returned, also an empty one", async () => {
  const { ask, fake } = await openAsking();
  fake.next({ text: "forty-two" }, answering({ content: "" }, "stop"));
  expect([await ask(), await ask()]).toEqual(["forty-two", ""]);
});

test.each<[string, object, RegExp]>([
  ["a refusal", answering({ content: null, refusal: "No." }, "stop"), /a refusal, finish reason "stop"/],
  ["tool calls", answering({ content: null, tool_calls: [{}] }, "tool_calls"), /tool calls, finish reason/],
  ["a filter", answering({ content: null }, "content_filter"), /finish reason "content_filter"/],
  ["something else", { raw: { body: "<html>" } }, /200 without a text: no completion/],
])("%s in place of a text is a failure that is named", async (_name, behaviour, message) => {
  const { ask, fake } = await openAsking();
  fake.next(behaviour);
  await expect(ask()).rejects.toMatchObject({ code: "CALL_FAILED", message: expect.stringMatching(message) });
});

test("an error that is no JSON is told with its status", async () => {
  const { ask, fake } = await openAsking();
  fake.next({ raw: { status: 502, body: "<html>" } });
  await expect(ask()).rejects.toMatchObject({ code: "CALL_FAILED", message: expect.stringMatching(/502/) });
});

test("a connection that breaks inside the answer is no empty answer", async () => {
  const { ask, fake } = await openAsking();
  fake.next({ reset: { afterBytes: 50 } });
  await expect(ask()).rejects.toThrow("terminated");
});

test("an abort inside the answer passes through", async () => {
  const { ask, fake } = await openAsking();
  const controller = new AbortController();
  fake.next({ stall: { afterBytes: 50 } });
  const asked = ask({ signal: controller.signal });
  await fake.received(1);
  setTimeout(() => controller.abort(), 50);
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
});

(canBreakJournal ? test : test.skip)("a journal that cannot be written passes through", async () => {
  const { ask, fake, directory } = await openAsking();
  let mend = () => {};
  fake.script(() => {
    mend = breakJournal(directory);
    return {};
  });
  await expect(ask()).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  mend();
});
