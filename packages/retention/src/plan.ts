import { lstatSync } from "node:fs";
import { join } from "node:path";
import { dayOfFile, isArchive, type JournalVerification } from "@openrouter-audit/core";
import { type Cut, RefusedFile } from "@openrouter-audit/core/seal";
import { contentsOf, type JournalFileFacts, readFacts } from "./file-facts.ts";
import { journalNames, type StoredFile, storedFile } from "./file-state.ts";
import type { Hold } from "./hold/hold.ts";
import { holdInWords } from "./hold/hold-watch.ts";
import { LogTrees } from "./log-trees.ts";
import { isDay } from "./period.ts";
import type { PlannedFile } from "./planned-file.ts";
import { dueDates, type ResolvedPolicy } from "./policy.ts";
import { type OnRetentionProgress, PartProgress } from "./retention-progress.ts";
import { type PlannedCut, VerifiedLogs } from "./tombstone.ts";
import { tooYoung } from "./too-young.ts";
import { type Undelivered, unpackedName } from "./undelivered.ts";

/** What a plan is made of. */
export interface PlanInput {
  readonly directory: string;
  readonly onProgress?: OnRetentionProgress | undefined;
  readonly policy: ResolvedPolicy;
  readonly now: Date;
  readonly verification: JournalVerification;
  /** What was deleted before. */
  readonly cuts: readonly Cut[];
  readonly undelivered: Undelivered;
  /** The legal holds that were not released. */
  readonly holds: readonly Hold[];
  /** Why nothing at all is done; null when something may be. Then no file is read. */
  readonly stopped: string | null;
  /** Why nothing is deleted now that could be; null when it may. */
  readonly noDeletion: string | null;
  /** Why a file is not deleted that could be, as a clause; null when it may. @default any may */
  readonly unapproved?: ((file: JournalFileFacts) => string | null) | undefined;
}

/** Decides about each file of a journal, in the order in which they are read. Changes nothing. */
export async function planFiles(input: PlanInput): Promise<PlannedFile[]> {
  const files = journalNames(input.directory);
  const sizes = files.map((file) => storedFile(input.directory, file)?.size ?? 0);
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const progress = new PartProgress("planning", totalBytes, input.onProgress);
  const plan = new Plan(input, progress.read);
  for (const [index, file] of files.entries()) {
    progress.begin(sizes[index]!);
    await plan.add(file);
  }
  progress.end();
  return plan.files;
}

class Plan {
  readonly files: PlannedFile[] = [];
  readonly #input: PlanInput;
  readonly #onRead: (bytes: number) => void;
  readonly #logs: VerifiedLogs;
  readonly #trees: LogTrees;
  /** Of which logs lines stay, and in which file. */
  readonly #staying = new Map<string, string>();
  /** Files that have an archive beside them with the same contents. */
  readonly #copied = new Map<string, JournalFileFacts>();

  constructor(input: PlanInput, onRead: (bytes: number) => void) {
    this.#input = input;
    this.#onRead = onRead;
    this.#logs = new VerifiedLogs(input.verification);
    this.#trees = new LogTrees(input.cuts);
  }

