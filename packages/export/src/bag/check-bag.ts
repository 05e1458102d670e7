import { join } from "node:path";
import type { PackageProblem } from "../package-problem.ts";
import { hashesOf, textIn } from "./bag-files.ts";
import {
  attestationFile,
  declaration,
  type Manifest,
  parseManifest,
  payloadManifest,
  tagManifest,
} from "./manifest.ts";

/** Digits of the hashes that RFC 8493 knows, by the name in the name of the manifest. */
const digits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };
const manifestName = /^(tag)?manifest-([a-z0-9]+)\.txt$/;

/**
 * Whether a folder is a whole and sound bag, RFC 8493 section 3; with a SHA-256 manifest of both kinds, as packages have.
 *
 * @param files their sizes
 * @returns what is wrong, and SHA-256 of each file in hex
 */
export async function checkBag(
  directory: string,
  files: ReadonlyMap<string, number>,
  onBytes: (bytes: number) => void,
): Promise<{ readonly problems: PackageProblem[]; readonly hashes: ReadonlyMap<string, string> }> {
  const problems: PackageProblem[] = [];
  const hashes = new Map<string, string>();
  const report = (verdict: PackageProblem["verdict"], file: string, message: string) =>
    problems.push({ verdict, result: "tampered", file, message });
  if ((await textIn(directory, "bagit.txt", files))?.toString() !== declaration)
    report("NOT_A_BAG", "bagit.txt", "it is not there, or not the declaration of a BagIt 1.0 bag");
  if (files.has("fetch.txt")) report("NOT_A_BAG", "fetch.txt", "a package has all its files itself");
  const manifests = await manifestsIn(directory, files, report);
  for (const name of [payloadManifest, tagManifest])
    if (!manifests.has(name)) report("NOT_A_BAG", name, "it is not there");
  for (const { name, isTag, manifest } of manifests.values()) {
    const listed = [...manifest.hashes.keys()];
    for (const path of listed) {
      if (path.startsWith("data/") === isTag)
        report("NOT_A_BAG", name, `it names ${path}, which is not its to name`);
      else if (!files.has(path)) report("FILE_MISSING", path, `${name} names it, and it is not there`);
    }
    for (const path of files.keys())
      if (path.startsWith("data/") !== isTag && !isFree(path, isTag) && !manifest.hashes.has(path))
        report("FILE_UNLISTED", path, `it is there, and ${name} does not name it${litterIn(path)}`);
  }
  const block = Buffer.allocUnsafeSlow(1 << 20);
  for (const path of [...files.keys()].sort()) {
    const naming = [...manifests.values()].filter(({ manifest }) => manifest.hashes.has(path));
    const found = await hashesOf(
      join(directory, path),
      [...new Set(["sha256", ...naming.map((each) => each.algorithm)])],
      onBytes,
      block,
    );
    hashes.set(path, found.get("sha256")!);
    const wrong = naming.filter((each) => found.get(each.algorithm) !== each.manifest.hashes.get(path));
    if (wrong.length > 0)
      report("FILE_CHANGED", path, `it is not what ${wrong.map(({ name }) => name).join(" and ")} says`);
  }
  // Files that are missing or changed have been named, and what they are together says no more.
  if (problems.every(({ verdict }) => !verdict.startsWith("FILE_")))
    await checkInfo(directory, files, report);
  return { problems, hashes };
}

/** What computers leave in folders that people open. It may hide something, and so it is found; whoever knows it need not be alarmed. */
function litterIn(path: string): string {
  const isLitter = /(?:^|\/)(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$|^__MACOSX\//i.test(path);
  return isLitter
    ? ": a computer puts such a file where a folder is opened. Take the package as it came"
    : "";
}

type Report = (verdict: PackageProblem["verdict"], file: string, message: string) => void;

interface NamedManifest {
  readonly name: string;
  readonly isTag: boolean;
  readonly algorithm: string;
  readonly manifest: Manifest;
}

async function manifestsIn(
  directory: string,
  files: ReadonlyMap<string, number>,
  report: Report,
): Promise<Map<string, NamedManifest>> {
  const manifests = new Map<string, NamedManifest>();
  for (const name of files.keys()) {
    const [, tag, algorithm = ""] = manifestName.exec(name) ?? [];
    if (algorithm === "") continue;
    const text = await textIn(directory, name, files);
    if (digits[algorithm] === undefined || text === null) {
      report("NOT_A_BAG", name, "its hashes are not known here, or it is too long");
      continue;
    }
    const manifest = parseManifest(text.toString(), digits[algorithm]);
    for (const flaw of manifest.flaws) report("NOT_A_BAG", name, flaw);
    manifests.set(name, { name, isTag: tag !== undefined, algorithm, manifest });
  }
  return manifests;
}

/** What no tag manifest need name: tag manifests, and what signs for one. */
function isFree(path: string, isTag: boolean): boolean {
  return isTag && (path === attestationFile || path.startsWith("tagmanifest-"));
}

async function checkInfo(
  directory: string,
  files: ReadonlyMap<string, number>,
  report: Report,
): Promise<void> {
  const text = (await textIn(directory, "bag-info.txt", files))?.toString() ?? "";
  const said = /^Payload-Oxum:[ \t]*(\S+)[ \t]*$/m.exec(text)?.[1];
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const oxum = `${payload.reduce((sum, [, size]) => sum + size, 0)}.${payload.length}`;
  if (said !== oxum)
    report(
      "NOT_A_BAG",
      "bag-info.txt",
      `its Payload-Oxum is ${said?.slice(0, 40) ?? "missing"}, and data has ${oxum}`,
    );
}
