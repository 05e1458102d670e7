import type { Hold, HoldAct } from "@openrouter-audit/retention";
import { visible } from "./visible.ts";

/** A hold for a person. */
export function holdText({ hold, users, since, until, everything, added, released }: Hold): string {
  const what = [
    ...(everything ? ["everything"] : []),
    ...(users ? [`user ${users.join(", ")}`] : []),
    ...(since === undefined ? [] : [`from ${since} on`]),
    ...(until === undefined ? [] : [`before ${until}`]),
  ].join(", ");
  const lines = [
    visible(hold),
    `  covers    ${visible(what)}`,
    `  added     ${act(added)}`,
    ...(released ? [`  released  ${act(released)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function act({ by, on_behalf_of, at, reason }: HoldAct): string {
  const behalf = on_behalf_of === null ? "" : ` for ${on_behalf_of}`;
  return visible(`${at} by ${by ?? "nobody"}${behalf}: ${reason}`);
}