  async add(file: string): Promise<void> {
    const { directory, policy } = this.#input;
    const stored = storedFile(directory, file);
    const isGone = !stored && !lstatSync(join(directory, file), { throwIfNoEntry: false });
    if (isGone) return;
    const day = dayOfFile(file)!;
    const due = isDay(day) ? dueDates(day, policy) : { archive: null, delete: null };
    const base = {
      file,
      day,
      bytes: stored?.size ?? 0,
      archiveDue: due.archive?.toISOString() ?? null,
      deleteDue: due.delete?.toISOString() ?? null,
      facts: null,
      cuts: [],
    };
    if (!stored) {
      this.files.push({ ...base, action: "stay", because: ["it is no regular file: nothing reads it"] });
    } else if (!isDay(day)) {
      this.files.push({ ...base, action: "stay", because: ["there is no such day as its name says"] });
    } else if (
      this.#isOver(due.delete) ||
      (this.#isOver(due.archive) && !isArchive(file)) ||
      this.#copied.has(file)
    ) {
      const { stopped } = this.#input;
      if (stopped !== null) {
        this.files.push({ ...base, action: "stay", because: [stopped] });
        return;
      }
      const facts = await this.#factsOf(file, stored);
      this.files.push({ ...base, ...(await this.#decide(facts, due)) });
    } else {
      this.files.push({
        ...base,
        action: "stay",
        because: [
          isArchive(file) || due.archive === null
            ? tooYoung(due.delete, "deleted")
            : tooYoung(due.archive, "compressed"),
        ],
      });
    }
  }

  #isOver(due: Date | null): boolean {
    return due !== null && due <= this.#input.now;
  }

  async #factsOf(file: string, stored: StoredFile): Promise<JournalFileFacts | string> {
    const { directory, holds } = this.#input;
    const copy = this.#copied.get(file);
    if (copy) return { ...copy, file, stored };
    try {
      return await readFacts(directory, file, stored, this.#trees, holds, this.#onRead);
    } catch (error) {
      if (error instanceof RefusedFile) return `it is not read: ${error.message}`;
      throw error;
    }
  }

  async #decide(
    facts: JournalFileFacts | string,
    due: ReturnType<typeof dueDates>,
  ): Promise<Pick<PlannedFile, "action" | "because" | "facts" | "cuts">> {
    const [isForDeletion, isForArchive] = [this.#isOver(due.delete), this.#isOver(due.archive)];
    if (typeof facts === "string") return { action: "stay", because: [facts], facts: null, cuts: [] };
    const stay = (because: readonly string[]) => {
      for (const { log } of facts.logs) if (!this.#staying.has(log)) this.#staying.set(log, facts.file);
      return { facts, cuts: [], because };
    };
    const untouchable = this.#untouchable(facts);
    if (untouchable.length > 0) return { action: "stay", ...stay(untouchable) };
    if (!isArchive(facts.file)) {
      const archive = await this.#archiveBeside(facts);
      if (archive === "same")
        return {
          action: "archive",
          because: ["its archive is there already: only this is left to remove"],
          facts,
          cuts: [],
        };
      if (archive) return { action: "stay", ...stay([archive]) };
    }
    const cuts = isForDeletion ? this.#logs.cutsOf(facts) : [];
    const kept = isForDeletion ? this.#keeping(facts, cuts) : [];
    const action = isForArchive && !isArchive(facts.file) ? "archive" : "stay";
    if (isForDeletion && kept.length === 0) {
      const { noDeletion, unapproved } = this.#input;
      if (noDeletion !== null) return { action, because: [noDeletion], facts, cuts: [] };
      const missing = unapproved?.(facts) ?? null;
      if (missing !== null) return { action, ...stay([missing]) };
      return { action: "delete", because: [], facts, cuts: cuts as readonly PlannedCut[] };
    }
    return { action, ...stay(isForDeletion ? kept : [tooYoung(due.delete, "deleted")]) };
  }

  /** Why nothing at all is done with a file. */
  #untouchable({ file, logs }: JournalFileFacts): string[] {
    const { undelivered } = this.#input;
    const tampered = logs.find(({ log }) => this.#logs.isTampered(log));
    const reason = undelivered.reasonFor(file);
    return [
      ...(tampered ? [`it holds lines of ${tampered.log}, which is tampered with: it is evidence`] : []),
      ...(reason === null ? [] : [reason]),
    ];
  }

  /** Why a file that is old enough is not deleted. */
  #keeping(facts: JournalFileFacts, cuts: readonly PlannedCut[] | string): string[] {
    const { policy, now } = this.#input;
    const { newest, logs } = facts;
    const newestDue = newest === null ? null : newestDueOf(newest, policy);
    const before = logs.find(({ log }) => this.#staying.has(log));
    return [
      ...(newestDue === "unknown"
        ? [`its newest entry says ${JSON.stringify(newest)}, which is no time`]
        : []),
      ...(newestDue instanceof Date && newestDue > now
        ? [
            `its newest entry, or log that it links, is of ${newest}, later than its day: ${tooYoung(newestDue, "deleted")}`,
          ]
        : []),
      ...(typeof cuts === "string" ? [cuts] : []),
      ...facts.holds.map(holdInWords),
      ...(before
        ? [
            `earlier lines of ${before.log} stay, in ${this.#staying.get(before.log)}: a log is cut from its beginning`,
          ]
        : []),
    ];
  }

  /** What the archive beside a file is: a copy of it, or something else, in words. */
  async #archiveBeside(facts: JournalFileFacts): Promise<"same" | string | null> {
    const { directory } = this.#input;
    const archive = `${unpackedName(facts.file)}.gz`;
    if (!lstatSync(join(directory, archive), { throwIfNoEntry: false })) return null;
    if (!storedFile(directory, archive)) return `${archive} is there too, and is no regular file`;
    try {
      const { sha256 } = await contentsOf(join(directory, archive));
      if (sha256 !== facts.sha256) return `${archive} is there too, and holds something else`;
      this.#copied.set(archive, facts);
      return "same";
    } catch (error) {
      if (error instanceof RefusedFile) return `${archive} is there too, and is not read: ${error.message}`;
      throw error;
    }
  }
}

function newestDueOf(newest: string, policy: ResolvedPolicy): Date | "unknown" | null {
  const day = newest.slice(0, 10);
  return isDay(day) && !Number.isNaN(Date.parse(newest)) ? dueDates(day, policy).delete : "unknown";
}
