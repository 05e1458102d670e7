import { createPublicKey, verify } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { leafHash } from "@openrouter-audit/core/seal";
import * as fc from "fast-check";
import { newSigner } from "../../core/src/seal/signed-note.ts";
import {
  cosignatureVerifierOf,
  startWitness,
  type WitnessServer,
  type WitnessServerOptions,
} from "../src/index.ts";
import { consistencyProof } from "../src/published-anchor.ts";
import { GrowingLog } from "./support/growing-log.ts";
import { newDirectory } from "./support/world.ts";

const log = new GrowingLog();
const open: WitnessServer[] = [];
afterEach(async () => {
  for (const witness of open.splice(0)) await witness.close();
});

async function newWitness(state = newDirectory(), options: Partial<WitnessServerOptions> = {}) {
  const witness = await startWitness({
    host: "127.0.0.1",
    port: 0,
    logs: [log.signer.vkey],
    state,
    key: join(state, "key"),
    name: "witness.example/w1",
    now: () => new Date(1_679_315_147_000),
    ...options,
  });
  open.push(witness);
  return witness;
}

async function add(
  { port }: WitnessServer,
  body: string | Uint8Array<ArrayBuffer>,
  method = "POST",
  path = "/add-checkpoint",
) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(method === "POST" && { body }),
  });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}

/** The specification's words: a note signature line with key id, u64 timestamp, Ed25519 over header, time and body. */
function checkCosignature(answer: string, vkey: string, text: string): number {
  const [name, id, key] = vkey
    .split("+")
    .map((part, index, all) => (index === 2 ? all.slice(2).join("+") : part));
  const typeAndKey = Buffer.from(key!, "base64");
  expect([typeAndKey[0], typeAndKey.length]).toEqual([0x04, 33]);
  const line = /^\u2014 (\S+) (\S+)\n$/.exec(answer)!;
  expect(line[1]).toBe(name);
  const blob = Buffer.from(line[2]!, "base64");
  expect([blob.length, blob.subarray(0, 4).toString("hex")]).toEqual([76, id]);
  const time = Number(blob.readBigUInt64BE(4));
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), typeAndKey.subarray(1)]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  expect(
    verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), publicKey, blob.subarray(12)),
  ).toBe(true);
  return time;
}

