import type { Delivery } from "./delivery/delivery.ts";
import type { DiskWatch } from "./journal/disk-watch.ts";
import type { OrphanWatch } from "./orphans/orphan-watch.ts";
import type { Digester } from "./privacy/digest.ts";
import type { Recorder } from "./recorder.ts";

/** What an audit log is made of, opened. */
export interface OpenedLog {
  /** The real path of the journal; empty without one. */
  readonly directory: string;
  readonly publicKey: string;
  readonly digester: Digester;
  readonly recorder: Recorder;
  readonly delivery: Delivery | null;
  /** Null without a journal. */
  readonly disk: DiskWatch | null;
  /** Ends the calls of processes that ended before them; null without a journal. */
  readonly orphans: OrphanWatch | null;
  /** Lets another log of this process have the directory. */
  readonly release: () => void;
}
