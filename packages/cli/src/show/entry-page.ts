import type { FoundEntry, LookedUp } from "@openrouter-audit/analysis";
import { type AuditEntry, isSystemEvent } from "@openrouter-audit/core";
import { many, moment } from "../format/amounts.ts";
import { shown } from "../format/entry-columns.ts";
import { visible } from "../format/visible.ts";
import type { Terminal } from "../terminal.ts";
import {
  correctionFacts,
  costFacts,
  digestFacts,
  idFacts,
  metadataFacts,
  outcomeFacts,
  whatFacts,
  whenFacts,
  whoFacts,
} from "./entry-facts.ts";
import { type Facts, factLines } from "./fact-lines.ts";
import { neighbourLines } from "./neighbour-table.ts";
import type { SealStatus } from "./seal-status.ts";

/** One entry for a person: what it says, whether it was sealed, and what belongs to it. */
export function entryPage(
  { entry, others }: FoundEntry,
  seal: SealStatus,
  { neighbours, correction }: Pick<LookedUp, "neighbours" | "correction">,
  terminal: Terminal,
): string {
  const section = (heading: string, facts: Facts) => factLines(heading, facts, terminal);
  return `${[
    headline(entry, terminal),
    "",
    ...section(
      "Who",
      isSystemEvent(entry.event_type)
        ? whoFacts(entry).filter(([name]) => name !== "claimed user")
        : whoFacts(entry),
    ),
    ...section("What", whatFacts(entry)),
    ...section("When", whenFacts(entry)),
    ...section("Cost", [...costFacts(entry), ...correctionFacts(correction)]),
    ...section("Outcome", outcomeFacts(entry)),
    ...section("Metadata", metadataFacts(entry)),
    ...section("Digests", digestFacts(entry)),
    ...section("Names", idFacts(entry)),
    ...section("Seal", [
      ...sealFacts(seal, terminal),
      ["log", shown(entry.log)],
      ["position", shown(entry.seq)],
      [
        "stands too at",
        others.length > 0 ? others.map(({ log, seq }) => `${shown(log)}#${shown(seq)}`).join(", ") : null,
      ],
    ]),
    ...neighbourLines(entry, neighbours, terminal),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function headline({ timestamp, event_type, status }: AuditEntry, { colors }: Terminal): string {
  const { green, red, yellow } = colors;
  const paint = status === "success" ? green : status === "error" ? red : yellow;
  const time = typeof timestamp === "string" ? moment(timestamp) : timestamp;
  return `${colors.bold(shown(event_type))}  ${paint(shown(status))}  ${shown(time)} UTC`;
}

function sealFacts(seal: SealStatus, { colors: { green, red, yellow } }: Terminal): Facts {
  if (!seal.checked) return [["seal", yellow(visible(seal.message))]];
  const key =
    seal.key === "given"
      ? "the one that was given"
      : "the journal's own: whoever can write there can put another beside it; --key takes the one you were handed";
  if (!seal.sealed)
    return [
      ["seal", red(visible(`NOT PROVEN: ${seal.message} (${seal.reason})`))],
      ["key", key],
    ];
  return [
    ["seal", green(visible(`sealed: in canonical form, ${seal.message}`))],
    [
      "checked",
      `the log up to that signature, ${many(seal.size!, "entry", "entries")}; not whether the log is whole: openrouter-audit verify`,
    ],
    ["key", key],
  ];
}
