import type { SelectedFrom } from "../exported-package.ts";
import { type Days, daysOf } from "./days.ts";
import { type FileDays, fileDaysIn } from "./file-days.ts";
import { isCount, isText } from "./json-forms.ts";
import type { Population } from "./population.ts";
import type { Wanted } from "./selection.ts";

/** What a package says of itself, as far as its verification goes by it. Any member may be missing: it was written by others. */
export interface Claims {
  readonly exportedAt: Date;
  readonly since: Date;
  readonly until: Date;
  /** Those that this time touches. */
  readonly days: Days;
  /** What made it. */
  readonly tool: { readonly name: string; readonly version: string; readonly node: string };
  readonly leftOut: { readonly earlier_files: number; readonly later_files: number };
  /** Of a selection nobody can tell it from its lines. */
  readonly fileDays: FileDays;
  /** null: everything */
  readonly wanted: Wanted | null;
  readonly from: SelectedFrom;
  /** Of a selection: entries that have no proof; else null. */
  readonly unproven:
    | readonly { readonly log: string; readonly seq: number; readonly reason: string }[]
    | null;
  /** What can be counted again. */
  readonly population: Population;
}

/** Reads `population.json`; null when it is not in its form. */
export function claimsIn(text: Buffer | null): Claims | null {
  try {
    const said = JSON.parse(text!.toString());
    const { query, left_out, tool, selection } = said;
    const [exportedAt, since, until] = [timeIn(said.exported_at), timeIn(query.since), timeIn(query.until)];
    const days = daysOf(since, until);
    const isRight =
      said.population_version === 1 &&
      since < until &&
      query.first_day === days.first &&
      query.last_day === days.last &&
      isCount(left_out.earlier_files) &&
      isCount(left_out.later_files) &&
      [tool.name, tool.version, tool.node].every(isText);
    if (!isRight) return null;
    return {
      exportedAt,
      since,
      until,
      days,
      tool: { name: tool.name, version: tool.version, node: tool.node },
      leftOut: left_out,
      fileDays: fileDaysIn(said),
      wanted: selection === null ? null : wantedIn(selection, since, until),
      from: {
        examined: countIn(selection?.examined ?? 0),
        actsLeftOut: countIn(selection?.acts_left_out ?? 0),
      },
      unproven: selection === null ? null : unprovenIn(said.unproven),
      population: populationIn(said),
    };
  } catch {
    return null;
  }
}

function wantedIn({ form, users }: { form: unknown; users: unknown }, since: Date, until: Date): Wanted {
  const isRight =
    (form === "users" || (form === "subject" && (users as unknown[]).length === 1)) &&
    Array.isArray(users) &&
    users.length > 0 &&
    users.every(isText);
  if (!isRight) throw new Error("no selection");
  return { form, users, since, until } as Wanted;
}

function unprovenIn(said: readonly { log: unknown; seq: unknown; reason: unknown }[]) {
  return said.map(({ log, seq, reason }) => {
    if (!isText(log) || !isText(reason)) throw new Error("no entry");
    return { log: log as string, seq: countIn(seq), reason: reason as string };
  });
}

/** In the one form that is written, so that what is said is what is shown. */
function timeIn(value: unknown): Date {
  const time = new Date(value as string);
  if (time.toISOString() !== value) throw new Error("no time");
  return time;
}

function countIn(value: unknown): number {
  if (!isCount(value)) throw new Error("no count");
  return value as number;
}

function populationIn({
  files,
  counts,
  logs,
  reconciliations,
}: Population & { files: readonly object[] }): Population {
  return {
    files: files.map((file) => {
      // The two that the manifest says as well.
      const {
        bytes: _bytes,
        sha256: _sha256,
        ...content
      } = file as never as { bytes: number; sha256: string };
      return content as never;
    }),
    counts,
    logs,
    reconciliations,
  };
}
