import type { ConsistencyProofFiles, EntryProofFiles, LogHead, OldHead } from "@openrouter-audit/core";
import { UnusableError } from "../exit-code.ts";
import { objectIn, type ProofFile, type ProofFileKind, readProofFile } from "./proof-files.ts";

/** The files of one proof, each in its place. */
export type ProofBundle =
  | { readonly kind: "entry"; readonly files: EntryProofFiles }
  | { readonly kind: "consistency"; readonly files: ConsistencyProofFiles };

const names: Readonly<Record<ProofFileKind, string>> = {
  entry: "entry (.entry.json)",
  inclusion: "tlog-proof (.tlog-proof)",
  consistency: "consistency proof (.consistency-proof)",
  delegation: "delegation (.delegation.note)",
  checkpoint: "checkpoint",
  head: "file of heads",
};

/**
 * Puts files together to a proof.
 *
 * @param old the first head of a consistency proof: a root in base64, or a file with a checkpoint or heads
 * @throws UnusableError when they are not those of one proof
 */
export function proofBundle(files: readonly ProofFile[], old: string | undefined): ProofBundle {
  const kinds = new Map<ProofFileKind, ProofFile>();
  for (const file of files) {
    const other = kinds.get(file.kind);
    if (other)
      throw new UnusableError(
        `${other.path} and ${file.path} are both a ${names[file.kind]}. Give the files of one proof.`,
      );
    kinds.set(file.kind, file);
  }
  const textOf = (kind: ProofFileKind) => textIn(need(kinds, kind));
  if (!kinds.has("consistency")) {
    if (old !== undefined) throw new UnusableError("--old is for consistency proofs, and there is none.");
    const entry = need(kinds, "entry").bytes;
    return { kind: "entry", files: { entry, proof: textOf("inclusion"), delegation: textOf("delegation") } };
  }
  if (kinds.has("inclusion")) throw new UnusableError("There are two proofs. Give the files of one.");
  const [proof, delegation] = [textOf("consistency"), textOf("delegation")];
  return { kind: "consistency", files: { proof, delegation, old: oldHead(kinds, old, proof, delegation) } };
}

function oldHead(
  kinds: ReadonlyMap<ProofFileKind, ProofFile>,
  given: string | undefined,
  proof: string,
  delegation: string,
): OldHead {
  if (given !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(given)) return { root: given };
  const file =
    given === undefined
      ? (kinds.get("head") ?? kinds.get("checkpoint"))
      : readProofFile(given.replace(/^@/, ""));
  if (file?.kind === "checkpoint") return { checkpoint: textIn(file) };
  if (file?.kind === "head") return { head: headIn(file, proof, delegation) };
  throw new UnusableError(
    given === undefined
      ? "The first head is missing. Give its checkpoint or a file of heads, or the root you noted with --old."
      : `${given} is neither a root in base64, nor a file with a checkpoint or heads.`,
  );
}

/** The head that a proof is about, of a file of heads. Whether it is one is for the verification to say. */
function headIn(file: ProofFile, proof: string, delegation: string): LogHead {
  const origin = delegation.split("\n", 2)[1];
  const size = Number(/^old ([0-9]{1,16})$/m.exec(proof.slice(0, 200))?.[1]);
  const lines = textIn(file).split("\n");
  const head = lines.map(objectIn).find((each) => each?.log === origin && each?.size === size);
  if (head) return head as unknown as LogHead;
  throw new UnusableError(`${file.path} has no head of ${origin} at size ${size}.`);
}

function need(kinds: ReadonlyMap<ProofFileKind, ProofFile>, kind: ProofFileKind): ProofFile {
  const file = kinds.get(kind);
  if (file) return file;
  throw new UnusableError(`The ${names[kind]} is missing: a proof is not whole without it.`);
}

function textIn({ path, bytes }: ProofFile): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UnusableError(`${path} is not text in UTF-8.`, { cause });
  }
}
