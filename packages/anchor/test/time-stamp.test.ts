import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { timeStampSink } from "../src/index.ts";
import { TimeStampAuthority } from "./support/time-stamp-authority.ts";
import { anchor, newJournal } from "./support/world.ts";

let authority: TimeStampAuthority;
let url: string;
beforeAll(async () => {
  authority = new TimeStampAuthority();
  url = await authority.listen();
});
afterAll(() => authority.close());
const honest = () => authority.answer;
let usual: TimeStampAuthority["answer"];
beforeEach(() => {
  usual ??= honest();
  authority.answer = usual;
});

async function stamped(options: { ca?: string; timeoutMs?: number } = { ca: authority.ca }) {
  const directory = await newJournal();
  const run = await anchor(directory, { sinks: [timeStampSink({ url, ...options })] });
  return { directory, outcome: run.sinks[0]!, receipt: join(directory, "anchor/receipts/2.tsr"), run };
}

test("the answer of the authority is kept as it came, and openssl verifies it", async () => {
  const { directory, outcome, receipt } = await stamped();
  expect(outcome).toMatchObject({ outcome: "kept", message: null });
  const data = join(directory, "anchor/receipts/2.checkpoint");
  const checked = authority.openssl("ts", "-verify", "-data", data, "-in", receipt, "-CAfile", "ca.pem");
  expect(checked).toContain("Verification: OK");
  expect(readFileSync(data, "utf8")).toBe(readFileSync(join(directory, "anchor/checkpoint"), "utf8"));
  const shown = authority.openssl("ts", "-reply", "-in", receipt, "-text");
  const time = new Date(/Time stamp: (.*)/.exec(shown)![1]!);
  expect(new Date(outcome.kept!.time!)).toEqual(time);
});

test("the request is one that openssl reads: version 1, SHA-256 of the checkpoint, a nonce, the certificate", async () => {
  const { directory } = await stamped();
  await stamped();
  const texts = authority.requests.slice(-2).map((request) => {
    writeFileSync(authority.path("seen.tsq"), request);
    return authority.openssl("ts", "-query", "-in", "seen.tsq", "-text");
  });
  expect(texts[0]).toContain("Version: 1");
  expect(texts[0]).toContain("Hash Algorithm: sha256");
  expect(texts[0]).toContain("Certificate required: yes");
  const nonces = texts.map((text) => /Nonce: 0x([0-9A-F]{16})/.exec(text)![1]);
  expect(nonces[0]).not.toBe(nonces[1]);
  const data = join(directory, "anchor/checkpoint");
  const own = authority.openssl("ts", "-query", "-data", data, "-sha256", "-text");
  const digest = (text: string) => /Message data:\n((?: {4}.*\n)+)/.exec(text)![1];
  expect(digest(texts[0]!)).toBe(digest(own));
});

test("the same checkpoint is time-stamped once, the next one again", async () => {
  const { directory } = await stamped();
  const sinks = [timeStampSink({ url })];
  const before = authority.requests.length;
  expect((await anchor(directory, { sinks })).sinks[0]!.outcome).toBe("had");
  expect(authority.requests.length).toBe(before);
});

test("without certificates to trust, the answer is checked but for its signature", async () => {
  expect((await stamped({})).outcome.outcome).toBe("kept");
});

test("an authority with an elliptic curve is checked too", async () => {
  const other = new TimeStampAuthority(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
  const address = await other.listen();
  const directory = await newJournal();
  const { sinks } = await anchor(directory, { sinks: [timeStampSink({ url: address, ca: other.ca })] });
  expect(sinks[0]).toMatchObject({ outcome: "kept", message: null });
  other.close();
});

describe("is not kept, while the anchor is,", () => {
  const send = (body: Buffer | string, status = 200) => {
    authority.answer = (_request, response) => response.writeHead(status).end(body);
  };
  const other = (change: (request: Buffer) => Buffer) => {
    authority.answer = (request, response) => response.writeHead(200).end(authority.reply(change(request)));
  };
  /** The last bytes of a request are the nonce (2 + 8) and certReq (3); before them the imprint ends. */
  const flipped = (request: Buffer, fromEnd: number) => {
    const changed = Buffer.from(request);
    changed[changed.length - fromEnd] = changed.at(-fromEnd)! ^ 1;
    return changed;
  };

  test.each<[string, () => void, RegExp]>([
    ["garbage", () => send("<html>Welcome</html>"), /not a time-stamp answer \(RFC 3161\)/],
    ["nothing", () => send(""), /not a time-stamp answer/],
    [
      "half an answer",
      () => {
        authority.answer = (request, response) => response.end(authority.reply(request).subarray(0, 700));
      },
      /not a /,
    ],
    ["an HTTP error", () => send("no", 503), /answered 503 in place of a time-stamp/],
    [
      "a redirection",
      () => {
        authority.answer = (_request, response) => response.writeHead(302, { location: "/" }).end();
      },
      /could not be asked/,
    ],
    ["a flood", () => send(Buffer.alloc(2 << 20)), /answered with more than 1048576 bytes/],
    [
      "an answer with another nonce",
      () => other((request) => flipped(request, 4)),
      /has not the nonce of the request/,
    ],
    [
      "an answer about other data",
      () => other((request) => flipped(request, 14)),
      /time-stamped something else/,
    ],
    [
      "a refusal",
      () => {
        authority.answer = (_request, response) => response.end(authority.reply(Buffer.from("garbage")));
      },
      /it refused: .*/,
    ],
  ])("%s", async (_what, arrange, message) => {
    arrange();
    const { outcome, receipt, run } = await stamped();
    expect(outcome).toMatchObject({ outcome: "failed", message: expect.stringMatching(message) });
    expect(existsSync(receipt)).toBe(false);
    expect(run.written).toBe(2);
  });

  test("an answer whose signature is of somebody else", async () => {
    const stranger = new TimeStampAuthority();
    authority.answer = (request, response) => response.end(stranger.reply(request));
    expect((await stamped()).outcome).toMatchObject({
      outcome: "failed",
      message: expect.stringMatching(/does not verify with the certificates given/),
    });
  });

  test("an answer of which one byte was changed", async () => {
    for (const place of [0.5, 0.8, 0.99]) {
      authority.answer = (request, response) => {
        const reply = authority.reply(request);
        const changed = Math.floor(reply.length * place);
        reply[changed] = reply[changed]! ^ 1;
        response.end(reply);
      };
      expect((await stamped()).outcome.outcome).toBe("failed");
    }
  });

  test("silence", async () => {
    authority.answer = () => {};
    const { outcome } = await stamped({ timeoutMs: 50 });
    expect(outcome.message).toBe(`${url} did not answer within 0.05 seconds.`);
  });

  test("nobody there", async () => {
    const directory = await newJournal();
    const { sinks } = await anchor(directory, { sinks: [timeStampSink({ url: "http://127.0.0.1:9/" })] });
    expect(sinks[0]).toMatchObject({
      outcome: "failed",
      message: expect.stringMatching(/could not be asked: .*/),
    });
  });
});

test("certificates that are none are refused before anything is sent", () => {
  expect(() => timeStampSink({ url, ca: "hello" })).toThrow(/no certificate in PEM/);
});
