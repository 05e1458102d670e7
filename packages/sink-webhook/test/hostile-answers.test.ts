import { EntriesRejected } from "@openrouter-audit/core";
import { webhookSink } from "@openrouter-audit/sink-webhook";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";
import { ReceiverServer, secret } from "./support/receiver-server.ts";

const calm = { signal: new AbortController().signal };
const receiver = new ReceiverServer();
beforeAll(() => receiver.open());
afterAll(() => receiver.close());

const confidential = [
  "hunter-two",
  "k-12345678",
  secret,
  "token=tok_abcdef",
  "tok_abcdef",
  "path-with-a-token",
];
const newSink = () =>
  webhookSink({
    url: `${receiver.url}/path-with-a-token?token=tok_abcdef`,
    secret: [secret],
    headers: { authorization: "Custom hunter-two", "x-api-key": "k-12345678" },
  });

test("what a receiver repeats of secrets, headers, path and query is in no message", async () => {
  const batch = await sealedEntries({});
  const words = `bad: ${confidential.join(" ")}`;
  receiver.answer = (_received, response) => response.writeHead(400).end(JSON.stringify({ error: words }));
  const failure = await newSink()
    .write(batch, calm)
    .catch((error: Error) => error);
  expect(String(failure)).toMatch(/in its words: bad: \[hidden\] \[hidden\]/);

  const rejected = [{ id: batch[0]!.id, reason: words }];
  receiver.answer = (_received, response) => response.writeHead(422).end(JSON.stringify({ rejected }));
  const rejection = await newSink()
    .write(batch, calm)
    .catch((error: Error) => error);
  expect(rejection).toBeInstanceOf(EntriesRejected);
  for (const each of confidential) {
    expect(String(failure)).not.toContain(each);
    expect(JSON.stringify(rejection)).not.toContain(each);
  }
});

test("a fetch that takes no notice of the signal holds up no write", async () => {
  const stop = new AbortController();
  const deaf = async () => {
    stop.abort(new Error("the time is up"));
    return new Promise<Response>(() => {});
  };
  const sink = webhookSink({ url: receiver.url, secret, fetch: deaf });
  const writing = sink.write(await sealedEntries({}), { signal: stop.signal });
  await expect(writing).rejects.toThrow("had not answered when the write was stopped");
});
