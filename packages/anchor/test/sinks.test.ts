import { chmodSync, cpSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { isProvenHead, type LogHead } from "@openrouter-audit/core/seal";
import {
  type AnchorSink,
  checkpointCopy,
  cosignatureVerifierOf,
  knownHeadsFile,
  startWitness,
  type WitnessServer,
  witnessSink,
} from "../src/index.ts";
import { anchor, anchorVkey, newDirectory, newJournal, rootKeys, writeLog } from "./support/world.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Takes an anchored journal back to an earlier state, with its anchor log: what an old backup would do. */
async function rolledBack(sink: AnchorSink): Promise<string> {
  const directory = await newJournal();
  await anchor(directory, { sinks: [sink] });
  const backup = newDirectory();
  cpSync(directory, backup, { recursive: true });
  await writeLog(directory);
  await anchor(directory, { sinks: [sink] });
  rmSync(directory, { recursive: true });
  cpSync(backup, directory, { recursive: true });
  return directory;
}

/** The same journal with an anchor log that was begun anew and says something else. */
async function rewritten(sink: AnchorSink): Promise<string> {
  const directory = await newJournal();
  await anchor(directory, { sinks: [sink] });
  rmSync(join(directory, "anchor"), { recursive: true });
  await writeLog(directory);
  return directory;
}

describe.each(["copy", "heads"] as const)("a %s in a file", (kind) => {
  const sinkTo = (path: string) => (kind === "copy" ? checkpointCopy(path) : knownHeadsFile(path));

  test("is the newest, and is written again only when it changed", async () => {
    const path = join(newDirectory(), "kept");
    const directory = await newJournal();
    const sinks = [sinkTo(path)];
    const first = await anchor(directory, { sinks });
    expect(first.sinks).toMatchObject([{ outcome: "kept", kept: { where: path, time: null } }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await anchor(directory, { sinks })).sinks).toMatchObject([{ outcome: "had" }]);
    await writeLog(directory);
    const { checkpoint, head } = await anchor(directory, { sinks });
    const kept = readFileSync(path, "utf8");
    expect(kept).toBe(kind === "copy" ? checkpoint : `${JSON.stringify(head)}\n`);
  });

  test("keeps its mode, and a link that was laid beside it is not followed", async () => {
    const path = join(newDirectory(), "kept");
    const directory = await newJournal();
    const sinks = [sinkTo(path)];
    await anchor(directory, { sinks });
    chmodSync(path, 0o644);
    const victim = join(newDirectory(), "victim");
    writeFileSync(victim, "something else");
    symlinkSync(victim, `${path}.tmp`);
    await writeLog(directory);
    expect((await anchor(directory, { sinks })).sinks).toMatchObject([{ outcome: "kept" }]);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readFileSync(victim, "utf8")).toBe("something else");
  });

  test("tells that an old copy of everything was put back, and stays", async () => {
    const path = join(newDirectory(), "kept");
    const directory = await rolledBack(sinkTo(path));
    const kept = readFileSync(path, "utf8");
    const { sinks } = await anchor(directory, { sinks: [sinkTo(path)] });
    expect(sinks).toMatchObject([
      { outcome: "contradicted", message: expect.stringMatching(/3 entries .* has 2/) },
    ]);
    expect(readFileSync(path, "utf8")).toBe(kept);
  });

  test("tells that the anchor log was written anew, and stays", async () => {
    const path = join(newDirectory(), "kept");
    const directory = await rewritten(sinkTo(path));
    const kept = readFileSync(path, "utf8");
    const { sinks } = await anchor(directory, { sinks: [sinkTo(path)] });
    expect(sinks).toMatchObject([
      { outcome: "contradicted", message: expect.stringMatching(/another anchor log/) },
    ]);
    expect(readFileSync(path, "utf8")).toBe(kept);
  });

  test("never takes the place of something else", async () => {
    const path = join(newDirectory(), "kept");
    writeFileSync(path, "my diary\n");
    const { sinks } = await anchor(await newJournal(), { sinks: [sinkTo(path)] });
    expect(sinks).toMatchObject([{ outcome: "failed" }]);
    expect(readFileSync(path, "utf8")).toBe("my diary\n");
  });
});

test("a file of known heads keeps the heads of other logs, and its own proves itself", async () => {
  const path = join(newDirectory(), "heads.jsonl");
  const other = await anchor(await newJournal());
  const foreign = JSON.stringify(other.anchored[0]);
  writeFileSync(path, `${foreign}\n`);
  await anchor(await newJournal(), { sinks: [knownHeadsFile(path)] });
  const [first, second] = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(first).toBe(foreign);
  expect(isProvenHead(JSON.parse(second!) as LogHead, rootKeys)).toBe(true);
});

