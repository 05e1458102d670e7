import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf, type RootKey, vkeyOf } from "@openrouter-audit/core";
import type { CommandIo } from "../command-io.ts";

/** Where an application that is started here would take its root key from. */
export interface OwnKey {
  /** `file`: a PEM; `secret`: the environment; `secret-file`: beside the journal; `service`: named on the command line. */
  readonly source: "file" | "secret" | "secret-file" | "service";
  /** The variable or the path. */
  readonly where: string;
  /** Null when it makes no key: `problem` says why. */
  readonly vkey: string | null;
  readonly problem: string | null;
}

/** The root key of the application itself, able to sign. */
export interface OwnSource {
  readonly source: Exclude<OwnKey["source"], "service">;
  readonly where: string;
  /** The path of a file, when it is in one. */
  readonly path: string | null;
  readonly key: string | RootKey;
}

export const rootKeyVariable = "OPENROUTER_AUDIT_ROOT_KEY_FILE";
export const secretVariable = "OPENROUTER_AUDIT_SECRET";

/** The option that names the key of a journal, which `rootKeyFor` takes. */
export const nameOption = [
  "--name <name>",
  "the name of the key, as in new AuditLog({ name }) (default: as in the journal's public-key, else openrouter-audit)",
] as const;

/** What the application would take, in the order in which it looks; null when there is nothing to be seen from here. */
export function ownSource(directory: string, env: CommandIo["env"]): OwnSource | null {
  const { [rootKeyVariable]: pem, [secretVariable]: secret } = env;
  if (pem) return { source: "file", where: rootKeyVariable, path: pem, key: { pem } };
  if (secret) return { source: "secret", where: secretVariable, path: null, key: secret };
  const path = join(directory, "secret");
  const beside = textOf(path);
  return beside === null ? null : { source: "secret-file", where: path, path, key: beside };
}

/** The same as a public key, under the name that the journal's key has. */
export function ownKey(own: OwnSource, name: string): OwnKey {
  const { source, where } = own;
  try {
    return { source, where, vkey: publicKeyOf(own.key, name), problem: exposed(own.path) };
  } catch (error) {
    return { source, where, vkey: null, problem: (error as Error).message };
  }
}

/** The key of a key service, of which only the public half is known here. */
export function serviceKey(publicKey: string, name: string): OwnKey {
  return { source: "service", where: "--service", vkey: vkeyOf(publicKey, name), problem: null };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    return null;
  }
}

function exposed(path: string | null): string | null {
  // Windows has other rights, which these bits say nothing about.
  if (path === null || process.platform === "win32") return null;
  const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0 };
  return (mode & 0o077) === 0 ? null : `others can read ${path}: chmod 600 ${path}`;
}
