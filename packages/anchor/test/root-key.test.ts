import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditLog, rotateKey } from "@openrouter-audit/core";
import { anchoredHeads, anchorVkeyOf, verifierOf } from "@openrouter-audit/core/seal";
import { keyService, newRootKey } from "../../core/test/support/root-keys.ts";
import { anchorJournal, rootKeyFor } from "../src/index.ts";
import {
  anchor,
  anchorEntries,
  anchorLines,
  newDirectory,
  newJournal,
  read,
  secret,
  writeLog,
} from "./support/world.ts";

const other = "the secret that took over from the other one";

test("is found as the application finds it: given, in a PEM file, in a secret, beside the journal", () => {
  const directory = newDirectory();
  const { pem, publicKey } = newRootKey();
  const file = join(directory, "root.pem");
  writeFileSync(file, pem, { mode: 0o600 });
  const secretOnly = rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: secret } });
  const both = { OPENROUTER_AUDIT_ROOT_KEY_FILE: file, OPENROUTER_AUDIT_SECRET: secret };
  const fromFile = rootKeyFor(directory, { env: both });
  expect(fromFile.vkey).not.toBe(secretOnly.vkey);
  expect(rootKeyFor(directory, { rootKey: { pem }, env: {} }).vkey).toBe(fromFile.vkey);
  const service = { publicKey, sign: newRootKey().sign };
  expect(rootKeyFor(directory, { rootKey: service, env: both }).vkey).toBe(fromFile.vkey);
  expect(rootKeyFor(directory, { name: "example.com/shop", env: both }).vkey).toMatch(
    /^example\.com\/shop\+/,
  );
  expect(() => rootKeyFor(directory, { env: {} })).toThrow(/there is none/);
  writeFileSync(join(directory, "secret"), `${secret}\n`);
  expect(rootKeyFor(directory, { env: {} }).vkey).toBe(secretOnly.vkey);
});

test("has the name that the journal's public key has, unless another one is said", () => {
  const directory = newDirectory();
  const env = { OPENROUTER_AUDIT_SECRET: secret };
  const shop = rootKeyFor(directory, { name: "example.com/shop", env });
  writeFileSync(join(directory, "public-key"), `${shop.vkey}\n`);
  expect(rootKeyFor(directory, { env }).vkey).toBe(shop.vkey);
  expect(rootKeyFor(directory, { name: "other", env }).vkey).toMatch(/^other\+/);
  writeFileSync(join(directory, "public-key"), "none");
  expect(rootKeyFor(directory, { env }).vkey).toMatch(/^openrouter-audit\+/);
});

test("may be in a key service, which signs each line; when it lies or is silent, nothing is written", async () => {
  const directory = newDirectory();
  const { rootKey, service } = keyService(50);
  const log = new AuditLog({ directory, secret, rootKey, onProblem: () => {} });
  await log.close();
  const root = rootKeyFor(directory, { rootKey });
  await anchorJournal({ directory, root });
  const { head, problems } = await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!]);
  expect([head!.size, problems]).toEqual([2, []]);
  const before = anchorLines(directory);
  const next = new AuditLog({ directory, secret, rootKey, onProblem: () => {} });
  await next.close();
  for (const answer of [() => new Promise(() => {}), async () => new Uint8Array(64)]) {
    service.answer = answer as typeof service.answer;
    await expect(anchorJournal({ directory, root })).rejects.toThrow(/key service/);
    expect(anchorLines(directory)).toEqual(before);
  }
});

describe("that was rotated", () => {
  async function rotated() {
    const directory = await newJournal();
    await anchor(directory);
    const { to } = await rotateKey(directory, { from: secret, to: other });
    const root = rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: other } });
    expect(root.vkey).toBe(to);
    return { directory, root };
  }

  test("certifies itself in the log, and goes on with it", async () => {
    const { directory, root } = await rotated();
    const { vkey, written } = await anchorJournal({ directory, root });
    expect([vkey, written]).toEqual([anchorVkeyOf(root.vkey), 1]);
    expect(anchorEntries(directory).at(-1)).toMatchObject({
      event_type: "audit.heartbeat",
      detail: { log_key: vkey },
    });
    const log = new AuditLog({ directory, secret: other, onProblem: () => {} });
    await log.close();
    expect((await anchorJournal({ directory, root })).anchored).toHaveLength(1);
    const both = [root, rootKeyFor(directory, { env: { OPENROUTER_AUDIT_SECRET: secret } })];
    const { problems, head, heads } = await anchoredHeads(
      join(directory, "anchor"),
      both.map((key) => verifierOf(key.vkey)!),
    );
    expect([problems, head!.log_key, heads.length]).toEqual([[], vkey, 2]);
  });

  test("is not enough without the trust in the one before", async () => {
    const { directory, root } = await rotated();
    await anchorJournal({ directory, root });
    const found = await anchoredHeads(join(directory, "anchor"), [verifierOf(root.vkey)!]);
    expect(found.problems.map(({ verdict }) => verdict)).toEqual(["UNDELEGATED_STREAM"]);
    expect((await read(directory)).problems.map(({ verdict, seq }) => [verdict, seq])).toEqual([
      ["UNDELEGATED_STREAM", 2],
    ]);
  });

  test("is not gone back from: the old key anchors no more", async () => {
    const { directory, root } = await rotated();
    await anchorJournal({ directory, root });
    await writeLog(newDirectory());
    await expect(anchor(directory)).rejects.toMatchObject({ code: "KEY_MISMATCH" });
  });
});
