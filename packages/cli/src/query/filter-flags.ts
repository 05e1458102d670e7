import type { Condition, EntryFilter } from "@openrouter-audit/analysis";
import { type Command, Option } from "commander";
import type { Analysis } from "../analysis/load-analysis.ts";
import { UnusableError } from "../exit-code.ts";
import { checkOrder, type Period, periodOf, toldOf } from "../period.ts";
import { wholeNumber } from "../whole-number.ts";
import { whereOf } from "./where.ts";
import { dollarsOf, listOf, millisecondsOf, statusesOf } from "./words.ts";

/** Conditions, as they are given on a command line. */
export interface FilterFlags {
  readonly since?: Period;
  readonly until?: Period;
  readonly system?: boolean;
  readonly calls?: boolean;
  readonly error?: readonly string[];
  readonly minCost?: number;
  readonly maxCost?: number;
  readonly minLatency?: number;
  readonly minTokens?: number;
  readonly where?: readonly string[];
}

/** Options with a list, and the member each is about. */
const lists = [
  ["-u, --user <ids>", "user", "user_id", "of these users"],
  ["-m, --model <names>", "model", "model", "of these models, or of those beginning so: 'openai/*'"],
  ["-s, --status <statuses>", "status", "status", "how it ended: success, error, aborted, unknown"],
  ["-t, --type <events>", "type", "event_type", "events of these types, or of those beginning so: 'audit.*'"],
  ["--provider <names>", "provider", "provider", "answered by these providers"],
  ["--feature <names>", "feature", "feature", "made for these (metadata.feature)"],
  ["--tenant <ids>", "tenant", "tenant_id", "of these tenants"],
  ["--session <ids>", "session", "session_id", "of these sessions"],
  ["--service <names>", "service", "service_name", "made by these services"],
  ["--endpoint <paths>", "endpoint", "endpoint", "with these endpoints: '/api/v1/chat/*'"],
  ["--generation <ids>", "generation", "generation_id", "of these generations, as OpenRouter calls them"],
  ["--trace <ids>", "trace", "trace_id", "of these traces (W3C)"],
  ["--route <patterns>", "route", "route", "made for these routes of the application: '/chat/*'"],
  ["--prompt-hash <digests>", "promptHash", "prompt_hash", "with these prompts, by their digests"],
] as const;

/** Adds the options that say which entries. A list has commas; each option given must hold. */
export function addFilterOptions(command: Command): Command {
  for (const [flags, name, , description] of lists)
    command.option(flags, description, name === "status" ? statusesOf : listOf);
  return command
    .option("--error <types>", "failed so, by type or code: rate_limit_exceeded, 429", listOf)
    .option("--min-cost <dollars>", "that cost so much or more", dollarsOf)
    .option("--max-cost <dollars>", "that cost so much or less", dollarsOf)
    .option("--min-latency <time>", "that took so long or longer: 1500, 1.5s", millisecondsOf)
    .option("--min-tokens <number>", "with so many tokens or more (total_tokens)", wholeNumber)
    .option(
      "--where <condition>",
      "MEMBER=VALUE, or != >= <=, of any member; may be repeated",
      (text, before) => [...((before as string[] | undefined) ?? []), text],
    )
    .option("--since <time>", toldOf.since, (text) => periodOf(text))
    .option("--until <time>", toldOf.until, (text) => periodOf(text))
    .addOption(
      new Option(
        "--calls",
        "only calls, as a report counts them (not what was refused, management, events)",
      ).conflicts(["system", "orphans"]),
    )
    .option("--system", "also what the log says about itself (audit.*, call_started)");
}

/** @throws UnusableError; AuditError `INVALID_OPTIONS` */
export function filterOf(flags: FilterFlags, analysis: Analysis): EntryFilter {
  const { since, until, system, calls, where = [] } = flags;
  checkOrder(flags);
  const match = matchOf([...flagConditions(flags), ...where.map((text) => whereOf(text, analysis))]);
  return {
    ...(since && { since: since.start }),
    ...(until && { until: until.end }),
    ...(system && { system }),
    ...(calls && { calls }),
    match,
  };
}

type NamedCondition = readonly [member: string, condition: Condition];

function flagConditions(flags: FilterFlags): NamedCondition[] {
  const found: NamedCondition[] = [];
  for (const [, name, member] of lists) {
    const values = (flags as Readonly<Record<string, readonly string[] | undefined>>)[name];
    if (values) found.push([member, values]);
  }
  if (flags.error) found.push(errorCondition(flags.error));
  const { minCost, maxCost, minLatency, minTokens } = flags;
  if (minCost !== undefined) found.push(["cost_usd", { min: minCost }]);
  if (maxCost !== undefined) found.push(["cost_usd", { max: maxCost }]);
  if (minLatency !== undefined) found.push(["latency_ms", { min: minLatency }]);
  if (minTokens !== undefined) found.push(["total_tokens", { min: minTokens }]);
  return found;
}

/** A number is the code of the answer, a word its type. */
function errorCondition(values: readonly string[]): NamedCondition {
  const codes = values.filter((value) => /^\d/.test(value));
  if (codes.length === values.length) return ["error_code", values];
  if (codes.length === 0) return ["error_type", values];
  throw new UnusableError(
    `--error ${values.join(",")}: give types or codes, not both; both are members of each failure.`,
  );
}

/** Both ends of a range may be given apart; all else of one member is said once. */
function matchOf(conditions: readonly NamedCondition[]): Record<string, Condition> {
  const match = new Map<string, Condition>();
  for (const [member, condition] of conditions) {
    const before = match.get(member);
    if (before === undefined) match.set(member, condition);
    else if (isRange(before) && isRange(condition) && !Object.keys(condition).some((end) => end in before))
      match.set(member, { ...before, ...condition });
    else
      throw new UnusableError(
        `${member} is asked for twice: give one condition, with commas between values.`,
      );
  }
  return Object.fromEntries(match);
}

function isRange(condition: Condition): condition is { min?: number } {
  return typeof condition === "object" && condition !== null && ("min" in condition || "max" in condition);
}
