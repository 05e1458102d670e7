import type { Population } from "./population.ts";

/** What a package says of itself, as far as its verification goes by it. Any member may be missing: it was written by others. */
export interface Claims {
  readonly exportedAt: Date;
  readonly days: { readonly first: string; readonly last: string };
  readonly leftOut: { readonly earlier_files: number; readonly later_files: number };
  readonly isSelection: boolean;
  readonly text: string;
  /** `<log>#<seq>` of entries that have no proof, with the reason. */
  readonly unproven: ReadonlyMap<string, string>;
  /** What can be counted again. */
  readonly population: Population;
}

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Reads `population.json`; null when it is not in its form. */
export function claimsIn(text: Buffer | null): Claims | null {
  try {
    const said = JSON.parse(text!.toString());
    const { first_day: first, last_day: last, text: words } = said.query;
    const exportedAt = new Date(said.exported_at);
    const isRight =
      said.population_version === 1 &&
      !Number.isNaN(exportedAt.getTime()) &&
      isDay(first) &&
      isDay(last) &&
      first <= last &&
      Number.isSafeInteger(said.left_out.earlier_files) &&
      Number.isSafeInteger(said.left_out.later_files);
    if (!isRight) return null;
    const unproven: { log: string; seq: number; reason: string }[] = said.unproven ?? [];
    return {
      exportedAt,
      days: { first, last },
      leftOut: said.left_out,
      isSelection: said.selection !== null,
      text: String(words),
      unproven: new Map(unproven.map(({ log, seq, reason }) => [`${log}#${seq}`, reason])),
      population: populationIn(said),
    };
  } catch {
    return null;
  }
}

function populationIn({ files, counts, logs }: Population & { files: readonly object[] }): Population {
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
  };
}

function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !day.test(value)) return false;
  const time = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value);
}
