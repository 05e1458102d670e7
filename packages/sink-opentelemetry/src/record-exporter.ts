import type { Attributes, HrTime, SpanContext } from "@opentelemetry/api";
import type { LogAttributes, LogBody } from "@opentelemetry/api-logs";

/** A LogRecordExporter of the SDK fits. */
export interface RecordExporter {
  /**
   * @param done told once, with code 0 when all records arrived, and an error otherwise
   * @param signal stops the export, for exporters that can; the SDK's take no notice of it
   */
  export(
    records: ExportedRecord[],
    done: (result: { readonly code: number; readonly error?: Error }) => void,
    signal?: AbortSignal,
  ): void;
}

/** What an exporter reads of a record: the SDK's ReadableLogRecord. */
export interface ExportedRecord {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: SpanContext;
  readonly severityText?: string;
  readonly severityNumber?: number;
  readonly body?: LogBody;
  readonly eventName?: string;
  readonly resource: { readonly attributes: Attributes };
  readonly instrumentationScope: {
    readonly name: string;
    readonly version?: string;
    readonly schemaUrl?: string;
  };
  readonly attributes: LogAttributes;
  readonly droppedAttributesCount: number;
}

/** The place took a request, but not all records of it, and does not say which. It will never take those. */
export class PartialSuccess extends Error {
  override readonly name = "PartialSuccess";
  readonly rejectedLogRecords: number;

  constructor(rejectedLogRecords: number, reason: string) {
    super(reason || "the place gave no reason");
    this.rejectedLogRecords = rejectedLogRecords;
  }
}
