import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anchorJournal } from "@openrouter-audit/anchor";
import { retain } from "@openrouter-audit/retention";
import { filesIn, newDirectory, oldJournal, root, secret } from "../../retention/test/support/old-journal.ts";
import { runCli } from "./run-cli.ts";

const env = { OPENROUTER_AUDIT_SECRET: secret };
const script = fileURLToPath(new URL("../standalone/verify-journal.mjs", import.meta.url));
const verify = (...words: string[]) => runCli(["verify", "--key", root.vkey, ...words], { env });

/** A journal with an anchor log in it, or where it is said. */
async function anchored(anchors?: string): Promise<string> {
  const { directory } = oldJournal();
  await anchorJournal({ directory, root, ...(anchors !== undefined && { anchors }) });
  return directory;
}

/** Two journals with one key, the newest file of the second of which is gone. */
async function oneThatLost(anchors?: string): Promise<readonly [string, string]> {
  const [whole, cut] = [await anchored(), await anchored(anchors)];
  rmSync(join(cut, filesIn(cut).at(-1)!));
  return [whole, cut];
}

const inBothOrders = <Place>([a, b]: readonly [Place, Place]) => [
  [a, b],
  [b, a],
];

test("what is missing of one of several journals is, whichever stands first", async () => {
  const two = await oneThatLost();
  for (const places of inBothOrders(two)) {
    const { code, stdout } = await verify(...places);
    expect([code, stdout]).toEqual([1, expect.stringContaining("MISSING_STREAM")]);
    expect(stdout).toMatch(/^TAMPERED {2}2 paths are not what was sealed: /);
    const [first, second] = places.map((place) => join(place, "anchor"));
    expect(stdout).toMatch(new RegExp(`\nanchor log {4}${first}: .*\n {14}${second}: `));
  }
});

test("what retention deleted of one of several journals is not missing, whichever stands first", async () => {
  const { directory } = oldJournal();
  await retain(directory, { archiveAfter: null }, { root });
  for (const places of inBothOrders([directory, await anchored()])) {
    const { code, stdout } = await verify(...places);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\ndeleted {7}\d days/)]);
  }
});

test("the verifier of one file reads the anchor log of each of several journals as well", async () => {
  const alone = (...words: string[]) => {
    try {
      return execFileSync(process.execPath, [script, "--key", root.vkey, ...words], { encoding: "utf8" });
    } catch (error) {
      return String((error as { stdout: string }).stdout);
    }
  };
  const anchors = join(newDirectory(), "anchors");
  const [whole, cut] = await oneThatLost(anchors);
  const named = inBothOrders([join(whole, "anchor"), anchors] as const);
  for (const [index, places] of inBothOrders([whole, cut] as const).entries()) {
    expect(alone(...places)).toMatch(/^INTACT\n/);
    const said = alone(...places, ...named[index]!.flatMap((place) => ["--anchors", place]));
    expect(said).toMatch(/^TAMPERED\nMISSING_STREAM/);
  }
});

test("anchor logs that are named are all read, and where one is written, several are refused", async () => {
  const anchors = join(newDirectory(), "anchors");
  const [whole, cut] = await oneThatLost(anchors);
  for (const places of inBothOrders([join(whole, "anchor"), anchors] as const)) {
    const words = places.flatMap((place) => ["--anchors", place]);
    const { code, stdout } = await verify(whole, cut, ...words);
    expect([code, stdout]).toEqual([1, expect.stringContaining("MISSING_STREAM")]);
    const refused = await runCli(["anchor", whole, ...words], { env });
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("Give it once.")]);
  }
});

test("the variable for an anchor log takes that of no other journal away", async () => {
  const anchors = join(newDirectory(), "anchors");
  const [whole, cut] = await oneThatLost(anchors);
  const there = { ...env, OPENROUTER_AUDIT_ANCHOR_DIR: anchors };
  for (const places of inBothOrders([whole, cut] as const)) {
    const words = ["verify", "--key", root.vkey, ...places];
    for (const more of [{}, { OPENROUTER_AUDIT_DIR: cut }]) {
      const { code, stdout } = await runCli(words, { env: { ...there, ...more } });
      expect([code, stdout]).toEqual([1, expect.stringContaining("MISSING_STREAM")]);
      for (const place of [anchors, join(whole, "anchor")]) expect(stdout).toContain(`${place}: `);
    }
  }
});

test("of several journals, that is named whose holds and tombstones are in an anchor log that was not looked at", async () => {
  const anchors = join(newDirectory(), "anchors");
  const { directory } = oldJournal();
  await retain(directory, { archiveAfter: null }, { root, anchors });
  for (const places of inBothOrders([directory, await anchored()])) {
    const { code, stdout } = await verify(...places);
    expect(code).toBe(1);
    expect(stdout).toContain(`the holds and tombstones of ${directory}, which are in another anchor log`);
  }
});
