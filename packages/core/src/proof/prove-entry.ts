import { isCanonicalJson } from "../seal/canonical-json.ts";
import { hashOfLine } from "../seal/line.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import type { Journal } from "../verify/given-journal.ts";
import type { LinePosition } from "../verify/verdict.ts";
import { growingInclusion } from "./growing-proof.ts";
import { idBeginningWith } from "./id-beginning.ts";
import { JournalLines, type ProofProgress } from "./journal-lines.ts";
import { LogReplay } from "./log-replay.ts";
import { formatCheckpoint, formatInclusion } from "./proof-file.ts";
import { nameOfEntryProof } from "./proof-name.ts";
import type { ProofKey } from "./root-keys.ts";
import { type Unprovable, unprovable } from "./unprovable.ts";
import { type EntryProofFiles, verifyEntryProof } from "./verify-entry-proof.ts";

/** An entry by its `id`, by what its `id` alone begins with (of a store: the whole of it), or by its place. */
export type WantedEntry =
  | { readonly id: string }
  | { readonly idBeginsWith: string }
  | { readonly log: string; readonly seq: number };

export interface ProveOptions {
  /** The root vkey; of a source it must be given. @default the one the journal keeps in its file `public-key` */
  readonly key?: ProofKey;
  /** Directories of notes that tie root keys to each other, besides those of the journal. @default none */
  readonly rotations?: string | readonly string[];
  /** Told again and again how many bytes of how many were read. */
  readonly onProgress?: (progress: ProofProgress) => void;
}

/** Where an entry stands. */
export interface EntryPlace {
  readonly log: string;
  readonly seq: number;
  readonly at: LinePosition;
}

/** An entry and what shows to others that it was sealed. */
export interface EntryProof extends EntryPlace {
  readonly proven: true;
  readonly id: string;
  /** What its files are called: the `id`, where that is safe. */
  readonly name: string;
  /** How many entries the log had at the checkpoint of the proof. */
  readonly size: number;
  readonly files: EntryProofFiles;
  /** Where the same `id` stands too, as it does when a commit failed half-way and was written again. */
  readonly others: readonly (EntryPlace & { readonly message: string })[];
}

/** More places than any series of failed commits makes. */
const mostPlaces = 16;

/**
 * Makes the proof of one entry of a journal. Of several places where its `id` stands the newest that can be proven is
 * taken. The lines of its log are checked up to the checkpoint, and so is the proof.
 *
 * @param journal a journal directory, or files of one; or a store
 * @throws AuditError `JOURNAL_UNREADABLE`; `INVALID_OPTIONS` when the key is no vkey, or that of a source was not given
 */
export function proveEntry(
  journal: Journal,
  wanted: WantedEntry,
  options: ProveOptions = {},
): Promise<EntryProof | Unprovable> {
  const readings = "idBeginsWith" in wanted ? 3 : 2;
  return JournalLines.of(journal, readings, options, (lines) => proveFrom(lines, wanted, options));
}

async function proveFrom(
  lines: JournalLines,
  wanted: WantedEntry,
  options: ProveOptions,
): Promise<EntryProof | Unprovable> {
  const rootKeys = await lines.rootKeys(options.key);
  const exactly = "idBeginsWith" in wanted ? await idBeginningWith(lines, wanted.idBeginsWith) : wanted;
  if ("proven" in exactly) return exactly;
  const places = await placesOf(lines, exactly);
  if ("proven" in places) return places;
  let first: Unprovable | null = null;
  const others: EntryProof["others"][number][] = [];
  for (const [index, place] of places.entries()) {
    const proof = await proveAt(lines, place, rootKeys);
    if (proof.proven) {
      const older = places.slice(index + 1);
      return {
        ...proof,
        others: [...others, ...older.map((other) => ({ ...other, message: "an earlier one" }))],
      };
    }
    first ??= proof;
    others.push({ ...place, message: proof.message });
  }
  return first!;
}

type WantedPlace = Exclude<WantedEntry, { readonly idBeginsWith: string }>;

/** Where a wanted entry claims to be, the newest first. */
async function placesOf(lines: JournalLines, wanted: WantedPlace): Promise<EntryPlace[] | Unprovable> {
  const found = new Map<string, EntryPlace & { readonly hash: Buffer }>();
  for await (const { entry, line, at } of lines.with(wanted)) {
    const { id, log, seq } = entry;
    if ("id" in wanted ? id !== wanted.id : log !== wanted.log || seq !== wanted.seq) continue;
    const name = `${log}#${seq}`;
    const hash = hashOfLine(line);
    const known = found.get(name);
    if (known && !known.hash.equals(hash))
      return unprovable("TAMPERED", `a second, different line for entry ${seq} of ${log}`, at);
    if (!known) found.set(name, { log, seq, at, hash });
    if (found.size > mostPlaces)
      return unprovable("TAMPERED", `more than ${mostPlaces} entries have this id: name one by LOG#SEQ`, at);
  }
  if (found.size > 0) return [...found.values()].reverse().map(({ log, seq, at }) => ({ log, seq, at }));
  const what = "id" in wanted ? `the id ${wanted.id}` : `the place ${wanted.log}#${wanted.seq}`;
  return unprovable("NOT_FOUND", `no entry has ${what}`);
}

async function proveAt(
  lines: JournalLines,
  place: EntryPlace,
  rootKeys: readonly NoteVerifier[],
  everySignature = false,
): Promise<Omit<EntryProof, "others"> | Unprovable> {
  const { log, seq, at } = place;
  const replay = new LogReplay(rootKeys, { size: seq, begin: growingInclusion }, everySignature);
  let entry: { readonly id: string; readonly leaf: Buffer } | null = null;
  for await (const next of lines.with({ log })) {
    if (next.entry.log !== log) continue;
    const fits = replay.add(next);
    if (typeof fits !== "boolean") return fits;
    if (!fits) continue;
    const { leaf, chainHash, signature } = next.line;
    if (next.entry.seq === seq) entry = { id: next.entry.id, leaf };
    if (!entry || signature === "") continue;
    // Somewhere before: a second reading finds where.
    if (replay.flawOfSignature(next)) return proveAt(lines, place, rootKeys, true);
    if (!isCanonicalJson(entry.leaf))
      return unprovable("TAMPERED", `entry ${seq} is not in canonical form`, at);
    const checkpoint = formatCheckpoint(log, replay.size, chainHash, signature);
    const proof = formatInclusion({ number: seq, hashes: replay.proof!, checkpoint });
    const files = { entry: entry.leaf, proof, delegation: replay.delegation };
    const check = verifyEntryProof(
      files,
      rootKeys.map(({ vkey }) => vkey),
    );
    if (!check.proven) throw new Error(`A proof that proves nothing was made: ${check.message}.`);
    const { id } = entry;
    return {
      proven: true,
      id,
      name: nameOfEntryProof(id, entry.leaf),
      log,
      seq,
      at,
      size: replay.size,
      files,
    };
  }
  if (entry)
    return unprovable(
      "NOT_COVERED",
      `no signature covers entry ${seq}: its commit was cut, or is under way`,
      at,
    );
  return unprovable(
    "LINES_MISSING",
    `the lines before entry ${seq} of ${log} stand after it, or nowhere`,
    at,
  );
}
