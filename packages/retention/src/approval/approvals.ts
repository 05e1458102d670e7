import type { AuditEntry } from "@openrouter-audit/core";
import { draftOf, type Person } from "../person.ts";
import { type DoomedFile, doomedFiles, isDoomedFile, planDigest } from "./plan-digest.ts";
import { isMixed, isSamePerson } from "./same-person.ts";

/** That somebody agreed to a deletion. */
export interface Approval {
  /** The plan that was approved. */
  readonly plan: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** Where that is noted in the anchor log. */
  readonly seq: number;
}

export interface ApprovalState {
  /** The newest approval by which something was deleted; null when nobody had to, or nobody did. */
  readonly approval: Approval | null;
  /** Why something was not deleted that could be: nobody else approved it. */
  readonly notApproved: string | null;
}

interface NotedApproval extends Approval {
  readonly note: AuditEntry;
  readonly files: ReadonlySet<string>;
}

const validMs = 7 * 86_400_000;

/**
 * Who approved which files: an approval counts for each file that it names, byte for byte, for seven days, for another person. So it
 * outlives a run that was cut short and a day on which more files are due, and lets nothing go that was not in the plan.
 */
export class Approvals {
  readonly #noted: readonly NotedApproval[];
  /** As entries say it, so that it is comparable with theirs. */
  readonly #who: ReturnType<typeof draftOf>;
  readonly #now: Date;

  /**
   * @param notes of an anchor log that was verified
   * @param asker who wants to delete, and when
   */
  constructor(notes: readonly AuditEntry[], asker: { readonly person: Person; readonly now: Date }) {
    this.#noted = notes.flatMap((note) => approvalIn(note) ?? []);
    this.#who = draftOf(asker.person);
    this.#now = asker.now;
  }

  /** The newest approval that lets a file go; null when there is none. */
  of(file: DoomedFile): Approval | null {
    const newest = this.#ofOthers(file).findLast(({ at }) => this.#isValid(at));
    return newest ? { plan: newest.plan, by: newest.by, at: newest.at, seq: newest.seq } : null;
  }

  /** Why a file may not go, as a clause; null when it may. */
  whyNot(file: DoomedFile): string | null {
    if (this.of(file)) return null;
    const late = this.#ofOthers(file).at(-1);
    if (late) return `what ${late.by} approved on ${late.at} is not of the last 7 days`;
    const same = this.#naming(file);
    const mixed = same.find(({ note }) => !isSamePerson(note, this.#who));
    if (mixed)
      return `${JSON.stringify(mixed.by)}, who approved it, has a name of several alphabets, which may be anybody's`;
    const id = this.#who.user_id;
    const own = same.at(-1);
    if (own) {
      const called = own.by === id ? "" : `, called ${JSON.stringify(own.by)} there`;
      return `${id}, who wants to delete, is the only one who approved it${called}`;
    }
    const other = this.#noted.at(-1);
    return other
      ? `nobody has approved ${file.file} as it is now: the newest approval is of another plan (${other.plan})`
      : "nobody has approved it";
  }

  /**
   * What is to be said of a run.
   *
   * @param doomed what could be deleted
   * @param going what of it is
   * @param command by which somebody else approves the rest
   */
  stateOf(doomed: readonly DoomedFile[], going: readonly DoomedFile[], command: string): ApprovalState {
    const used = going.flatMap((file) => this.of(file) ?? []).sort((one, other) => one.seq - other.seq);
    const gone = new Set(going.map(keyOf));
    const waiting = doomed.filter((file) => !gone.has(keyOf(file)));
    const approval = used.at(-1) ?? null;
    const why = waiting.map((file) => this.whyNot(file)).find((each) => each !== null) ?? null;
    if (why === null) return { approval, notApproved: null };
    const plan = planDigest(waiting);
    const what =
      going.length === 0 ? "Nothing was deleted: the plan" : "Not all was deleted: of the rest, the plan";
    return {
      approval,
      notApproved:
        `${what} ${plan} needs a second person, and ${why}. ` +
        `Let somebody else run, with the same place and policy: openrouter-audit ${command} --plan ${plan}`,
    };
  }

  #naming(file: DoomedFile): NotedApproval[] {
    const key = keyOf(file);
    return this.#noted.filter(({ files }) => files.has(key));
  }

  #ofOthers(file: DoomedFile): NotedApproval[] {
    return this.#naming(file).filter(({ note }) => !isSamePerson(note, this.#who) && !isMixed(note));
  }

  #isValid(at: string): boolean {
    const age = this.#now.getTime() - Date.parse(at);
    return age >= 0 && age < validMs;
  }
}

function approvalIn(note: AuditEntry): NotedApproval | null {
  const { event_type, detail, user_id: by, recorded_at: at, seq } = note;
  const { action, plan, files } = detail ?? {};
  const isOne = event_type === "audit.approved" && action === "delete" && Array.isArray(files);
  if (!isOne || typeof plan !== "string" || typeof by !== "string") return null;
  return { plan, by, at, seq, note, files: new Set(files.filter(isDoomedFile).map(keyOf)) };
}

/** The same name, and the same contents. */
function keyOf(file: DoomedFile): string {
  return planDigest(doomedFiles([file]));
}
