import { verifierOf } from "../seal/signed-note.ts";
import { HeadProofs } from "./head-proofs.ts";
import type { JournalSource } from "./journal-sources.ts";
import { type FilePart, JournalVerifier } from "./journal-verifier.ts";
import type { VerificationTerms } from "./verification-terms.ts";

/** What a file is verified by, as plain data. */
export type PartTerms = Pick<VerificationTerms, "roots" | "signatures"> & {
  readonly rootKeys: readonly string[];
};

/**
 * Verifies one file of a journal by itself: each log from its first entry, or from what its heartbeat says of those before,
 * which whoever joins the parts compares with them.
 *
 * @returns null when a part of the file does not stand by itself: then it is to be read behind those before it
 */
export async function readFilePart(
  source: JournalSource,
  { rootKeys, ...terms }: PartTerms,
): Promise<FilePart | null> {
  const verifiers = rootKeys.map((vkey) => verifierOf(vkey)!);
  const run = new JournalVerifier({
    ...terms,
    rootKeys: verifiers,
    heads: new HeadProofs(verifiers),
    // What comes before and after is no concern of this part.
    coverage: { whole: true, later: null, since: "", until: "" },
    cuts: new Map(),
  });
  await run.read(source, () => undefined);
  return run.part;
}
