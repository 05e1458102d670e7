import { isCanonicalJson } from "../seal/canonical-json.ts";
import { leafHash } from "../seal/merkle.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { rootOfInclusion } from "./inclusion-proof.ts";
import { type FailedProof, ProofFailure, provenOr } from "./proof-failure.ts";
import { parseInclusion } from "./proof-file.ts";
import { type ProofKey, rootKeysOf } from "./root-keys.ts";
import { type DelegatedKey, openCheckpoint, openDelegation, type SizedRoot } from "./signed-head.ts";

/** The contents of the three files that show one entry. See docs/seal.md, "Proofs". */
export interface EntryProofFiles {
  /** `<id>.entry.json` */
  readonly entry: Uint8Array;
  /** `<id>.tlog-proof` */
  readonly proof: string;
  /** `<id>.delegation.note` */
  readonly delegation: string;
}

/** That an entry stood in a log. */
export interface ProvenEntry {
  readonly proven: true;
  readonly log: string;
  /** The position of the entry, from 0. */
  readonly seq: number;
  /** How many entries the log had at the checkpoint. */
  readonly size: number;
  /** The root at the checkpoint, in base64. */
  readonly root: string;
  /** The vkey of the log. */
  readonly logKey: string;
  /** The root vkey that certified it: one of those given. */
  readonly rootKey: string;
  /** When that was, in the words of whoever did. */
  readonly delegated: string;
  /** What was sealed. Written by whoever wrote the log: any member may be anything. */
  readonly entry: { readonly [name: string]: unknown };
}

/**
 * Checks that an entry stood in a log, with the root's public key alone: the steps of docs/seal.md, "That an entry was
 * sealed". Whatever the files hold, it answers and throws nothing.
 *
 * @throws AuditError `INVALID_OPTIONS` when the key is no vkey
 */
export function verifyEntryProof(files: EntryProofFiles, key: ProofKey): ProvenEntry | FailedProof {
  return new EntryProofs(key).verify(files);
}

/** The same of many entries: a delegation and a checkpoint that they share are verified once. */
export class EntryProofs {
  readonly #rootKeys: readonly NoteVerifier[];
  readonly #delegated = new Map<string, DelegatedKey>();
  /** By the delegation and the checkpoint. */
  readonly #heads = new Map<string, SizedRoot>();

  /** @throws AuditError `INVALID_OPTIONS` when the key is no vkey */
  constructor(key: ProofKey) {
    this.#rootKeys = rootKeysOf(key);
  }

  /** Whatever the files hold, it answers and throws nothing. */
  verify(files: EntryProofFiles): ProvenEntry | FailedProof {
    return provenOr(() => {
      const { number: index, hashes, checkpoint } = parseInclusion(files.proof);
      const delegated = this.#openDelegation(files.delegation);
      const head = this.#openCheckpoint(checkpoint, files.delegation, delegated);
      return provenEntry(Buffer.from(files.entry), { index, hashes, delegated, ...head });
    });
  }

  #openDelegation(note: string): DelegatedKey {
    const known = this.#delegated.get(note) ?? openDelegation(note, this.#rootKeys);
    this.#delegated.set(note, known);
    return known;
  }

  #openCheckpoint(note: string, delegation: string, delegated: DelegatedKey): SizedRoot {
    const both = `${delegation}\0${note}`;
    const known = this.#heads.get(both) ?? openCheckpoint(note, delegated);
    this.#heads.set(both, known);
    return known;
  }
}

interface Inclusion extends SizedRoot {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly delegated: DelegatedKey;
}

/** @throws ProofFailure */
function provenEntry(leaf: Buffer, { index, hashes, delegated, size, root }: Inclusion): ProvenEntry {
  const entry = entryIn(leaf);
  if (entry.log !== delegated.origin || entry.seq !== index || index >= size)
    throw new ProofFailure(
      "position",
      "the entry does not stand where the proof says",
      `${delegated.origin}#${index}, of ${size} entries`,
      `${textOf(entry.log)}#${textOf(entry.seq)}`,
    );
  const found = rootOfInclusion(index, size, Buffer.from(leafHash(leaf), "latin1"), hashes);
  if (!found?.equals(root))
    throw new ProofFailure(
      "inclusion",
      found ? "the entry is not the one in the log" : "the proof has no form for this index and size",
      `the root ${root.toString("base64")}`,
      found ? `the root ${found.toString("base64")}` : `${hashes.length} hashes for ${index} of ${size}`,
    );
  return {
    proven: true,
    log: delegated.origin,
    seq: index,
    size,
    root: root.toString("base64"),
    logKey: delegated.key.vkey,
    rootKey: delegated.rootKey,
    delegated: delegated.time,
    entry,
  };
}

function entryIn(leaf: Buffer): { readonly [name: string]: unknown } {
  const wanted = "a JSON object in its RFC 8785 form, without a line end";
  if (!isCanonicalJson(leaf))
    throw new ProofFailure("entry", "the entry file is not a leaf", wanted, "other bytes");
  const entry: unknown = JSON.parse(leaf.toString());
  if (typeof entry === "object" && entry !== null && !Array.isArray(entry))
    return entry as { [name: string]: unknown };
  throw new ProofFailure("entry", "the entry file is not a leaf", wanted, "JSON that is no object");
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 300) : "nothing";
}
