import {
  type PresetName,
  type RetainedFile,
  type RetentionPlan,
  retentionPresets,
} from "@openrouter-audit/retention";
import type { Terminal } from "../terminal.ts";
import { bytesInWords, many } from "./amounts.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { visible } from "./visible.ts";

/** A file of a plan, or what was done with it. */
export type FileOfRetention = RetentionPlan["files"][number] & Partial<Pick<RetainedFile, "done" | "error">>;

const planned = { delete: "delete", archive: "archive", stay: "stays" } as const;

const columns: readonly Column<FileOfRetention>[] = [
  { title: "file", cell: ({ file }) => visible(file) },
  { title: "size", cell: ({ bytes }) => bytesInWords(bytes), align: "right" },
  {
    title: "what",
    cell: ({ action, done }, colors) => {
      const word = done ?? planned[action];
      return done === "failed" || action === "delete" ? colors.red(word) : word;
    },
  },
  {
    title: "why",
    cell: ({ because, error }) => visible(error ? [error, ...because].join("; ") : because.join("; ")),
    atLeast: 20,
  },
];

/** What is to be done with each file, or was, for a person. */
export function retentionText(
  plan: Omit<RetentionPlan, "files"> & { readonly files: readonly FileOfRetention[] },
  isDone: boolean,
  { colors, width }: Pick<Terminal, "colors" | "width">,
): string {
  const { directory, policy, files, stopped } = plan;
  const sum = (action: string) => files.filter((file) => file.action === action && failedNot(file));
  const [deleted, archived] = [sum("delete"), sum("archive")];
  const size = (some: readonly FileOfRetention[]) =>
    bytesInWords(some.reduce((bytes, file) => bytes + file.bytes, 0));
  const verb = isDone ? "" : "would be ";
  const lines = [
    `${colors.bold(visible(directory))}  archive after ${policy.archive_after ?? "never"}, delete after ${policy.delete_after ?? "never"}${
      policy.presets.length > 0 ? ` (${policy.presets.join(", ")})` : ""
    }`,
    ...policy.presets
      .filter(namesNoMinimum)
      .map((name) => colors.dim(`${name} names no minimum: ${retentionPresets[name].caveat}`)),
    ...tableLines(fitColumns(columns, files, { colors, width }), files, colors),
    `${many(deleted.length, "file")} ${verb}deleted (${size(deleted)}), ${many(archived.length, "file")} ${verb}archived (${size(archived)}), of ${many(files.length, "file")}.`,
  ];
  if (stopped !== null)
    lines.push(colors.red(`Nothing ${isDone ? "was" : "would be"} done: ${visible(stopped)}.`));
  return `${lines.join("\n")}\n`;
}

/** How long to keep is then nobody's word but that of who runs this. */
function namesNoMinimum(name: PresetName): boolean {
  return retentionPresets[name].minimum === undefined;
}

function failedNot({ done }: FileOfRetention): boolean {
  return done === undefined || done === "deleted" || done === "archived";
}

/** The presets, with where they come from and what they do not say. */
export function presetsText({ colors }: Pick<Terminal, "colors">): string {
  const text = Object.entries(retentionPresets).flatMap(
    ([name, { minimum, maximum, hot, source, caveat }]) => [
      `${colors.bold(name.padEnd(14))} ${
        [minimum && `at least ${minimum}`, maximum && `at most ${maximum}`, hot && `${hot} at hand`]
          .filter(Boolean)
          .join(", ") || "no period"
      }`,
      `  ${source}`,
      `  ${colors.dim(caveat)}`,
    ],
  );
  return `${text.join("\n")}\nNone of them makes anybody compliant: whether a rule applies, and what else it wants, is for a lawyer to say.\n`;
}
