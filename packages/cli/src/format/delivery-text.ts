import type { DeliveryReport } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { bytesInWords, count, duration, many, moment } from "./amounts.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { visible } from "./visible.ts";

const columns = (now: number): Column<DeliveryReport>[] => [
  {
    title: "sink",
    cell: ({ sink, required }) => `${visible(sink)}${required ? " (required)" : ""}`,
    atLeast: 8,
  },
  { title: "delivered", cell: ({ delivered }) => count(delivered), align: "right" },
  { title: "behind", cell: ({ behind }) => count(behind.entries), align: "right" },
  {
    title: "bytes",
    cell: ({ behind }) => (behind.bytes > 0 ? bytesInWords(behind.bytes) : ""),
    align: "right",
    dispensable: true,
  },
  { title: "oldest", cell: ({ behind }) => ageText(behind.oldest, now), align: "right" },
  {
    title: "set aside",
    cell: ({ deadLetters }, { red }) => (deadLetters.count > 0 ? red(count(deadLetters.count)) : "0"),
    align: "right",
  },
  { title: "by", cell: ({ holder }, colors) => holderText(holder, colors), atLeast: 8 },
  {
    title: "cursor written (UTC)",
    cell: ({ updatedAt }) => (updatedAt === null ? "never" : visible(moment(updatedAt))),
    dispensable: true,
  },
];

/** How the delivery to each sink stands, as a person reads it. */
export function deliveryText(
  directory: string,
  sinks: readonly DeliveryReport[],
  { colors, width, now }: { readonly colors: Colors; readonly width: number; readonly now: number },
): string {
  if (sinks.length === 0) {
    return `Nothing was ever delivered from ${visible(directory)}: no process was started with sinks.\n`;
  }
  const fitted = fitColumns(columns(now), sinks, { colors, width });
  const notes = sinks.flatMap((sink) => notesOf(sink, colors));
  return `${[...tableLines(fitted, sinks, colors), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")}\n`;
}

function notesOf(
  { sink, required, failingSince, lastError, behind, holder, deadLetters, problems }: DeliveryReport,
  colors: Colors,
) {
  const name = colors.bold(visible(sink));
  const isBehind = behind.entries > 0;
  return [
    ...problems.map((problem) => `${name}: ${colors.red(visible(problem))}`),
    ...(failingSince !== null && isBehind
      ? [
          `${name}: fails, or is too slow, since ${visible(moment(failingSince))}` +
            (lastError === null ? "; why is in the problem SINK_FAILING" : `: ${visible(lastError)}`),
        ]
      : []),
    ...(failingSince !== null && isBehind && required
      ? [
          `${name}: is required: new calls are refused meanwhile, unless onFailure is "continue". Mend what it fails of; if the ` +
            "service must run without it, start it with this sink not required",
        ]
      : []),
    ...(isBehind && holder === null
      ? [`${name}: nobody delivers; start the application with this sink`]
      : []),
    ...(isBehind && holder?.life === "dead"
      ? [`${name}: process ${holder.pid} has ended; the next that is started with this sink goes on`]
      : []),
    ...(deadLetters.count > 0
      ? [
          `${name}: ${many(deadLetters.count, "entry was", "entries were")} set aside, in ${visible(deadLetters.path)}`,
        ]
      : []),
    ...deadLetters.reasons.map(({ reason, count: times }) => `  ${count(times)} × ${visible(reason)}`),
  ];
}

function holderText(holder: DeliveryReport["holder"], { dim, red }: Colors): string {
  if (holder === null) return dim("nobody");
  const who = `${holder.pid} on ${visible(holder.host)}`;
  if (holder.life === "alive") return who;
  return holder.life === "dead" ? red(`${who}, dead`) : `${who}, unknown`;
}

function ageText(oldest: string | null, now: number): string {
  if (oldest === null) return "";
  const age = now - Date.parse(oldest);
  return Number.isNaN(age) ? visible(oldest) : duration(Math.max(0, age));
}
