import { Logging, type protos } from "@google-cloud/logging";
import { type AuditSink, EntriesRejected } from "@openrouter-audit/core";
import { checkOptions, unlessAborted } from "@openrouter-audit/core/sink";
import { logEntriesOf } from "./log-entry.ts";
import { type GoogleCloudSinkOptions, optionRules } from "./options.ts";
import { rejectionsIn, type ServiceError, unaskedOf } from "./refusal.ts";
import { warnOfRetention } from "./retention.ts";

/** The client beneath `Logging`, which has no types of its own there. */
interface LoggingService {
  writeLogEntries(
    request: protos.google.logging.v2.IWriteLogEntriesRequest,
    options: object,
  ): Promise<unknown> & { readonly cancel?: () => void };
  close(): Promise<void>;
}

// The client would try for ten minutes, and wait for more to send: delivery does that, and wants to know.
const once = { retry: null, isBundling: false, timeout: 30_000 };

// What becomes of a mebibyte of lines stays below the 10 MB of a request, also when all of it were lists of digits.
const limits = { entries: 1000, bytes: 1 << 20 };

/**
 * Keeps entries in Google Cloud Logging: one LogEntry each, with `insertId` the entry's `id`. A batch is one request, over
 * when Google has acknowledged it, and tried once: the retries and the batching of the client are off, and so is the entry
 * that it would add about itself. Needs `logging.logEntries.create` (in `roles/logging.logWriter`).
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function googleCloudSink(options: GoogleCloudSinkOptions = {}): AuditSink {
  checkOptions("googleCloudSink", options, optionRules);
  const { projectId, logName: logId = "openrouter-audit", format, labels = {} } = options;
  const { name = "google-cloud" } = options;
  const client = options.client ?? new Logging(projectId === undefined ? {} : { projectId });
  const service = client.loggingService as unknown as LoggingService;

  const findTarget = async () => {
    // Before anything else: a client that begins without credentials never looks for them again, and of version 12 ends
    // the process.
    if (!("sslCreds" in client.options)) await client.auth.getClient();
    if (projectId === undefined) await client.setProjectId();
    if (!options.resource) await client.setDetectedResource();
    const project = projectId ?? client.projectId;
    const logName = `projects/${project}/logs/${encodeURIComponent(logId)}`;
    return { project, request: { logName, resource: options.resource ?? client.detectedResource!, labels } };
  };

  return {
    name,
    limits,
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const unasked = (error: unknown) => unaskedOf(error as Error, logId);
      const { project, request } = await unlessAborted(findTarget(), signal, unasked);
      warnOfRetention(name, batch);
      const sent = batch.flatMap((entry) => {
        return logEntriesOf(entry, project, format).map((logEntry) => ({ id: entry.id, logEntry }));
      });
      const entries = sent.map(({ logEntry }) => logEntry);
      const call = service.writeLogEntries({ ...request, entries, partialSuccess: true }, { ...once });
      await unlessAborted(call, signal, (error) => {
        const ids = sent.map(({ id }) => id);
        return new EntriesRejected(rejectionsIn(error as ServiceError, ids, request.logName), {
          cause: error,
        });
        // Version 12 of the client cannot be told to stop, and ends the call after its time limit.
      }).finally(() => signal.aborted && call.cancel?.());
    },
    async close() {
      if (!options.client) await service.close();
    },
  };
}
