import { AuditError, type VerifyJournalOptions } from "@openrouter-audit/core";
import { verifierOf, whyNoVkey } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions } from "@openrouter-audit/core/sink";
import { aBoolean, aSignal, aTime } from "../entries/option-rules.ts";
import { type AskedPeriod, periodOf } from "./period.ts";
import type { PolicyExpectations } from "./report.ts";
import { type NightHours, termsOf, type UnusualOptions } from "./unusual-options.ts";
import type { Window } from "./window.ts";

export interface ReportOptions {
  /** By `timestamp`: from `since` on, before `until`. @default all that is there */
  readonly period?: AskedPeriod | undefined;
  /** What calls should be. What is not said is not looked at. */
  readonly expect?: PolicyExpectations | undefined;
  /** Which hours are nobody's working hours, for the rule `off_hours`: UTC, from the first on, before the second. @default [22, 6] */
  readonly offHours?: NightHours | undefined;
  /** From where on the rules of `unusual` speak. */
  readonly unusual?: UnusualOptions | undefined;
  /** How to verify what the report covers; false: not at all. A place in Postgres needs a `key`. @default false */
  readonly verify?: VerifyJournalOptions | false | undefined;
  /** What `generated_at` says, and by when a log that was silent is over. @default now */
  readonly now?: Date | undefined;
  /** Told again and again how far the reading is, and then the verification. */
  readonly onProgress?: ((done: ReportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReportProgress {
  readonly doing: "reading" | "verifying";
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Before anything is read. @returns the period @throws AuditError `INVALID_OPTIONS` */
export function checkReportOptions(options: ReportOptions): Window {
  checkOptions("report", options, {
    period: [isObject, "an object with since and until"],
    expect: [isObject, "an object"],
    offHours: [Array.isArray, "two hours of the day"],
    unusual: [isObject, "an object"],
    verify: [
      (value) => value === false || isObject(value),
      "false, or an object of options of verifyJournal",
    ],
    now: aTime,
    onProgress: aFunction,
    signal: aSignal,
  });
  checkOptions("report, expect", options.expect ?? {}, {
    zdr: aBoolean,
    deny_data_collection: aBoolean,
    models: [isListOfNames, "a list of models"],
    providers: [isListOfNames, "a list of providers"],
  });
  checkKey(options.verify);
  termsOf(options);
  return periodOf(options.period);
}

/** A key that was mistyped: a report that says "not verified" because of it would go unnoticed. */
function checkKey(verify: ReportOptions["verify"]): void {
  const key = verify ? verify.key : undefined;
  if (key === undefined || (typeof key === "string" && verifierOf(key.trim()))) return;
  // Not shown: somebody may have taken a file with a secret for it.
  throw new AuditError(
    "INVALID_OPTIONS",
    `What was given as the public key is none: ${whyNoVkey(String(key).trim())}`,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string" && name !== "");
}