describe("a witness", () => {
  async function newWitness(): Promise<WitnessServer> {
    const state = newDirectory();
    const options = { host: "127.0.0.1", port: 0, logs: [anchorVkey], state, key: join(state, "key") };
    const witness = await startWitness({ ...options, name: "witness.example" });
    open.push(witness);
    return witness;
  }
  const sinkOf = ({ port, vkey }: WitnessServer) => witnessSink({ url: `http://127.0.0.1:${port}/`, vkey });

  test("cosigns each anchor, and its cosignature is kept with the checkpoint", async () => {
    const witness = await newWitness();
    const directory = await newJournal();
    const sinks = [sinkOf(witness)];
    for (const size of [2, 3, 4]) {
      const run = await anchor(directory, { sinks });
      expect(run.sinks).toMatchObject([{ sink: "witness witness.example", outcome: "kept" }]);
      const note = readFileSync(join(directory, `anchor/receipts/${size}.cosigned`), "utf8");
      expect(note.startsWith(run.checkpoint)).toBe(true);
      const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
      const { time } = cosignatureVerifierOf(witness.vkey)!.find(note, text)!;
      expect(run.sinks[0]!.kept!.time).toBe(time.toISOString());
      await writeLog(directory, 0);
    }
  });

  test("is asked again when it could not be, and when nothing was new: its newest cosignature is kept", async () => {
    const witness = await newWitness();
    const directory = await newJournal();
    const failing = witnessSink({ url: "http://127.0.0.1:9", vkey: witness.vkey });
    expect((await anchor(directory, { sinks: [failing] })).sinks).toMatchObject([{ outcome: "failed" }]);
    for (const _time of [1, 2])
      expect((await anchor(directory, { sinks: [sinkOf(witness)] })).sinks).toMatchObject([
        { outcome: "kept" },
      ]);
    const note = readFileSync(join(directory, "anchor/receipts/2.cosigned"), "utf8");
    expect(note.match(/^\u2014 witness\.example /gm)).toHaveLength(1);
  });

  test("goes on from what it has when the receipts are gone", async () => {
    const witness = await newWitness();
    const directory = await newJournal();
    await anchor(directory, { sinks: [sinkOf(witness)] });
    rmSync(join(directory, "anchor/receipts"), { recursive: true });
    await writeLog(directory);
    expect((await anchor(directory, { sinks: [sinkOf(witness)] })).sinks).toMatchObject([
      { outcome: "kept" },
    ]);
  });

  test("and another one cosign the same checkpoint", async () => {
    const [first, second] = [await newWitness(), await newWitness()];
    const directory = await newJournal();
    const { sinks } = await anchor(directory, { sinks: [sinkOf(first), sinkOf(second)] });
    expect(sinks.map(({ outcome }) => outcome)).toEqual(["kept", "kept"]);
    const note = readFileSync(join(directory, "anchor/receipts/2.cosigned"), "utf8");
    expect(note.match(/^\u2014 witness\.example /gm)).toHaveLength(2);
  });

  test("tells that an old copy of everything was put back", async () => {
    const sink = sinkOf(await newWitness());
    const directory = await rolledBack(sink);
    expect((await anchor(directory, { sinks: [sink] })).sinks).toMatchObject([
      { outcome: "contradicted", message: expect.stringMatching(/has seen 3 entries .* which has 2/) },
    ]);
    // Nor when it has grown again, to other entries.
    await writeLog(directory);
    await writeLog(directory);
    expect((await anchor(directory, { sinks: [sink] })).sinks).toMatchObject([
      { outcome: "contradicted", message: expect.stringMatching(/has seen other 3 entries/) },
    ]);
    await writeLog(directory);
    expect((await anchor(directory, { sinks: [sink] })).sinks).toMatchObject([
      { outcome: "contradicted", message: expect.stringMatching(/it was rewritten/) },
    ]);
  });

  test("that does not know the log, or its key, is told from one that refuses it", async () => {
    const witness = await newWitness();
    const answers: [number, string, string, RegExp][] = [
      [404, "text/plain", "", /does not know the log .*give the witness its key, openrouter-audit\/anchor\+/],
      [403, "text/plain", "", /knows another key of openrouter-audit\/anchor/],
      [400, "text/plain", "so\u001b[2Jbad", /answered 400: so/],
      [409, "text/plain", "7", /answered 409/],
      [409, "text/x.tlog.size", "-7", /answered 409/],
      [500, "text/plain", "", /answered 500\./],
      [200, "text/plain", "\u2014 witness.example AAAA\n", /gave no cosignature of witness\.example\+/],
    ];
    const directory = await newJournal();
    for (const [status, type, body, message] of answers) {
      const server = createServer((_request, response) => {
        response.writeHead(status, { "content-type": type }).end(body);
      });
      await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { sinks } = await anchor(directory, { sinks: [witnessSink({ url, vkey: witness.vkey })] });
      expect(sinks).toMatchObject([{ outcome: "failed", message: expect.stringMatching(message) }]);
      server.closeAllConnections();
      server.close();
    }
  });

  test("that never says the same twice does not keep the run for ever", async () => {
    let size = 0;
    const server = createServer((_request, response) => {
      size = 1 - size;
      response.writeHead(409, { "content-type": "text/x.tlog.size" }).end(`${size}\n`);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    open.push({ close: () => server.close() });
    const { vkey } = await newWitness();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { sinks } = await anchor(await newJournal(), { sinks: [witnessSink({ url, vkey })] });
    expect(sinks).toMatchObject([
      { outcome: "failed", message: expect.stringMatching(/another size each time/) },
    ]);
    server.closeAllConnections();
  });

  test("is refused when its key is none of a witness", () => {
    expect(() => witnessSink({ url: "http://w", vkey: anchorVkey })).toThrow(
      /not the public key of a witness/,
    );
  });
});

test("a sink of one's own is given the anchor, and what it throws harms no other", async () => {
  const seen: string[] = [];
  const failing: AnchorSink = { name: "failing", keep: () => Promise.reject(new Error("no room")) };
  const own: AnchorSink = {
    name: "own",
    keep: async ({ checkpoint }) => {
      seen.push(checkpoint);
      return { where: "memory", time: null };
    },
  };
  const { sinks, checkpoint } = await anchor(await newJournal(), { sinks: [failing, own] });
  expect(sinks.map(({ outcome, message }) => [outcome, message])).toEqual([
    ["failed", "no room"],
    ["kept", null],
  ]);
  expect(seen).toEqual([checkpoint]);
});
