import { AuditError } from "./audit-error.ts";
import { didYouMean } from "./nearest-name.ts";

/** What is thrown for an option that there is none of. */
export function unknownOption(option: string, known: readonly string[]): AuditError {
  const meant = didYouMean(option, known);
  return new AuditError(
    "INVALID_OPTIONS",
    `There is no option "${option}".${meant} The options are: ${known.join(", ")}.`,
  );
}
