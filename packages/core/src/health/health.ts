import type { AuditConfig } from "../config.ts";
import type { OpenedLog } from "../opened-log.ts";
import type { AuditHealth } from "./audit-health.ts";
import type { Observed } from "./observed.ts";
import { reasonsOf } from "./reasons.ts";

/** What the parts of a log say of themselves. */
export function partsSeen(
  { guarantee, onFailure, buffer, journal }: AuditConfig,
  { recorder, delivery, disk, directory }: OpenedLog,
): Omit<Observed, "openSince" | "callsRunning" | "refusal"> {
  return {
    guarantee,
    onFailure,
    directory: journal ? directory : null,
    journal: recorder.status(),
    disk: disk?.status() ?? null,
    sinks: delivery?.status() ?? [],
    littleRoom: disk?.little ?? null,
    buffer,
  };
}

/** Says how a log is. Looks at numbers that are there already: it may be asked for as often as one likes. */
export function healthOf({ refusal, littleRoom, buffer, ...seen }: Observed): AuditHealth {
  const reasons = reasonsOf({ refusal, littleRoom, buffer, ...seen });
  const failing = reasons.some((reason) => reason.failing);
  const status = failing ? "failing" : reasons.length > 0 ? "degraded" : "ok";
  return { status, refusing: refusal !== null, reasons, ...seen };
}