describe("add-checkpoint", () => {
  test("cosigns a first checkpoint, one that grew from it, and the same again", async () => {
    const witness = await newWitness();
    for (const [old, size] of [
      [0, 3],
      [3, 8],
      [8, 8],
      [8, 200],
      [200, 201],
    ] as const) {
      const { status, body } = await add(witness, log.body(old, size));
      expect(status).toBe(200);
      expect(checkCosignature(body, witness.vkey, log.text(size))).toBe(1_679_315_147);
    }
  });

  test("has the transcript of the specification", async () => {
    const witness = await newWitness();
    const conflict = (size: number) => ({ status: 409, type: "text/x.tlog.size", body: `${size}\n` });
    const status = async (body: string) => (await add(witness, body)).status;
    const fork = new GrowingLog(
      log.origin,
      (index) => (index < 4 ? `${index}` : `other ${index}`),
      log.signer,
    );
    const unknown = new GrowingLog("example.com/unknown");
    const unsigned = new GrowingLog(log.origin, String, newSigner(log.origin));
    // Asking for the size, as the specification suggests, of a log never seen.
    expect(await add(witness, log.body(3, 5))).toEqual(conflict(0));
    expect(await status(log.body(0, 5))).toBe(200);
    expect(await add(witness, log.body(0, 9))).toEqual(conflict(5));
    expect(await add(witness, log.body(4, 9))).toEqual(conflict(5));
    expect(await add(witness, log.body(6, 9))).toEqual(conflict(5));
    expect(await status(unknown.body(0, 5))).toBe(404);
    expect(await status(unsigned.body(5, 9))).toBe(403);
    expect(await status(`old 10\n\n${log.checkpoint(9)}`)).toBe(400);
    expect(await status(fork.body(5, 9))).toBe(422);
    expect(await status(`old 5\n\n${log.checkpoint(9)}`)).toBe(422);
    expect(await add(witness, fork.body(5, 5))).toEqual(conflict(5));
    // None of it changed anything.
    expect(await status(log.body(5, 9))).toBe(200);
    // An older state of the log, by the truth about it or by a lie.
    expect(await add(witness, log.body(5, 7))).toEqual(conflict(9));
    expect(await status(`old 9\n\n${log.checkpoint(7)}`)).toBe(400);
    expect(await status(log.body(9, 10))).toBe(200);
  });

  test("takes a checkpoint with signatures of others, in any order", async () => {
    const witness = await newWitness();
    const other = newSigner(log.origin);
    const more = `\u2014 ${log.origin} ${other.sign(log.text(4))}\n\u2014 elsewhere AAAAAAAA\n`;
    const note = log.checkpoint(4).replace("\n\n", `\n\n${more}`);
    expect((await add(witness, `old 0\n\n${note}`)).status).toBe(200);
  });

  test("cosigns the whole text, with lines that are an extension", async () => {
    const witness = await newWitness();
    const text = `${log.text(4)}extension\n`;
    const note = `${text}\n\u2014 ${log.origin} ${log.signer.sign(text)}\n`;
    const { body } = await add(witness, `old 0\n\n${note}`);
    checkCosignature(body, witness.vkey, text);
  });

  test("takes several keys of one log", async () => {
    const next = new GrowingLog(log.origin, String);
    const witness = await newWitness(undefined, { logs: [log.signer.vkey, next.signer.vkey] });
    expect((await add(witness, log.body(0, 5))).status).toBe(200);
    expect((await add(witness, next.body(5, 9))).status).toBe(200);
    expect((await add(witness, log.body(5, 9))).status).toBe(409);
  });

  test("lets only one of many requests at once win", async () => {
    const witness = await newWitness();
    await add(witness, log.body(0, 1));
    const sizes = Array.from({ length: 20 }, (_none, index) => index + 2);
    const answers = await Promise.all(sizes.map((size) => add(witness, log.body(1, size))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });
});

test("a listener that fails is no concern of those who ask", async () => {
  const warned = import.meta.jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const witness = await newWitness(newDirectory(), {
    onAnswer: () => {
      throw new Error("full");
    },
  });
  expect((await add(witness, log.body(0, 9))).status).toBe(200);
  expect((await add(witness, log.body(9, 10))).status).toBe(200);
  expect(warned).toHaveBeenCalledWith(expect.stringContaining("full"), { type: "OpenRouterAudit" });
  warned.mockRestore();
});

describe("its state", () => {
  test("outlives it, and its key too", async () => {
    const state = newDirectory();
    const first = await newWitness(state);
    await add(first, log.body(0, 9));
    await first.close();
    const second = await newWitness(state);
    expect(second.vkey).toBe(first.vkey);
    expect((await add(second, log.body(0, 9))).body).toBe("9\n");
    expect(statSync(join(state, "key")).mode & 0o777).toBe(0o600);
  });

  test("when it is damaged, nothing is cosigned, and no secret is told", async () => {
    const state = newDirectory();
    const problems: string[] = [];
    const witness = await newWitness(state, { onProblem: (message) => problems.push(message) });
    await add(witness, log.body(0, 9));
    const file = join(state, readdirSync(state).find((name) => name.endsWith(".checkpoint"))!);
    writeFileSync(file, readFileSync(file).subarray(0, 10));
    const answer = await add(witness, log.body(9, 10));
    expect([answer.status, answer.body.includes(state)]).toEqual([500, false]);
    expect(problems).toEqual([expect.stringContaining(`${file} is damaged`)]);
  });

  test("when it cannot be read, it is not taken for a state of nothing", async () => {
    const state = newDirectory();
    const problems: string[] = [];
    const witness = await newWitness(state, { onProblem: (message) => problems.push(message) });
    await add(witness, log.body(0, 9));
    const file = join(state, readdirSync(state).find((name) => name.endsWith(".checkpoint"))!);
    rmSync(file);
    symlinkSync(file, file);
    expect((await add(witness, log.body(9, 10))).status).toBe(500);
    expect(problems).toEqual([expect.stringContaining("ELOOP")]);
  });

  test("is one witness's at a time", async () => {
    const state = newDirectory();
    await newWitness(state);
    await expect(newWitness(state)).rejects.toMatchObject({ code: "JOURNAL_ALREADY_OPEN" });
  });
});

describe("a hostile request", () => {
  const note = log.checkpoint(5);
  test.each([
    ["nothing", ""],
    ["no old line", `\n${note}`],
    ["a size with a leading zero", `old 00\n\n${note}`],
    ["a negative size", `old -1\n\n${note}`],
    ["a size beyond counting", `old 99999999999999999999\n\n${note}`],
    ["CR LF", `old 0\r\n\r\n${note}`],
    ["no empty line", `old 0\n${note}`],
    ["a proof line that is no hash", `old 1\nAAAA\n\n${note}`],
    ["a hash in a second spelling", `old 1\n${"A".repeat(42)}B=\n\n${note}`],
    ["64 proof lines", `old 1\n${`${"A".repeat(43)}=\n`.repeat(64)}\n${note}`],
    ["a checkpoint without signature", `old 0\n\n${log.text(5)}`],
    [
      "a checkpoint that is no UTF-8",
      Buffer.concat([Buffer.from("old 0\n\n\xff", "latin1"), Buffer.from(note)]),
    ],
    ["a control character", `old 0\n\n${note.replace("log\n", "log\u0007\n")}`],
    ["a root that is none", `old 0\n\n${note.replace(log.root(5), "AAAA")}`],
  ])("with %s is a bad request", async (_what, body) => {
    const witness = await newWitness();
    const sent = typeof body === "string" ? body : new Uint8Array(body);
    expect((await add(witness, sent)).status).toBe(400);
  });

  test("of any bytes is refused, and the witness goes on", async () => {
    const witness = await newWitness();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await add(witness, new Uint8Array(bytes))).status).toBe(400);
      }),
      { numRuns: 50 },
    );
    expect((await add(witness, log.body(0, 5))).status).toBe(200);
  });

  test("with any change of one byte is never cosigned as something the log did not sign", async () => {
    const witness = await newWitness();
    await add(witness, log.body(0, 5));
    const good = Buffer.from(log.body(5, 9));
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const bytes = new Uint8Array(good);
        bytes[place] = bytes[place]! ^ change;
        expect([400, 403, 404, 409, 422]).toContain((await add(witness, bytes)).status);
      }),
      { numRuns: 100 },
    );
  });

  test("that is too long is refused before it was read", async () => {
    const witness = await newWitness();
    expect((await add(witness, `old 0\n${"x".repeat(70_000)}`)).status).toBe(413);
  });

  test("for anything else is refused", async () => {
    const witness = await newWitness();
    expect((await add(witness, "", "GET")).status).toBe(405);
    expect((await add(witness, "", "POST", "/")).status).toBe(404);
  });

  test("that never ends keeps nobody else from being answered, and does not keep the witness from closing", async () => {
    const witness = await newWitness();
    const slow = connect(witness.port, "127.0.0.1");
    await new Promise<void>((connected) => slow.once("connect", connected));
    slow.write("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 1000\r\n\r\nold");
    expect((await add(witness, log.body(0, 5))).status).toBe(200);
    const gone = new Promise<void>((closed) => slow.once("close", () => closed()));
    slow.on("error", () => {});
    slow.destroy();
    await gone;
    await witness.close();
  });
});

