import { readFileSync } from "node:fs";
import type { RootKey } from "@openrouter-audit/core";
import type { CommandIo } from "../command-io.ts";
import { UnusableError } from "../exit-code.ts";
import { type OwnSource, ownSource } from "./own-key.ts";

export interface RotationFlags {
  readonly fromPem?: string;
  readonly fromSecret?: string;
  readonly toPem?: string;
  readonly toSecret?: string;
}

/** The key that takes over. */
export type NewSource =
  | { readonly kind: "pem"; readonly path: string; readonly key: RootKey }
  | { readonly kind: "secret"; readonly key: string };

export const newSecretVariable = "OPENROUTER_AUDIT_NEW_SECRET";
export const newRootKeyVariable = "OPENROUTER_AUDIT_NEW_ROOT_KEY_FILE";

/** The key the journal has. @throws UnusableError */
export function oldSource(directory: string, flags: RotationFlags, env: CommandIo["env"]): OwnSource {
  const { fromPem: pem, fromSecret: file } = flags;
  if (pem !== undefined) return { source: "file", where: pem, path: pem, key: { pem } };
  if (file !== undefined)
    return { source: "secret", where: file, path: file, key: secretIn(file, "--from-secret") };
  const own = ownSource(directory, env);
  if (own) return own;
  throw new UnusableError(
    `The old key is not to be seen from here: OPENROUTER_AUDIT_ROOT_KEY_FILE and OPENROUTER_AUDIT_SECRET are not set, and ` +
      `there is no ${directory}/secret. Set one of them, or name a file with --from-pem or --from-secret. A key service ` +
      "rotates in code: rotateKey() of @openrouter-audit/core.",
  );
}

/** The key that takes over. @throws UnusableError */
export function newSource(flags: RotationFlags, env: CommandIo["env"]): NewSource {
  const pem = flags.toPem ?? (flags.toSecret === undefined ? env[newRootKeyVariable] : undefined);
  if (pem) return { kind: "pem", path: pem, key: { pem } };
  const secret =
    flags.toSecret === undefined ? env[newSecretVariable] : secretIn(flags.toSecret, "--to-secret");
  if (secret) return { kind: "secret", key: secret };
  throw new UnusableError(
    `Which key takes over? Name a file with --to-pem or --to-secret, or set ${newRootKeyVariable} or ${newSecretVariable}. ` +
      "`openrouter-audit init --new` makes a secret, `openssl genpkey -algorithm ED25519 -out root-key.pem` a PEM.",
  );
}

function secretIn(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch (cause) {
    // Not the path: it may be the secret, by mistake.
    throw new UnusableError(
      `${option} takes the path of a file that holds the secret, and what it was given cannot be read ` +
        `(${(cause as NodeJS.ErrnoException).code}). Never write a secret into a command: others see it in the list of ` +
        "processes, and the shell keeps it.",
    );
  }
}
