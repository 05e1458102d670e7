import type { KeyRotation } from "@openrouter-audit/core";
import type { OwnSource } from "../keys/own-key.ts";
import type { NewSource } from "../keys/rotation-sources.ts";
import type { Colors } from "../terminal.ts";
import { visible } from "./visible.ts";

export interface RotationDone {
  readonly directory: string;
  readonly rotation: KeyRotation;
  readonly from: Pick<OwnSource, "source" | "where">;
  readonly to: NewSource;
}

/** What `keys rotate` did, and what is left to do. */
export function rotationText(
  { directory, rotation, from, to }: RotationDone,
  { bold, green }: Colors,
): string {
  const { rotated, file, time } = rotation;
  const lines = [
    `${bold(green("ROTATED"))}  the root key of ${visible(directory)}${rotated ? "" : ` (already, ${visible(time)}: nothing was done)`}`,
    "",
    `  old   ${visible(rotation.from)}`,
    `  new   ${visible(rotation.to)}`,
    `  note  ${visible(file)}, signed by both`,
    "",
    "Now",
    ...steps({ directory, rotation, from, to }).map((step) => `  - ${step}`),
  ];
  return `${lines.join("\n")}\n`;
}

function steps({ directory, from, to }: RotationDone): string[] {
  const start =
    to.kind === "pem"
      ? `start the application with OPENROUTER_AUDIT_ROOT_KEY_FILE=${visible(to.path)}`
      : "start the application with the new secret as OPENROUTER_AUDIT_SECRET, and without OPENROUTER_AUDIT_ROOT_KEY_FILE";
  const beside = `${visible(directory)}/secret`;
  return [
    `${start}: with the old key it is refused. Processes that run go on with that until they end`,
    "give the new key to the auditor. If the old one was stolen, say so: what it signs still verifies",
    ...(from.source === "file"
      ? []
      : to.kind === "pem"
        ? [
            "keep the secret where it is: the digests are made with it. Whoever has it still has the old key, too",
          ]
        : ["keep the old secret in a safe place: it checks the digests made with it"]),
    ...(from.source === "secret-file" && to.kind === "secret"
      ? [
          `move ${beside} away: without OPENROUTER_AUDIT_SECRET the application would take the old secret from there`,
        ]
      : []),
  ];
}
