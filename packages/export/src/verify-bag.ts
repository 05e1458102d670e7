import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuditError, type JournalVerification, trustedKeys } from "@openrouter-audit/core";
import { verifierOf } from "@openrouter-audit/core/seal";
import { aboutAnother, predicateOf, readAttestation } from "./attestation.ts";
import { bagFiles, textIn } from "./bag/bag-files.ts";
import { checkBag } from "./bag/check-bag.ts";
import { attestationFile, tagManifest } from "./bag/manifest.ts";
import { type CheckedLogs, checkLogs, type GivenPackage } from "./check-logs.ts";
import { checkMade } from "./check-made.ts";
import type { CheckedProofs } from "./content/check-proofs.ts";
import { claimsIn } from "./content/claims.ts";
import { countedBytes, type OnBytes } from "./counted-bytes.ts";
import { queryText } from "./exported-package.ts";
import { type PackageProblem, type PackageResult, tampered, worstFirst } from "./package-problem.ts";
import { version } from "./version.ts";

export interface VerifyPackageOptions {
  /** The root vkey, from elsewhere than the package. @default the one in the package: then its parts are only shown to belong together */
  readonly key?: string;
  /** As in `verifyJournal`. @default true */
  readonly successors?: boolean;
  /** The path of a file of heads that were noted earlier, as in `verifyJournal`; not of a selection. @default none */
  readonly knownHeads?: string;
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
  readonly attestation: "verified" | "missing" | "wrong";
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
  const trusted = existsSync(notes)
    ? trustedKeys(notes, key, { successors }).keys.map(({ vkey }) => vkey)
    : [key];
  const subject = hashes.get(tagManifest) ?? null;
  const attestation = await attestationIn(directory, files, subject, trusted, problems);
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
    about: claims && { text: queryText(claims), exported_at: claims.exportedAt.toISOString() },
    entries: logs?.count.entries ?? 0,
    journal: logs?.journal ?? null,
    proofs: logs?.proofs ?? null,
    problems: sorted,
    notChecked: [...notChecked(keySource, attestation.state, logs), ...notMade],
  };
}

async function keyOf(directory: string, files: ReadonlyMap<string, number>, given: string | undefined) {
  const key = (given ?? (await textIn(directory, "data/keys/public-key", files))?.toString() ?? "").trim();
  if (verifierOf(key)) return { key, keySource: given === undefined ? "package" : "given" } as const;
  if (given !== undefined)
    throw new AuditError(
      "INVALID_OPTIONS",
      "What was given as the public key is none: one has the form name+id+base64.",
    );
  throw new AuditError(
    "PACKAGE_UNREADABLE",
    `The package in ${directory} has no public key in data/keys/public-key: give the one you were given.`,
  );
}

interface FoundAttestation {
  readonly state: PackageVerification["attestation"];
  /** What was signed; not there when nothing was. */
  readonly predicate?: unknown;
}

async function attestationIn(
  directory: string,
  files: ReadonlyMap<string, number>,
  subject: string | null,
  trusted: readonly string[],
  problems: PackageProblem[],
): Promise<FoundAttestation> {
  if (!files.has(attestationFile)) {
    const message = "nobody signed for the package as a whole";
    problems.push({ verdict: "NO_ATTESTATION", result: "intact", file: null, message });
    return { state: "missing" };
  }
  const envelope = await textIn(directory, attestationFile, files);
  const read =
    envelope && subject ? readAttestation(envelope, subject, trusted) : { flaw: "it cannot be checked" };
  if (read.flaw === null) return { state: "verified", predicate: read.predicate };
  problems.push(tampered("BAD_ATTESTATION", attestationFile, read.flaw));
  if (read.flaw === aboutAnother)
    problems.push(tampered("FILE_CHANGED", tagManifest, "it is not what was signed for"));
  return { state: "wrong" };
}

function reportingOn(onProgress: NonNullable<VerifyPackageOptions["onProgress"]>) {
  return ({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }) =>
    onProgress({ doing: "reporting", bytes, totalBytes });
}

/** What was signed for must be what the package says. */
function judgeStatement(signed: unknown, { claims, problems }: GivenPackage, logs: CheckedLogs): void {
  const { result = "tampered", notChecked = [] } = logs.claimed ?? {};
  const counted = { from: claims.from, entries: logs.count.entries };
  const said = predicateOf({ ...claims, now: claims.exportedAt }, counted, { result, notChecked });
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

function notChecked(
  keySource: PackageVerification["keySource"],
  attestation: PackageVerification["attestation"],
  logs: CheckedLogs | null,
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
    // What it says of the key is said above.
    ...(logs?.journal?.notChecked ?? []),
  ];
}
