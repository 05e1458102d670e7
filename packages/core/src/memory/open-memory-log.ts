import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import type { AuditConfig } from "../config.ts";
import { systemClock } from "../delivery/clock.ts";
import { rootSigner } from "../keys/root-key.ts";
import { library } from "../library.ts";
import type { OpenedLog } from "../opened-log.ts";
import { Digester } from "../privacy/digest.ts";
import { checkedSecret, rootSignerOf } from "../privacy/secret.ts";
import { MemoryLog } from "./memory-log.ts";

/**
 * Begins a log in memory: nothing is read from a disk, and nothing written to one.
 *
 * @param secretFrom what to call the place a secret was given in
 * @throws AuditError `INVALID_OPTIONS`, `SECRET_TOO_SHORT`
 */
export function openMemoryLog(config: AuditConfig, secretFrom: string, events: AuditEvents): OpenedLog {
  checkSinks(config);
  const { name, rootKey } = config;
  const secret = checkedSecret(config.secret ?? withoutSecret(), secretFrom);
  const root = rootKey ? rootSigner(rootKey, name) : rootSignerOf(secret, name);
  const recorder = new MemoryLog({ ...config, root, library, events, clock: systemClock });
  return {
    directory: "",
    publicKey: root.vkey,
    digester: new Digester(secret, config.digest),
    recorder,
    delivery: recorder.delivery,
    disk: null,
    orphans: null,
    release: () => undefined,
  };
}

function checkSinks({ sinks, guarantee }: AuditConfig): void {
  if (sinks.length === 0) {
    throw new AuditError(
      "INVALID_OPTIONS",
      'Option "journal" is false, and there are no sinks: nothing would be kept. Give at least one: sinks: [required(sink)].',
    );
  }
  if (guarantee === "best_effort" || sinks.some(({ isRequired }) => isRequired)) return;
  throw new AuditError(
    "INVALID_OPTIONS",
    `Option "guarantee" is "${guarantee}", and nothing could keep it: without a journal that takes a sink whose ` +
      'acknowledgement counts, sinks: [required(sink)]. Or say guarantee: "best_effort".',
  );
}

function withoutSecret(): never {
  throw new AuditError(
    "INVALID_OPTIONS",
    'Option "journal" is false, so no secret can be made beside it. Set OPENROUTER_AUDIT_SECRET or the option secret: ' +
      "`npx openrouter-audit init` makes a good one.",
  );
}