test("a witness needs the key of a log, and a name without spaces", async () => {
  await expect(newWitness(undefined, { logs: ["x"] })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  await expect(newWitness(undefined, { name: "a b" })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
});

test("a key of a witness is told from one of a log", async () => {
  expect(cosignatureVerifierOf(log.signer.vkey)).toBeNull();
  const { vkey } = await newWitness();
  expect(cosignatureVerifierOf(vkey)?.vkey).toBe(vkey);
  expect(cosignatureVerifierOf(vkey.replace("witness", "Witness"))).toBeNull();
});

test("a consistency proof is that of RFC 6962", () => {
  const leaves = Array.from({ length: 300 }, (_none, index) => leafHash(String(index)));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), (size, less) => {
      const old = Math.max(1, size - less);
      expect(consistencyProof(leaves.slice(0, size), old).map((hash) => hash.toString("base64"))).toEqual(
        log.proof(old, size),
      );
    }),
  );
});

test("a client that sends half a request and waits does not keep the witness from ending", async () => {
  const { port, close } = await newWitness();
  open.pop();
  const socket = connect(port, "127.0.0.1");
  const ended = new Promise((end) => socket.once("close", end));
  socket.on("error", () => undefined).resume();
  socket.write(
    "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n",
  );
  // Its request is under way now.
  await new Promise((answered) => socket.once("data", answered));
  await close();
  await ended;
});
