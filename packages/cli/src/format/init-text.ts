import type { Colors } from "../terminal.ts";
import { visible } from "./visible.ts";

/** A public key, and whether its secret is new. */
export interface MadeKeys {
  readonly created: boolean;
  readonly name: string;
  readonly publicKey: string;
  /** The PEM file that the public key is of, when it is not of the secret. */
  readonly rootKeyFile?: string;
}

/** A public key and where its secret is: here, in a file, or in the environment already. */
export interface KeysAndSecret extends MadeKeys {
  readonly secret?: string;
  readonly dotenv?: string;
  /** The journal that was asked about, when this is its key. */
  readonly fits?: string;
}

const usual = "openrouter-audit";

/** What `init` made, and which half goes to whom. */
export function initText(
  { publicKey, secret, dotenv, name, rootKeyFile, fits }: KeysAndSecret,
  { bold, red, green }: Colors,
): string {
  const key = visible(publicKey);
  const lines = [
    ...(fits === undefined ? [] : [`Yes: the journal in ${visible(fits)} belongs to this key.`, ""]),
    ...secretLines(secret, dotenv, bold(red("SECRET")), careOf(rootKeyFile)),
    "",
    `${bold(green("PUBLIC KEY"))}  for the auditor. It checks the log and can forge nothing.`,
    ...(rootKeyFile === undefined ? [] : [`It is that of the root key in ${visible(rootKeyFile)}.`]),
    "Hand it over before the log matters: a key that comes with the log proves little.",
    "",
    `    ${key}`,
    "",
    "The auditor runs",
    "",
    `    openrouter-audit verify <dir> --key '${key}'`,
    ...(name === usual
      ? []
      : ["", `The application must use the same name: new AuditLog({ name: "${visible(name)}" }).`]),
  ];
  return `${lines.join("\n")}\n`;
}

function careOf(rootKeyFile: string | undefined): string {
  return rootKeyFile === undefined
    ? "Whoever has it can forge the log. Without it the log cannot go on: keep a copy in a safe place."
    : "Whoever has it can try out what somebody may have written. Without it nobody can check a digest: keep a copy in a safe place.";
}

function secretLines(
  secret: string | undefined,
  dotenv: string | undefined,
  title: string,
  care: string,
): string[] {
  if (secret !== undefined) {
    return [
      `${title}  for the application only. Put this into its environment, out of version control:`,
      "",
      `    OPENROUTER_AUDIT_SECRET=${secret}`,
      "",
      care,
    ];
  }
  if (dotenv !== undefined) {
    return [
      `${title}  for the application only. It was written to ${visible(dotenv)} as OPENROUTER_AUDIT_SECRET.`,
      "Keep that file out of version control.",
      care,
    ];
  }
  return [`${title}  taken from OPENROUTER_AUDIT_SECRET; no new one was made (--new makes one).`];
}

/** Why a secret does not fit a journal, and what can be done. */
export function keyMismatchText(
  directory: string,
  journalKey: string,
  { created, publicKey, rootKeyFile }: MadeKeys,
): string {
  const isFile = rootKeyFile !== undefined;
  const secret = isFile
    ? `The root key in ${visible(rootKeyFile)}`
    : created
      ? "A new secret"
      : "OPENROUTER_AUDIT_SECRET";
  const place = visible(directory);
  return `${[
    `${secret} does not fit the journal in ${place}, which belongs to another key:`,
    `    the journal's  ${visible(journalKey)}`,
    ...(isFile ? [`    this file's    ${visible(publicKey)}`] : []),
    ...(isFile || created ? [] : [`    this secret's  ${visible(publicKey)}`]),
    `An application that finds this ${isFile ? "key" : "secret"} and that journal refuses to start. Either`,
    "  - use the secret and the name the journal was begun with. If no secret was configured then,",
    `    it is in ${place}/secret: move it from there into OPENROUTER_AUDIT_SECRET. Or`,
    "  - let the new key take over: openrouter-audit keys rotate --help. Or",
    "  - begin a new journal in another directory, and keep this one for the auditor.",
  ].join("\n")}\n`;
}
