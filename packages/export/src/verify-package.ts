import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { RefusedPackage, unpackZip } from "./bag/unpack-zip.ts";
import { aFlag, anObject, aText } from "./option-rules.ts";
import { type PackageVerification, type VerifyPackageOptions, verifyBag } from "./verify-bag.ts";
import { inTemporaryFolder } from "./working-folder.ts";

/** With a key that goes unread for its misspelt name, a package would be checked with its own. */
const rules: OptionRules<VerifyPackageOptions> = {
  key: aText,
  successors: aFlag,
  knownHeads: aText,
  unsigned: aFlag,
  onProgress: aFunction,
  signal: anObject,
};

/**
 * Checks a package, in a folder or a ZIP: docs/export.md, "Verification". A ZIP is unpacked into a private folder that is removed.
 *
 * @throws AuditError `PACKAGE_UNREADABLE` when it is refused, or not there; `INVALID_OPTIONS` when the key is no vkey, or for an option that there
 * is none of; the signal's reason
 */
export async function verifyPackage(
  path: string,
  options: VerifyPackageOptions = {},
): Promise<PackageVerification> {
  checkOptions("verifyPackage", options, rules);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await verifyBag(path, path, "directory", options);
    if (!found.isFile()) throw new RefusedPackage("it is neither a folder nor a file");
    return await verifyZip(path, options);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function verifyZip(path: string, options: VerifyPackageOptions): Promise<PackageVerification> {
  return inTemporaryFolder(async (place) => {
    const directory = await unpackZip(path, join(place, "unpacked"), options.signal);
    return verifyBag(directory, path, "zip", options);
  });
}

function unreadable(path: string, cause: unknown): unknown {
  if (cause instanceof RefusedPackage) {
    const message = `The package ${path} is refused: ${cause.message.replace(/\.+$/, "")}. Nothing of it was used.`;
    return new AuditError("PACKAGE_UNREADABLE", message, { cause });
  }
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof AuditError || syscall === undefined) return cause;
  const why =
    code === "ENOSPC" ? `there is no room to unpack it in ${tmpdir()} (TMPDIR says where)` : message;
  return new AuditError("PACKAGE_UNREADABLE", `The package ${path} cannot be read: ${why}.`, { cause });
}
