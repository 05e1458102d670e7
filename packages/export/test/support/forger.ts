import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attest } from "../../src/attestation.ts";
import { PopulationCount } from "../../src/content/population.ts";
import { newDirectory, root } from "./sealed-days.ts";

export const filesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();

/** A copy to be changed. */
export function copyOf(bag: string): string {
  const copy = join(newDirectory(), "bag");
  cpSync(bag, copy, { recursive: true });
  return copy;
}

/** Makes the manifests right again, as whoever changes a package can. @returns SHA-256 of the tag manifest, in hex */
export function rehash(bag: string): string {
  const sum = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(bag, file)))
      .digest("hex");
  const lines = (files: string[]) => files.map((file) => `${sum(file)}  ${file}\n`).join("");
  const payload = filesIn(bag).filter((file) => file.startsWith("data/"));
  const bytes = payload.reduce((total, file) => total + statSync(join(bag, file)).size, 0);
  const info = readFileSync(join(bag, "bag-info.txt"), "utf8");
  writeFileSync(
    join(bag, "bag-info.txt"),
    info.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${bytes}.${payload.length}`),
  );
  writeFileSync(join(bag, "manifest-sha256.txt"), lines(payload));
  const tags = filesIn(bag).filter((file) => !/^(data\/|tagmanifest|attestation)/.test(file));
  writeFileSync(join(bag, "tagmanifest-sha256.txt"), lines(tags));
  return sum("tagmanifest-sha256.txt");
}

/** Whoever has the root key signs for whatever they made of a package. */
export async function resign(
  bag: string,
  change: (predicate: never) => void = () => undefined,
): Promise<void> {
  const subject = rehash(bag);
  const file = join(bag, "attestation.dsse.json");
  if (!existsSync(file)) return;
  const { payload } = JSON.parse(readFileSync(file, "utf8"));
  const { predicate } = JSON.parse(Buffer.from(payload, "base64").toString());
  change(predicate as never);
  writeFileSync(file, await attest(subject, predicate, root));
}

/** Changes a text file of a bag. */
export function edit(bag: string, file: string, change: (text: string) => string): void {
  const before = readFileSync(join(bag, file), "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${file} is as it was: the forgery is none`);
  writeFileSync(join(bag, file), after);
}

/** Changes a JSON file of a bag. */
// biome-ignore lint/suspicious/noExplicitAny: a forger knows no types
export function editJson(bag: string, file: string, change: (value: any) => void): void {
  const value = JSON.parse(readFileSync(join(bag, file), "utf8"));
  change(value);
  writeFileSync(join(bag, file), `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes the counts right again. */
export async function recount(bag: string): Promise<void> {
  const logs = filesIn(bag).filter((file) => file.startsWith("data/logs/"));
  const { files, counts, logs: ofLogs } = (await PopulationCount.of(bag, logs)).population;
  editJson(bag, "data/reports/population.json", (said) => {
    Object.assign(said, {
      files: files.map((file) => ({ bytes: 0, sha256: "", ...file })),
      counts,
      logs: ofLogs,
    });
  });
}
