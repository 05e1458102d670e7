import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "@openrouter-audit/core";
import { anchoredHeads, anchorFile, verifierOf } from "@openrouter-audit/core/seal";
import type { BagWriter } from "../bag/bag-writer.ts";
import { copyInto } from "./segments.ts";

export const anchorFolder = "data/checkpoints/anchor";

const receipt = /^\d+\.(?:checkpoint|tsr|cosigned)$/;

/** Whether a package may have a file of that path of the anchor log. @param isOfOne then only the checkpoint */
export function isOfAnchors(path: string, isOfOne: boolean): boolean {
  const name = path.startsWith(`${anchorFolder}/`) ? path.slice(anchorFolder.length + 1) : null;
  if (name === null || isOfOne) return name === "checkpoint";
  return name === "checkpoint" || name === anchorFile || receipt.test(name.replace(/^receipts\//, ""));
}

/** The anchor log of a journal, where it is kept; null when there is none. */
export function anchorsOf(directory: string, given: string | null | undefined): string | null {
  if (given === null) return null;
  const anchors = given ?? join(directory, "anchor");
  return given !== undefined || existsSync(join(anchors, anchorFile)) ? anchors : null;
}

/** Copies the anchor log: what was published of it first, for the log must not be older than that. */
export async function addAnchors(bag: BagWriter, anchors: string): Promise<void> {
  const receipts = join(anchors, "receipts");
  const names = existsSync(receipts) ? readdirSync(receipts) : [];
  const sizes = names.flatMap((name) => /^(\d{1,15})\.checkpoint$/.exec(name)?.[1] ?? []).map(Number);
  const newest = sizes.length > 0 ? Math.max(...sizes) : null;
  for (const name of names.filter((each) => each.startsWith(`${newest}.`)).sort())
    if (receipt.test(name)) await copyInto(bag, `${anchorFolder}/receipts/${name}`, receipts, name);
  if (existsSync(join(anchors, "checkpoint")))
    await copyInto(bag, `${anchorFolder}/checkpoint`, anchors, "checkpoint");
  await copyInto(bag, `${anchorFolder}/${anchorFile}`, anchors, anchorFile);
}

/** The checkpoint alone: it names nobody. */
export async function addAnchorCheckpoint(bag: BagWriter, copied: BagWriter): Promise<void> {
  const path = `${anchorFolder}/checkpoint`;
  if (existsSync(copied.at(path))) await bag.add(path, readFileSync(copied.at(path)));
}

/** What the anchor log notes of the files of the journal, as far as it verifies. */
export async function notesIn(
  copied: Pick<BagWriter, "at">,
  trusted: readonly string[],
): Promise<readonly AuditEntry[]> {
  const rootKeys = trusted.map((vkey) => verifierOf(vkey)!);
  return (await anchoredHeads(copied.at(anchorFolder), rootKeys)).notes;
}
