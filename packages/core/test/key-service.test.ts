import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { AuditLog, readJournal, verifyJournal, vkeyOf } from "../src/index.ts";
import { entriesIn, journalFilesIn, newDirectory, openLog, secret } from "./support/journals.ts";
import { keyService, newRootKey, rawOf } from "./support/root-keys.ts";

const event = (text: string) => ({ event_type: "test.event", metadata: { text } });

async function textsIn(directory: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) texts.push(metadata.text);
  return texts;
}

const bytesIn = (directory: string) =>
  journalFilesIn(directory).reduce((sum, file) => sum + readFileSync(join(directory, file)).length, 0);

describe("a key service", () => {
  test("certifies the log before anything of it is written, and is asked once for each log", async () => {
    const directory = newDirectory();
    const { service, rootKey } = keyService(5000);
    const written: number[] = [];
    service.answer = async (data) => {
      written.push(bytesIn(directory));
      return service.works(data);
    };
    const { log, problems } = openLog(directory, { rootKey });
    await Promise.all([log.record(event("one")), log.record(event("two"))]);
    await log.close();
    expect(written).toEqual([0]);
    expect(problems).toEqual([]);
    expect(service.asked).toHaveLength(1);
    expect(Buffer.from(service.asked[0]!).toString()).toMatch(/^openrouter-audit\/log-delegation\/v1\n/);
    expect(log.publicKey).toBe(vkeyOf(rootKey.publicKey));
    expect((await verifyJournal(directory, { key: vkeyOf(rootKey.publicKey) })).result).toBe("intact");
  });

  test("may sign at once, and as a method of an object", async () => {
    const directory = newDirectory();
    const key = newRootKey();
    class Service {
      readonly publicKey = key.publicKey;
      sign(data: Uint8Array): Uint8Array {
        expect(this).toBeInstanceOf(Service);
        return key.sign(data);
      }
    }
    const { log, problems } = openLog(directory, { rootKey: new Service() });
    await log.record(event("one"));
    await log.close();
    expect(problems).toEqual([]);
    expect((await verifyJournal(directory)).result).toBe("intact");
  });

  test("may be asked over HTTP, as the transit engine of Vault is", async () => {
    const directory = newDirectory();
    const key = newRootKey();
    const server = createServer(async (request, response) => {
      const { input } = (await json(request)) as { input: string };
      const signature = Buffer.from(key.sign(Buffer.from(input, "base64"))).toString("base64");
      response.end(JSON.stringify({ data: { signature: `vault:v1:${signature}` } }));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/transit/sign/audit`;
    const sign = async (data: Uint8Array) => {
      const body = JSON.stringify({ input: Buffer.from(data).toString("base64") });
      const answer = (await (await fetch(url, { method: "POST", body })).json()) as {
        data: { signature: string };
      };
      return Buffer.from(answer.data.signature.replace("vault:v1:", ""), "base64");
    };
    const { log, problems } = openLog(directory, {
      rootKey: { publicKey: rawOf(key.publicKey).toString("base64"), sign },
    });
    await log.record(event("one"));
    await log.close();
    server.closeAllConnections();
    server.close();
    expect(problems).toEqual([]);
    expect((await verifyJournal(directory, { key: vkeyOf(key.publicKey) })).result).toBe("intact");
  });

  test("is asked again for the log that follows a write that failed", async () => {
    const directory = newDirectory();
    const { service, rootKey } = keyService(5000);
    const { log } = openLog(directory, { rootKey });
    await log.record(event("one"));
    renameSync(join(directory, journalFilesIn(directory)[0]!), join(directory, "moved"));
    await log.record(event("two"));
    await log.close();
    expect(service.asked).toHaveLength(2);
    expect(await textsIn(directory)).toEqual(["two"]);
  });

  const another = newRootKey();
  const failures: [string, (data: Uint8Array) => Promise<unknown>, RegExp][] = [
    ["throws", () => Promise.reject(new Error("access denied")), /did not sign: Error: access denied/],
    ["throws what is no error", () => Promise.reject("no"), /did not sign: no/],
    ["is silent", () => new Promise(() => {}), /did not sign within 0\.02 s/],
    [
      "signs with another key",
      async (data) => another.sign(data),
      /signed with another key than openrouter-audit\+/,
    ],
    ["signs other bytes", async () => another.sign(Buffer.from("x")), /or signed other bytes/],
    ["answers in DER", async () => new Uint8Array(70), /answered with 70 bytes/],
    ["answers in base64", async () => "c2lnbmF0dXJl", /answered with string: .*64 bytes/],
    ["answers with nothing", async () => undefined, /answered with undefined/],
  ];

  test.each(failures)(
    "that %s makes the journal unwritable; when it works, nothing was lost",
    async (_what, fails, reason) => {
      const directory = newDirectory();
      const { service, rootKey } = keyService();
      service.answer = fails;
      let sent = 0;
      const fetch = async () => {
        sent += 1;
        return new Response("{}");
      };
      const { log, problems } = openLog(directory, { rootKey, fetch });
      const refused = expect.objectContaining({
        code: "JOURNAL_UNWRITABLE",
        message: expect.stringMatching(reason),
      });
      await expect(log.record(event("waited"))).rejects.toEqual(refused);
      await expect(log.record(event("refused"))).rejects.toEqual(refused);
      await expect(log.fetch("https://openrouter.ai/api/v1/models")).rejects.toEqual(refused);
      await expect(log.flush()).rejects.toEqual(refused);
      expect({ sent, bytes: bytesIn(directory) }).toEqual({ sent: 0, bytes: 0 });
      expect(problems).toEqual([refused]);

      service.answer = service.works;
      await log.flush();
      await log.record(event("after"));
      await log.close();
      expect(await textsIn(directory)).toEqual(["waited", "refused", "after"]);
      expect(problems.map(({ code }) => code)).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED"]);
      expect((await verifyJournal(directory, { key: vkeyOf(rootKey.publicKey) })).result).toBe("intact");
      expect(entriesIn(directory).filter(({ seq }) => seq === 0)).toHaveLength(1);
    },
  );

  test("that works the third time is asked a third time without anybody's doing", async () => {
    const directory = newDirectory();
    const { service, rootKey } = keyService();
    service.answer = async (data) => {
      if (service.asked.length <= 2) throw new Error("throttled");
      return service.works(data);
    };
    await new Promise<void>((recovered) => {
      const onProblem = ({ code }: { code: string }) => {
        if (code === "JOURNAL_RECOVERED") recovered(log.close());
      };
      const { log } = openLog(directory, { rootKey, onProblem });
      void log.record(event("kept")).catch(() => undefined);
    });
    expect(await textsIn(directory)).toEqual(["kept"]);
    expect(service.asked).toHaveLength(3);
  });

  test("that fails to the end makes close say so, and lets go of the directory", async () => {
    const directory = newDirectory();
    const { service, rootKey } = keyService();
    service.answer = () => new Promise(() => {});
    const { log } = openLog(directory, { rootKey });
    await expect(log.close()).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    service.answer = service.works;
    await openLog(directory, { rootKey }).log.close();
    expect((await verifyJournal(directory)).result).toBe("intact");
  });

  test("whose public key is not right is refused at the start", () => {
    const { rootKey } = keyService();
    expect(
      () => new AuditLog({ directory: newDirectory(), secret, rootKey: { ...rootKey, publicKey: "x" } }),
    ).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining("SPKI PEM") }),
    );
  });
});
