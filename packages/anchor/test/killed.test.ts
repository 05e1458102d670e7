import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCheckpoint } from "@openrouter-audit/core/seal";
import { buildPackage } from "../../../test/support/build-package.ts";
import { startWitness, type WitnessServer } from "../src/index.ts";
import { GrowingLog } from "./support/growing-log.ts";
import { runScript, WitnessProcess } from "./support/processes.ts";
import { anchorVkey, newDirectory, newJournal, read, secret, writeLog } from "./support/world.ts";

import.meta.jest.setTimeout(120_000);
beforeAll(() => buildPackage("anchor"));

let witness: WitnessServer;
const closing: WitnessServer[] = [];
beforeEach(async () => {
  const state = newDirectory();
  witness = await startWitness({
    host: "127.0.0.1",
    port: 0,
    logs: [anchorVkey],
    state,
    key: join(state, "key"),
    name: "witness.example",
  });
  closing.push(witness);
});
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

const run = (directory: string, killAt = "") =>
  runScript("anchor-once.mjs", [directory, secret, `http://127.0.0.1:${witness.port}`, witness.vkey], killAt);

/** Everything that left must be a state the log really had, and the log must verify. */
async function expectSound(directory: string): Promise<void> {
  const { problems, log } = await read(directory);
  expect(problems.filter(({ verdict }) => verdict !== "TORN_TAIL")).toEqual([]);
  const kept = ["anchor/checkpoint", "copy"].flatMap((name) => {
    const text = contentOf(join(directory, name));
    return text ? [parseCheckpoint(text.slice(0, text.lastIndexOf("\n\n") + 1))!] : [];
  });
  const heads =
    contentOf(join(directory, "heads.jsonl"))
      ?.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)) ?? [];
  for (const { size, root } of [...kept, ...heads.map(({ size, chain_hash: root }) => ({ size, root }))]) {
    expect(size).toBeLessThanOrEqual(log.size);
    expect(log.rootAt(size)).toBe(root);
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

test.each(["", " torn"])(
  "a run that is killed at any step%s leaves what the next one goes on with",
  async (how) => {
    const directory = await newJournal(1);
    const reached: number[] = [];
    for (let step = 1; ; step += 1) {
      // So that each has something to write, some of them twice.
      if (step % 3 === 0) await writeLog(directory, 0);
      const killed = await run(directory, `${step}${how}`);
      if (
        readdirSync(join(directory)).includes("anchor") &&
        readdirSync(join(directory, "anchor")).includes("anchor.jsonl")
      )
        await expectSound(directory);
      if (killed.signal === null) {
        expect(killed).toMatchObject({ code: 0, stderr: "" });
        break;
      }
      expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
      reached.push(step);
    }
    expect(reached.length).toBeGreaterThan(how === "" ? 25 : 2);
    await writeLog(directory, 0);
    const last = await run(directory);
    expect(JSON.parse(last.stdout).outcomes).toEqual(["kept", "kept", "kept"]);
    await expectSound(directory);
    expect((await read(directory)).problems).toEqual([]);
    expect(readdirSync(join(directory, "anchor")).filter((name) => /^lock(-|$)/.test(name))).toEqual([]);
  },
);

test("a witness that is killed at any step of a request forgets nothing that it may have cosigned", async () => {
  const log = new GrowingLog();
  const state = newDirectory();
  const first = new WitnessProcess([state, log.signer.vkey]);
  expect((await first.add(log.body(0, 1))).status).toBe(200);
  await first.kill();
  let certain = 1;
  let killed = true;
  for (let step = 1; killed; step += 1) {
    const process = new WitnessProcess([state, log.signer.vkey], `${step} later`);
    const next = certain + 7;
    const answer = await process.add(log.body(certain, next)).catch(() => null);
    killed = answer === null;
    if (killed) expect(await process.ended).toMatchObject({ signal: "SIGKILL" });
    else await process.kill();
    const again = new WitnessProcess([state, log.signer.vkey]);
    const size = Number((await again.add(log.body(0, 300))).body);
    expect(answer ? [next] : [certain, next]).toContain(size);
    // An old state, and the one that was under way: it goes on from where it was, and never back.
    if (size > 1) expect((await again.add(`old ${size}\n\n${log.checkpoint(size - 1)}`)).status).toBe(400);
    expect((await again.add(log.body(size, size + 1))).status).toBe(200);
    certain = size + 1;
    await again.kill();
  }
});
