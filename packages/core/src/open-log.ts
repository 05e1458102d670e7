import { AuditError } from "./audit-error.ts";
import type { AuditEvents } from "./audit-events.ts";
import type { AuditConfig } from "./config.ts";
import { JournalDelivery } from "./delivery/journal-delivery.ts";
import { DiskWatch } from "./journal/disk-watch.ts";
import { Journal } from "./journal/journal.ts";
import { takeDirectory, unwritable } from "./journal/open-directory.ts";
import { claimPublicKey, restoreKeyFiles } from "./keys/claim-key.ts";
import { noticeRotation } from "./keys/notice-rotation.ts";
import { rootSigner } from "./keys/root-key.ts";
import { trustedVerifiers } from "./keys/trusted-keys.ts";
import { library } from "./library.ts";
import { openMemoryLog } from "./memory/open-memory-log.ts";
import type { OpenedLog } from "./opened-log.ts";
import { OrphanWatch } from "./orphans/orphan-watch.ts";
import { Digester } from "./privacy/digest.ts";
import { checkedSecret, rootSignerOf, secretBeside, secretMadeBeside } from "./privacy/secret.ts";
import { verifierOf } from "./seal/signed-note.ts";

/**
 * Takes the directory, claims it for the key and begins a log there.
 *
 * @param secretFrom what to call the place a secret was given in
 * @throws AuditError `INVALID_OPTIONS`, `SECRET_TOO_SHORT`, `KEY_MISMATCH`, `JOURNAL_ALREADY_OPEN`, `JOURNAL_UNWRITABLE`
 */
export function openLog(config: AuditConfig, secretFrom: string, events: AuditEvents): OpenedLog {
  if (!config.journal) return openMemoryLog(config, secretFrom, events);
  const { name, rootKey } = config;
  const given = config.secret && checkedSecret(config.secret, secretFrom);
  const keptElsewhere = rootKey && rootSigner(rootKey, name);
  const { path, release } = takeDirectory(config.directory);
  try {
    // First, so that a journal of another key gets no secret.
    if (keptElsewhere) claimPublicKey(path, keptElsewhere.vkey);
    const secret = given ?? foundBeside(path, config, events);
    const key = keptElsewhere ?? rootSignerOf(secret, name);
    if (!keptElsewhere) claimPublicKey(path, key.vkey);
    const root = noticeRotation(key, path, events.problem);
    const { sinks, recordTimeoutMs, onFailure } = config;
    const delivery =
      sinks.length > 0
        ? new JournalDelivery({ directory: path, sinks, recordTimeoutMs, onFailure, events })
        : null;
    const recorder = new Journal({
      ...journalOptionsOf(config),
      directory: path,
      name,
      root,
      library,
      events,
      furnish: () => restoreKeyFiles(path, key.vkey, given ? null : secret),
      committed: (end) => {
        disk.grown(end);
        delivery?.committed(end);
      },
    });
    const disk = new DiskWatch({ directory: path, limits: config.disk, onFailure, events });
    delivery?.start();
    return {
      directory: path,
      publicKey: key.vkey,
      digester: new Digester(secret, config.digest),
      recorder,
      delivery,
      disk,
      orphans: new OrphanWatch({
        directory: path,
        recorder,
        rootKeys: () => trustedVerifiers(path, verifierOf(key.vkey)!),
        refusal: () => recorder.failure ?? disk.failure,
        everyMs: config.heartbeatMs,
        isWriteAhead: config.guarantee === "write_ahead",
        onProblem: events.problem,
      }),
      release: () => {
        disk.close();
        release();
      },
    };
  } catch (cause) {
    release();
    throw cause instanceof AuditError ? cause : unwritable(path, cause);
  }
}

function journalOptionsOf({
  service,
  guarantee,
  heartbeatMs,
  recordTimeoutMs,
  sync,
  syncIntervalMs,
  buffer,
  files,
  onFailure,
}: AuditConfig) {
  return { service, guarantee, heartbeatMs, recordTimeoutMs, sync, syncIntervalMs, buffer, files, onFailure };
}

function foundBeside(path: string, { rootKey }: AuditConfig, events: AuditEvents): string {
  const { secret, created } = secretBeside(path, rootKey === null);
  if (created) events.problem(secretMadeBeside(path, rootKey !== null));
  return secret;
}
