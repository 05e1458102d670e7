import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { UnusableError } from "../exit-code.ts";

/** What a file of a proof is. `head` is a file of heads, one to a line. */
export type ProofFileKind = "entry" | "inclusion" | "consistency" | "delegation" | "checkpoint" | "head";

/** A file of a proof, recognized by what is in it. */
export interface ProofFile {
  readonly path: string;
  readonly kind: ProofFileKind;
  readonly bytes: Buffer;
}

const endings = [".entry.json", ".tlog-proof", ".delegation.note", ".consistency-proof", ".old.checkpoint"];

// An entry is as long as a line of a journal can be; the others are a few kilobytes.
const longestEntry = 16 << 20;
const longestText = 1 << 20;

/** The files that somebody meant by their names, a directory, or what their names begin with. @throws UnusableError */
export function proofFilesOf(given: readonly string[]): ProofFile[] {
  return given.flatMap(filesMeantBy).map(readProofFile);
}

function filesMeantBy(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return filesInDirectory(path);
  if (found) return [path];
  const begun = endings
    .map((ending) => path + ending)
    .filter((each) => statSync(each, { throwIfNoEntry: false }));
  if (begun.length > 0) return begun;
  throw new UnusableError(
    `There is no file ${path}, and none whose name begins so and goes on with ${endings.join(", ")}.`,
  );
}

function filesInDirectory(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => endings.some((ending) => name.endsWith(ending)));
  const stems = [...new Set(names.map(stemOf))];
  if (stems.length === 1) return names.map((name) => join(directory, name));
  throw new UnusableError(
    stems.length === 0
      ? `There is no proof in ${directory}: no file ends in ${endings.join(", ")}.`
      : `There are ${stems.length} proofs in ${directory}. Name one, as ${join(directory, stems[0]!)}.`,
  );
}

function stemOf(name: string): string {
  return name.slice(0, -endings.find((ending) => name.endsWith(ending))!.length);
}

/** @throws UnusableError */
export function readProofFile(path: string): ProofFile {
  const bytes = readSmall(path);
  const kind = kindOf(bytes, basename(path));
  if (kind === null)
    throw new UnusableError(
      `${path} is no file of a proof: neither an entry, a tlog-proof, a consistency proof, a delegation, a checkpoint nor a head.`,
    );
  if (kind !== "entry" && kind !== "head" && bytes.length > longestText)
    throw new UnusableError(`${path} has ${bytes.length} bytes; no such file of a proof is that long.`);
  return { path, kind, bytes };
}

function readSmall(path: string): Buffer {
  try {
    const found = statSync(path);
    // A pipe would never end.
    if (!found.isFile()) throw new Error("it is not a file");
    if (found.size > longestEntry)
      throw new Error(`it has ${found.size} bytes; no file of a proof is that long`);
    return readFileSync(path);
  } catch (cause) {
    throw new UnusableError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
}

function kindOf(bytes: Buffer, name: string): ProofFileKind | null {
  if (name.endsWith(".entry.json")) return "entry";
  const [first = ""] = bytes.toString("utf8", 0, 300).split("\n", 1);
  if (first.startsWith("c2sp.org/tlog-proof@")) return "inclusion";
  if (first.startsWith("openrouter-audit/consistency-proof/")) return "consistency";
  if (first.startsWith("openrouter-audit/log-delegation/")) return "delegation";
  if (first.startsWith("{")) return isHead(bytes) ? "head" : "entry";
  return bytes.includes("\n\n\u2014 ") ? "checkpoint" : null;
}

/** Unlike a head, a leaf has no seal. */
function isHead(bytes: Buffer): boolean {
  const end = bytes.indexOf(0x0a);
  const head = objectIn(bytes.toString("utf8", 0, end < 0 ? bytes.length : end));
  return head !== null && "chain_hash" in head && "log_key" in head;
}

/** The JSON object a text is, or null. */
export function objectIn(text: string): { readonly [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as { [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}
