import { AuditError } from "@openrouter-audit/core";
import { checkOptions, type OptionRules, oneOf } from "@openrouter-audit/core/sink";
import { aText, texts } from "./option-rules.ts";
import { endOf, inWords, isShorter, longest, type Period, periodOf } from "./period.ts";
import { isPreset, type PresetName, retentionPresets } from "./presets.ts";

/** How long the files of a journal are kept. Periods are `30d`, `6mo`, `7y`: calendar days, months, years in UTC, from the end of a file's day. */
export interface RetentionPolicy {
  /** Compressed then; null: never. @default "30d", or as long as the presets want them at hand */
  readonly archiveAfter?: string | null | undefined;
  /** Deleted then; null: never. @default "90d", or the longest minimum */
  readonly deleteAfter?: string | null | undefined;
  /** Rules to keep to: names of `retentionPresets`. @default none */
  readonly presets?: readonly string[] | undefined;
  /** A minimum of your own. @default none */
  readonly minimum?: string | undefined;
  /** A maximum of your own. @default none */
  readonly maximum?: string | undefined;
  /**
   * What to do with a journal that is tampered with: nothing at all, or with the files that have no line of a log that is. @default "stop"
   */
  readonly tampered?: "stop" | "keep_logs" | undefined;
}

/** A policy without contradictions: a file is archived, or deleted, when all of the periods are over. */
export interface ResolvedPolicy {
  readonly archiveAfter: readonly Period[] | null;
  readonly deleteAfter: readonly Period[] | null;
  readonly presets: readonly PresetName[];
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly tampered: "stop" | "keep_logs";
}

interface Limit {
  readonly name: string;
  readonly period: Period;
}

const aPeriodOrNever = [
  (value: unknown) => value === null || typeof value === "string",
  "a period, such as 30d, 6mo or 7y, or null: never",
] as const;

const rules: OptionRules<RetentionPolicy> = {
  archiveAfter: aPeriodOrNever,
  deleteAfter: aPeriodOrNever,
  presets: texts,
  minimum: aText,
  maximum: aText,
  tampered: oneOf("stop", "keep_logs"),
};

const defaults = { archiveAfter: "30d", deleteAfter: "90d" } as const;

/**
 * Checks a policy. What nobody said follows the presets: the longest minimum, and the longest time at hand.
 *
 * @throws AuditError `INVALID_OPTIONS` for what is no period and no preset; `RETENTION_CONFLICT`, which names every pair that
 * contradicts: nothing is ever chosen between them
 */
export function resolvePolicy(policy: RetentionPolicy = {}): ResolvedPolicy {
  // A name that nobody knows would be a period that nobody chose.
  checkOptions("the policy", policy, rules);
  const presets = [...new Set(policy.presets ?? [])].map(presetOf);
  const own = { minimum: policy.minimum, maximum: policy.maximum };
  const limits = (kind: "minimum" | "maximum" | "hot"): Limit[] => [
    ...presets.flatMap((name) => limitOf(name, retentionPresets[name][kind])),
    ...(kind === "hot" ? [] : limitOf(`your ${kind}`, own[kind] ?? undefined)),
  ];
  const [minima, maxima, hot] = [limits("minimum"), limits("maximum"), limits("hot")];
  const archiveAfter = periodsOf("archiveAfter", policy.archiveAfter, hot);
  const deleteAfter = periodsOf("deleteAfter", policy.deleteAfter, minima);
  const conflicts = [
    ...minima.flatMap((minimum) => aboveMaxima(minimum, maxima)),
    ...(policy.deleteAfter ? minima.flatMap((minimum) => below("deleteAfter", deleteAfter, minimum)) : []),
    ...maxima.flatMap((maximum) => outlasts(deleteAfter, maximum, policy, minima)),
    ...(policy.archiveAfter ? hot.flatMap((limit) => below("archiveAfter", archiveAfter, limit)) : []),
    ...(policy.archiveAfter ? neverArchived(archiveAfter, deleteAfter) : []),
  ];
  if (conflicts.length > 0)
    throw new AuditError(
      "RETENTION_CONFLICT",
      `This policy contradicts itself, and nothing was done: ${conflicts.join("; ")}. Which of them holds is for you to say: leave one out, or set another period.`,
    );
  return {
    archiveAfter,
    deleteAfter,
    presets,
    minimum: own.minimum ?? null,
    maximum: own.maximum ?? null,
    tampered: policy.tampered ?? "stop",
  };
}

