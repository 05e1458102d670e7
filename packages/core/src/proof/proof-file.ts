import { parseHash } from "../seal/checkpoint.ts";
import { checkpointText } from "../seal/line.ts";
import { formatNote } from "../seal/signed-note.ts";
import { ProofFailure } from "./proof-failure.ts";

/** The first lines of the two kinds of proof. */
export const inclusionHeader = "c2sp.org/tlog-proof@v1";
export const consistencyHeader = "openrouter-audit/consistency-proof/v1";

/** A number of entries has at most 53 bits, so that no proof comes near. */
const mostHashes = 63;

/** What a proof file says. */
export interface ProofFile {
  /** The number after `index` or `old`. */
  readonly number: number;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: string;
}

/** A C2SP tlog-proof, https://c2sp.org/tlog-proof. */
export function formatInclusion({ number, hashes, checkpoint }: ProofFile): string {
  return formatProof([inclusionHeader, `index ${number}`], hashes, checkpoint);
}

/** A consistency proof: docs/seal.md, "That a log only grew". */
export function formatConsistency({ number, hashes, checkpoint }: ProofFile): string {
  return formatProof([consistencyHeader, `old ${number}`], hashes, checkpoint);
}

function formatProof(head: readonly string[], hashes: readonly Buffer[], checkpoint: string): string {
  return `${[...head, ...hashes.map((hash) => hash.toString("base64"))].join("\n")}\n\n${checkpoint}`;
}

/** The checkpoint file of a signed line. */
export function formatCheckpoint(origin: string, size: number, root: string, signature: string): string {
  return formatNote(checkpointText(origin, size, root), origin, signature);
}

/** @throws ProofFailure `format` */
export function parseInclusion(text: string): ProofFile {
  const { head, checkpoint } = cut(text, "the tlog-proof");
  const [first, ...rest] = head;
  if (first !== inclusionHeader) throw malformed("the tlog-proof", inclusionHeader, first);
  const lines = rest[0]?.startsWith("extra ") ? rest.slice(1) : rest;
  return { ...numberAndHashes("the tlog-proof", "index", lines), checkpoint };
}

/** @throws ProofFailure `format` */
export function parseConsistency(text: string): ProofFile {
  const { head, checkpoint } = cut(text, "the consistency proof");
  const [first, ...lines] = head;
  if (first !== consistencyHeader) throw malformed("the consistency proof", consistencyHeader, first);
  const said = numberAndHashes("the consistency proof", "old", lines);
  if (said.number === 0)
    throw malformed("the consistency proof", "an old size of at least 1: all logs grew from nothing", "0");
  return { ...said, checkpoint };
}

function cut(text: string, what: string): { head: string[]; checkpoint: string } {
  const end = text.indexOf("\n\n");
  if (end < 0) throw malformed(what, "an empty line before a checkpoint", "none");
  return { head: text.slice(0, end).split("\n"), checkpoint: text.slice(end + 2) };
}

function numberAndHashes(what: string, word: string, [numbered, ...hashes]: readonly string[]) {
  const number = numbered?.startsWith(`${word} `) ? wholeNumberOf(numbered.slice(word.length + 1)) : null;
  if (number === null) throw malformed(what, `a line "${word} <number>"`, numbered);
  if (hashes.length > mostHashes)
    throw malformed(what, `at most ${mostHashes} hashes`, `${hashes.length} lines`);
  return {
    number,
    hashes: hashes.map((line) => {
      const hash = parseHash(line);
      if (hash === null) throw malformed(what, "a hash in base64 on each line", line);
      return hash;
    }),
  };
}

/** A number as it is written in checkpoints: decimal, without leading zeros. Null for any other text. */
export function wholeNumberOf(text: string): number | null {
  const number = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}

function malformed(what: string, expected: string, found = "nothing"): ProofFailure {
  return new ProofFailure("format", `${what} is not in its form`, expected, found.slice(0, 200));
}
