import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { AuditError, type JournalVerification, trustedKeys } from "@openrouter-audit/core";
import { verifierOf, whyNoVkey } from "@openrouter-audit/core/seal";
import { bagFiles, textIn } from "./bag/bag-files.ts";
import { checkBag } from "./bag/check-bag.ts";
import { tagManifest } from "./bag/manifest.ts";
import {
  attestationIn,
  type FoundAttestation,
  judgeStatement,
  type SignedBy,
  signerIn,
} from "./check-attestation.ts";
import { checkLogs } from "./check-logs.ts";
import { checkMade } from "./check-made.ts";
import type { CheckedLogs } from "./checked-logs.ts";
import type { CheckedProofs } from "./content/check-proofs.ts";
import { claimsIn } from "./content/claims.ts";
import { countedBytes, type OnBytes } from "./counted-bytes.ts";
import { queryText } from "./exported-package.ts";
import { type PackageProblem, type PackageResult, tampered, worstFirst } from "./package-problem.ts";

export interface VerifyPackageOptions {
  /** The root vkey, from elsewhere than the package. @default the one in the package: then its parts are only shown to belong together */
  readonly key?: string;
  /** As in `verifyJournal`. @default true */
  readonly successors?: boolean;
  /** The path of a file of heads that were noted earlier, as in `verifyJournal`; not of a selection. @default none */
  readonly knownHeads?: string;
  /** Whether a package is whole that nobody signed for: anybody may have made it, or left entries of a selection out. @default false */
  readonly unsigned?: boolean;
  /** Told of each part how far it is, in this order. */
  readonly onProgress?: OnBytes<"hashing" | "counting" | "verifying" | "reporting">;
  readonly signal?: AbortSignal;
}

/** What a verification of a package found. */
export interface PackageVerification {
  readonly result: PackageResult;
  /** As it was given. */
  readonly path: string;
  readonly form: "directory" | "zip";
  readonly key: string;
  /** `package`: nobody said which key to expect. */
  readonly keySource: "given" | "package";
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of the tag manifest, in hex; null when it is not there. */
  readonly tagManifestSha256: string | null;
  readonly attestation: FoundAttestation["state"];
  /** The root vkey that the attestation is by, and how it is tied to `key`; null when there is none that verifies. */
  readonly signedBy: SignedBy | null;
  /** What the package says it is. */
  readonly about: { readonly text: string; readonly exported_at: string } | null;
  readonly entries: number;
  /** Of the logs; null of a selection. */
  readonly journal: JournalVerification | null;
  /** Of a selection. */
  readonly proofs: CheckedProofs | null;
  /** Every finding, worst first. */
  readonly problems: readonly PackageProblem[];
  readonly notChecked: readonly string[];
}

/** Checks a bag in a folder. @param path as it was given */
export async function verifyBag(
  directory: string,
  path: string,
  form: PackageVerification["form"],
  options: VerifyPackageOptions,
): Promise<PackageVerification> {
  const files = await bagFiles(directory);
  const totalBytes = [...files.values()].reduce((sum, size) => sum + size, 0);
  const hashed = countedBytes(options.onProgress, "hashing", totalBytes);
  const onBytes = (more: number) => {
    options.signal?.throwIfAborted();
    hashed(more);
  };
  const { problems, hashes } = await checkBag(directory, files, onBytes);
  const { key, keySource } = await keyOf(directory, files, options.key);
  const notes = join(directory, "data/keys");
  const { successors = true } = options;
  const trust = trustedKeys(existsSync(notes) ? notes : [], key, { successors });
  const trusted = trust.keys.map(({ vkey }) => vkey);
  const subject = hashes.get(tagManifest) ?? null;
  const attestation = await attestationIn(
    { directory, files, subject, trusted, problems },
    options.unsigned === true,
  );
  const claims = claimsIn(await textIn(directory, "data/reports/population.json", files));
  if (claims === null)
    problems.push(
      tampered("COUNTS_DIFFER", "data/reports/population.json", "it is not there, or not in its form"),
    );
  const given = claims && { directory: resolve(directory), files, hashes, claims, key, trusted, problems };
  const logs = given && (await checkLogs(given, options));
  const { signal, onProgress } = options;
  const made = { signal, onProgress: onProgress && reportingOn(onProgress) };
  const notMade = logs ? await checkMade(given, logs, made) : [];
  if (logs && attestation.predicate !== undefined) judgeStatement(attestation.predicate, given, logs);
  const sorted = worstFirst(problems);
  return {
    result: sorted[0]?.result ?? "intact",
    path,
    form,
    key,
    keySource,
    files: files.size,
    bytes: totalBytes,
    tagManifestSha256: subject,
    attestation: attestation.state,
    signedBy: signerIn(trust, attestation.by),
    about: claims && { text: queryText(claims), exported_at: claims.exportedAt.toISOString() },
    entries: logs?.count.entries ?? 0,
    journal: logs?.journal ?? null,
    proofs: logs?.proofs ?? null,
    problems: sorted,
    notChecked: [
      ...notChecked(keySource, attestation.state, logs, options.knownHeads !== undefined),
      ...notMade,
    ],
  };
}

async function keyOf(directory: string, files: ReadonlyMap<string, number>, given: string | undefined) {
  const key = (given ?? (await textIn(directory, "data/keys/public-key", files))?.toString() ?? "").trim();
  if (verifierOf(key)) return { key, keySource: given === undefined ? "package" : "given" } as const;
  if (given !== undefined)
    throw new AuditError("INVALID_OPTIONS", `What was given as the public key is none: ${whyNoVkey(key)}`);
  throw new AuditError(
    "PACKAGE_UNREADABLE",
    `The package in ${directory} has no public key in data/keys/public-key: give the one you were given.`,
  );
}

function reportingOn(onProgress: NonNullable<VerifyPackageOptions["onProgress"]>) {
  return ({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }) =>
    onProgress({ doing: "reporting", bytes, totalBytes });
}

function notChecked(
  keySource: PackageVerification["keySource"],
  attestation: PackageVerification["attestation"],
  logs: CheckedLogs | null,
  knowsMore: boolean,
): string[] {
  return [
    ...(keySource === "package"
      ? [
          "The public key is the package's own: this shows that its parts belong together, and nothing of who made them.",
        ]
      : []),
    ...(attestation === "missing"
      ? ["Nobody signed for the package as a whole: files outside the logs may be anybody's."]
      : []),
    ...(logs?.proofs ? ["That the selection is complete: only the whole log can show that."] : []),
    ...(logs?.proofs && knowsMore
      ? ["The heads that were noted: a selection has no whole log to compare them with."]
      : []),
    // What it says of the key is said above.
    ...(logs?.journal?.notChecked ?? []),
  ];
}
