import { join } from "node:path";

/** The files that delivery keeps beside a journal, in its folder `delivery`. See docs/delivery.md, "Files". */
export function deliveryDirectory(journal: string): string {
  return join(journal, "delivery");
}

export function cursorPath(journal: string, sink: string): string {
  return join(deliveryDirectory(journal), `${sink}.json`);
}

export function rejectedPath(journal: string, sink: string): string {
  return join(deliveryDirectory(journal), `${sink}.rejected.jsonl`);
}

/** The name, in the folder, of the lock that the one who delivers has. */
export function lockName(sink: string): string {
  return `${sink}.lock`;
}
