import { codeOfResult, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { packageText } from "../format/package-text.ts";
import { phasesOn } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";

export interface VerifyPackageFlags {
  readonly key?: string;
  readonly successors: boolean;
  readonly knownHeads?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
}

/** What else can be asked of a journal is in a package already, or makes no sense of one. @throws UnusableError */
export function packageFlags({
  key,
  successors,
  knownHeads,
  unsigned,
  json,
  ...others
}: VerifyPackageFlags): VerifyPackageFlags {
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new UnusableError(
      `A package is verified as a whole, with --key, --known-heads and --unsigned: --${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for journals.`,
    );
  const given = { ...(key !== undefined && { key }), ...(knownHeads !== undefined && { knownHeads }) };
  return { ...given, successors, ...(unsigned && { unsigned }), ...(json && { json }) };
}

/** `openrouter-audit verify PACKAGE` */
export function verifyPackageIn(
  path: string,
  flags: VerifyPackageFlags,
  terminal: Terminal,
): Promise<number> {
  const { key, successors, knownHeads, unsigned, json } = flags;
  return untilStopped(terminal, async (signal) => {
    const { verifyPackage } = await import("@openrouter-audit/export");
    const progress = phasesOn(terminal.stderr);
    const found = await verifyPackage(path, {
      ...(key !== undefined && { key: fileOrText(key) }),
      successors,
      ...(knownHeads !== undefined && { knownHeads }),
      ...(unsigned !== undefined && { unsigned }),
      signal,
      onProgress: progress.report,
    }).finally(() => progress.end());
    terminal.stdout.write(json ? answerLine(found) : packageText(found, terminal.colors));
    return codeOfResult[found.result];
  });
}
