import { isDeepStrictEqual } from "node:util";
import type { KeyTrust, TrustedKey } from "@openrouter-audit/core";
import { aboutAnother, predicateOf, readAttestation } from "./attestation.ts";
import { textIn } from "./bag/bag-files.ts";
import { attestationFile, tagManifest } from "./bag/manifest.ts";
import type { CheckedLogs } from "./checked-logs.ts";
import type { GivenPackage } from "./given-package.ts";
import { tampered } from "./package-problem.ts";
import { version } from "./version.ts";

/** Who signed for a package. */
export interface SignedBy {
  readonly vkey: string;
  /** To the key that was given. */
  readonly relation: TrustedKey["relation"];
  /** The file of the note that ties them; null when it is that key. */
  readonly note: string | null;
}

export function signerIn({ keys }: KeyTrust, by: string | undefined): SignedBy | null {
  const found = keys.find(({ vkey }) => vkey === by);
  return found ? { vkey: found.vkey, relation: found.relation, note: found.note?.file ?? null } : null;
}

/** What was found of an attestation. */
export interface FoundAttestation {
  readonly state: "verified" | "missing" | "wrong";
  /** What was signed; not there when nothing was. */
  readonly predicate?: unknown;
  /** The root vkey that signed. */
  readonly by?: string;
}

/** @param mayBeMissing whether a package may be whole that has none */
export async function attestationIn(
  {
    directory,
    files,
    subject,
    trusted,
    problems,
  }: Pick<GivenPackage, "directory" | "files" | "trusted" | "problems"> & { readonly subject: string | null },
  mayBeMissing: boolean,
): Promise<FoundAttestation> {
  if (!files.has(attestationFile)) {
    const message = "nobody signed for the package as a whole";
    const result = mayBeMissing ? "intact" : "incomplete";
    problems.push({ verdict: "NO_ATTESTATION", result, file: null, message });
    return { state: "missing" };
  }
  const envelope = await textIn(directory, attestationFile, files);
  const read =
    envelope && subject ? readAttestation(envelope, subject, trusted) : { flaw: "it cannot be checked" };
  if (read.flaw === null) return { state: "verified", predicate: read.predicate, by: read.by };
  problems.push(tampered("BAD_ATTESTATION", attestationFile, read.flaw));
  if (read.flaw === aboutAnother)
    problems.push(tampered("FILE_CHANGED", tagManifest, "it is not what was signed for"));
  return { state: "wrong" };
}

/** What was signed for must be what the package says. */
export function judgeStatement(signed: unknown, { claims, problems }: GivenPackage, logs: CheckedLogs): void {
  const { result = "tampered", notChecked = [] } = logs.claimed ?? {};
  const counted = { from: claims.from, entries: logs.count.entries };
  const facts = { ...claims, now: claims.exportedAt };
  const said = predicateOf(facts, counted, { result, notChecked }, logs.whole ?? { result: "tampered" });
  const expected = JSON.parse(JSON.stringify(said));
  // Another version may say more.
  const compared = claims.tool.version === version ? signed : membersOf(signed, Object.keys(expected));
  if (!isDeepStrictEqual(compared, expected))
    problems.push(
      tampered("BAD_ATTESTATION", attestationFile, "it says something else of the package than the package"),
    );
}

function membersOf(value: unknown, names: readonly string[]): object {
  const said = Object(value) as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, said[name]]));
}
