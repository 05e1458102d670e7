import type { KeyReport } from "../keys/key-report.ts";
import type { OwnKey } from "../keys/own-key.ts";
import type { Colors } from "../terminal.ts";
import { visible } from "./visible.ts";

/** What `keys` found, as a person reads it. */
export function keysText(report: KeyReport, { bold, dim, green, red, yellow }: Colors): string {
  const { directory, journalKey, ownKey, keys, notes, problems } = report;
  const lines = [
    bold(`The root keys of ${visible(directory)}`),
    "",
    `public-key         ${journalKey === null ? "there is no such file" : visible(journalKey)}`,
    ...ownLines(ownKey, journalKey),
    "",
    `${bold("TRUSTED")}  by whoever trusts ${idOf(report.key)} (${report.keySource === "given" ? "the key you gave" : "the journal's own: give the one you were handed, --key <KEY>"})`,
    "",
    ...keys.flatMap(({ vkey, relation, note }) => [
      `  ${relation === "given" ? green("given      ") : relation === "predecessor" ? green("predecessor") : yellow("successor  ")}  ${visible(vkey)}`,
      ...(note ? [dim(`               by ${visible(note.file)}, ${visible(note.time)}`)] : []),
    ]),
    ...(notes.length > 0 ? ["", bold("ROTATIONS"), ""] : []),
    ...notes.map(({ from, to, time }) => `  ${visible(time)}  ${idOf(from)} → ${idOf(to)}  signed by both`),
    ...(problems.length > 0 ? ["", bold(red("TO PUT RIGHT")), ""] : []),
    ...problems.map((problem) => `  ${red("✗")} ${visible(problem)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function ownLines(own: OwnKey | null, journalKey: string | null): string[] {
  const title = "application's own ";
  if (!own)
    return [
      `${title} not to be seen from here: no root key file, no secret. That of a key service: --service <KEY>`,
    ];
  const same = own.vkey === null ? "makes no key" : own.vkey === journalKey ? "the same" : visible(own.vkey);
  return [`${title} ${same}, from ${sourceText(own)}`];
}

function sourceText({ source, where }: OwnKey): string {
  const place = visible(where);
  switch (source) {
    case "file":
      return `the PEM file that ${place} names`;
    case "secret":
      return `the secret in ${place}`;
    case "secret-file":
      return `the secret that was made beside the journal, ${place}`;
    case "service":
      return `the key service that ${place} names`;
  }
}

function idOf(vkey: string): string {
  return visible(vkey.split("+")[1] ?? vkey);
}
