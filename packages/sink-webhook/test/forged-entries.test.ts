import { lineOf } from "@openrouter-audit/core";
import { webhookSink } from "@openrouter-audit/sink-webhook";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { ReceiverServer, secret } from "./support/receiver-server.ts";

const calm = { signal: new AbortController().signal };
const receiver = new ReceiverServer();
beforeAll(() => receiver.open());
afterAll(() => receiver.close());

test("whatever stands in a line, the receiver is sent JSON with the line in it: no entry fails for ever", async () => {
  const entries = await forgedEntries();
  const sink = webhookSink({ url: receiver.url, secret });
  for (const entry of entries) await sink.write([entry], calm);
  expect(receiver.requests.flatMap(({ data }) => data).map(lineOf)).toEqual(entries.map(lineOf));
});

test("a format that makes nothing of an entry fails: a batch without it would be acknowledged", async () => {
  receiver.requests.length = 0;
  for (const nothing of [undefined, null, 5, () => "a text"]) {
    const sink = webhookSink({ url: receiver.url, secret, format: () => nothing as never });
    const [entry] = await forgedEntries();
    await expect(sink.write([entry!], calm)).rejects.toThrow(
      "The format made no text and no object of an entry",
    );
  }
  expect(receiver.requests).toEqual([]);
});