/** When a file of a day may be archived and deleted; null: never. */
export function dueDates(
  day: string,
  { archiveAfter, deleteAfter }: ResolvedPolicy,
): { readonly archive: Date | null; readonly delete: Date | null } {
  return {
    archive: archiveAfter && endOf(day, archiveAfter),
    delete: deleteAfter && endOf(day, deleteAfter),
  };
}

/** As it is noted with what is deleted under it, and shown. */
export function policyInWords(policy: ResolvedPolicy) {
  const { presets, minimum, maximum, archiveAfter, deleteAfter } = policy;
  return {
    archive_after: archiveAfter && inWords(archiveAfter),
    delete_after: deleteAfter && inWords(deleteAfter),
    presets: [...presets],
    ...(minimum !== null && { minimum }),
    ...(maximum !== null && { maximum }),
  };
}

function presetOf(name: string): PresetName {
  if (isPreset(name)) return name;
  const known = Object.keys(retentionPresets).join(", ");
  throw new AuditError("INVALID_OPTIONS", `There is no preset ${JSON.stringify(name)}. There are: ${known}.`);
}

function limitOf(name: string, text: string | undefined): Limit[] {
  return text === undefined ? [] : [{ name, period: periodOf(text, name) }];
}

function periodsOf(
  name: keyof typeof defaults,
  given: string | null | undefined,
  least: readonly Limit[],
): readonly Period[] | null {
  if (given === null) return null;
  if (given !== undefined) return [periodOf(given, name)];
  return longest([periodOf(defaults[name], name), ...least.map(({ period }) => period)]);
}

function aboveMaxima({ name, period }: Limit, maxima: readonly Limit[]): string[] {
  return maxima
    .filter((maximum) => isShorter([maximum.period], [period]))
    .map(
      (maximum) =>
        `${name} keeps for at least ${period.text}, ${maximum.name} for at most ${maximum.period.text}`,
    );
}

function below(option: string, periods: readonly Period[] | null, { name, period }: Limit): string[] {
  const wants =
    option === "archiveAfter" ? `wants ${period.text} at hand` : `keeps for at least ${period.text}`;
  return periods !== null && isShorter(periods, [period])
    ? [`${option} is ${inWords(periods)}, and ${name} ${wants}`]
    : [];
}

/** Both may be over on one day: what a hold keeps is archived then. */
function neverArchived(archive: readonly Period[] | null, deletion: readonly Period[] | null): string[] {
  if (archive === null || deletion === null) return [];
  const isLater = isShorter(deletion, archive) && !isShorter(archive, deletion);
  return isLater
    ? [
        `archiveAfter is ${inWords(archive)}, and deleteAfter is ${inWords(deletion)}: nothing would be archived`,
      ]
    : [];
}

/** Of what nobody said and a minimum explains, the minimum is what contradicts: that was named. */
function outlasts(
  periods: readonly Period[] | null,
  { name, period }: Limit,
  { deleteAfter }: RetentionPolicy,
  minima: readonly Limit[],
): string[] {
  const most = `${name} keeps for at most ${period.text}`;
  if (periods === null) return [`deleteAfter is "never", and ${most}`];
  const isNamed =
    deleteAfter === undefined && minima.some((minimum) => isShorter([period], [minimum.period]));
  const byDefault = deleteAfter === undefined && minima.length === 0 ? " by default" : "";
  return !isNamed && isShorter([period], periods)
    ? [`deleteAfter is ${inWords(periods)}${byDefault}, and ${most}`]
    : [];
}
