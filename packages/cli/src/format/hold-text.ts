import type { Hold, HoldAct, HoldCoverage, HoldTerms } from "@openrouter-audit/retention";
import { many } from "./amounts.ts";
import { visible } from "./visible.ts";

/** A hold for a person. */
export function holdText({ hold, added, released, ...terms }: Hold): string {
  const lines = [
    visible(hold),
    `  covers    ${visible(holdTermsText(terms))}`,
    `  added     ${act(added)}`,
    ...(released ? [`  released  ${act(released)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** How much a hold covers now. */
export function coverageText({ entries, files, unread }: HoldCoverage): string {
  const dark = unread.length > 0 ? `; ${many(unread.length, "file")} cannot be read` : "";
  const names = files.length > 0 && files.length <= 3 ? `: ${files.join(", ")}` : "";
  return visible(
    `  now       ${many(entries, "entry", "entries")} in ${many(files.length, "file")}${names}${dark}`,
  ).concat("\n");
}

/** What a hold covers. */
export function holdTermsText({ users, since, until, everything }: HoldTerms): string {
  return [
    ...(everything ? ["everything"] : []),
    ...(users ? [`user ${users.join(", ")}`] : []),
    ...(since === undefined ? [] : [`from ${since} on`]),
    ...(until === undefined ? [] : [`before ${until}`]),
  ].join(", ");
}

function act({ by, on_behalf_of, at, reason }: HoldAct): string {
  const behalf = on_behalf_of === null ? "" : ` for ${on_behalf_of}`;
  return visible(`${at} by ${by ?? "nobody"}${behalf}: ${reason}`);
}
