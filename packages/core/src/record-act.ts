import { type ActUnderWay, type AuditAct, draftOfAct, endOfAct } from "./entry/act-entry.ts";
import type { ServiceFacts } from "./entry/entry.ts";
import type { Recording } from "./guarantee/recording.ts";
import { identityIn } from "./identity-in.ts";
import type { AuditScope } from "./scope.ts";

/**
 * Writes down that something is done with the log, before it is done: what is killed midway has left its first entry.
 *
 * @throws AuditError of an act that is none, or that cannot be written down
 */
export async function recordAct(
  act: AuditAct,
  scope: AuditScope | null,
  recording: Recording,
  service: ServiceFacts,
): Promise<ActUnderWay> {
  const identity = await identityIn(scope);
  const begun = draftOfAct(act, identity, scope, service);
  // Whatever is to become of calls meanwhile: nobody has to read.
  await recording.recorded(begun.draft);
  let end: Promise<void> | undefined;
  return {
    id: begun.id,
    ended: (how) => {
      end ??= recording.ended(endOfAct(begun.draft, how, new Date()));
      return end;
    },
  };
}
