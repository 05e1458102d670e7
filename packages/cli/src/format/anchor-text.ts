import { join } from "node:path";
import type { AnchorRun, SinkOutcome } from "@openrouter-audit/anchor";
import type { Colors } from "../terminal.ts";
import { many, moment } from "./amounts.ts";
import { visible } from "./visible.ts";

/** What a run of `anchor` found and did, as a person reads it: what is wrong first. */
export function anchorText(run: AnchorRun, colors: Colors): string {
  const { anchors, checkpoint, vkey } = run;
  const [origin, size, root] = checkpoint.split("\n");
  const label = (text: string) => colors.dim(text.padEnd(12));
  const lines = [
    headline(run, colors),
    ...run.contradicted.flatMap(({ log, verdict, message }) => [
      "",
      `  ${colors.red(verdict)}  ${visible(message)}`,
      `    log ${visible(log)}; the head that was anchored stays`,
    ]),
    "",
    `${label("checkpoint")}  ${visible(join(anchors, "checkpoint"))}`,
    ...[origin!, size!, root!].map((line) => `${" ".repeat(14)}${visible(line)}`),
    ...run.sinks.map((sink) => sinkLine(sink, label, colors)),
    `${label("anchor key")}  ${visible(vkey)}`,
    `${" ".repeat(14)}${run.sinks.length > 0 ? "a witness of this log is given this key" : nowhere}`,
  ];
  return `${lines.join("\n")}\n`;
}

const nowhere =
  "kept on this host alone, it shows nothing to whoever takes the host: see --copy-to, --witness, --tsa";

function headline(
  { anchored, contradicted, written, sinks, verification }: AnchorRun,
  colors: Colors,
): string {
  const { bold, green, yellow, red } = colors;
  const where = visible(verification.paths.join(", "));
  const contradicting =
    contradicted.length + sinks.filter(({ outcome }) => outcome === "contradicted").length;
  if (contradicting > 0)
    return `${bold(red("CONTRADICTED"))}  ${where}: ${many(contradicting, "contradiction")} to what was anchored or sealed. ${many(anchored.length, "new head")} anchored.`;
  const failed = sinks.filter(({ outcome }) => outcome === "failed").length;
  const news =
    anchored.length > 0
      ? `${many(anchored.length, "new head")} of ${many(verification.logs.length, "log")}`
      : `nothing new in ${many(verification.logs.length, "log")}${written > 0 ? ", which was noted" : ""}`;
  return failed > 0
    ? `${bold(yellow("ANCHORED"))}  ${where}: ${news}, but ${many(failed, "place")} could not keep it.`
    : `${bold(green("ANCHORED"))}  ${where}: ${news}.`;
}

function sinkLine(
  { sink, outcome, kept, message }: SinkOutcome,
  label: (text: string) => string,
  { green, red, yellow }: Colors,
): string {
  const name = visible(sink);
  if (outcome === "had") return `${label("kept")}  ${name} (it had this one)`;
  if (outcome === "kept") {
    const time = kept!.time === null ? "" : `, ${moment(kept!.time)} UTC by its clock`;
    const where = sink.endsWith(kept!.where) ? "" : `: ${visible(kept!.where)}`;
    return `${label("kept")}  ${green(name)}${where}${time}`;
  }
  const paint = outcome === "failed" ? yellow : red;
  return `${label(outcome === "failed" ? "not kept" : "contradicts")}  ${paint(name)}: ${visible(message!)}`;
}
