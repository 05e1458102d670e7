import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { flushDirectory } from "@openrouter-audit/core/seal";
import { inWorkingFolder } from "./working-folder.ts";

const leftBehind = /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.partial$/;

/** A folder beside the target, in which a package is made; nothing else is touched until it is whole. */
export class Staging {
  readonly target: string;
  readonly directory: string;

  private constructor(target: string) {
    this.target = target;
    this.directory = join(dirname(target), `.${basename(target)}.${randomUUID()}.partial`);
  }

  /**
   * Lets a package be made there; what is left of it when that fails is removed, and what others left there that were killed.
   *
   * @throws AuditError `PACKAGE_UNWRITABLE` when the target is there already, or the disk refuses
   */
  static async of<T>(target: string, work: (staging: Staging) => Promise<T>): Promise<T> {
    const staging = new Staging(resolve(target));
    try {
      await checkFree(staging.target);
      const { directory } = staging;
      return await inWorkingFolder(
        dirname(directory),
        basename(directory),
        (name) => leftBehind.test(name),
        () => work(staging),
      );
    } catch (cause) {
      throw unwritable(staging, cause);
    }
  }

  at(name: string): string {
    return join(this.directory, name);
  }

  /** Gives a finished folder the name of the target. */
  async publishFolder(name: string): Promise<void> {
    await checkFree(this.target);
    // Takes the place of nothing but an empty folder.
    await rename(this.at(name), this.target);
    await flushDirectory(dirname(this.target));
  }

  /** The same of a file. */
  async publishFile(name: string): Promise<void> {
    await link(this.at(name), this.target).catch(async (cause: NodeJS.ErrnoException) => {
      // A stick that packages are carried on may have no second names (FAT).
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(cause.code ?? "")) throw cause;
      await checkFree(this.target);
      await rename(this.at(name), this.target);
    });
    await rm(this.at(name), { force: true });
    await flushDirectory(dirname(this.target));
  }
}

async function checkFree(target: string): Promise<void> {
  const found = await lstat(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw cause;
  });
  if (found === null) return;
  if (found.isDirectory() && !isFileName(target) && (await readdir(target)).length === 0) return;
  const what = found.isSymbolicLink()
    ? "a symbolic link"
    : found.isDirectory()
      ? "a folder that is not empty"
      : "there already";
  throw new AuditError(
    "PACKAGE_UNWRITABLE",
    `${target} is ${what}, and nothing was written. Name another place, or remove it first.`,
  );
}

function isFileName(target: string): boolean {
  return /\.(?:zip|json)$/i.test(target);
}

/** Only what the file system says of the new files: a journal that cannot be read speaks for itself. */
function unwritable({ target, directory }: Staging, cause: unknown): unknown {
  const { code, syscall, path, message } = cause as NodeJS.ErrnoException;
  const isOurs = (place: string) =>
    place.startsWith(directory) || place === target || place === dirname(target);
  const isWriting = path === undefined ? syscall === "write" || syscall === "fsync" : isOurs(path);
  if (cause instanceof AuditError || syscall === undefined || !isWriting) return cause;
  const why =
    code === "ENOSPC" || code === "EDQUOT"
      ? "there is no room left on the disk"
      : code === "ENOENT" && !existsSync(dirname(target))
        ? `there is no folder ${dirname(target)}`
        : message;
  return new AuditError(
    "PACKAGE_UNWRITABLE",
    `${target} was not written: ${why}. What had been written of it was removed.`,
    { cause },
  );
}
