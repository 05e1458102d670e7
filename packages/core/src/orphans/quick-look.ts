/**
 * The text of a member of a sealed line, as it is in its JSON; null when there is none. The first of that name counts: in
 * the canonical order of a call's entry nothing that stands before `exchange_id` and `log` can hold a member of that name,
 * and inside a text the quotes would be escaped. A look takes a hundredth of what it takes to parse the line.
 */
export function memberText(line: Buffer, name: "exchange_id" | "log"): string | null {
  const { opening } = looked[name];
  const start = line.indexOf(opening);
  if (start < 0) return null;
  const end = line.indexOf(0x22, start + opening.length);
  return end < 0 ? null : line.toString("latin1", start + opening.length, end);
}

const looked = {
  exchange_id: { opening: Buffer.from('"exchange_id":"') },
  log: { opening: Buffer.from('"log":"') },
} as const;

const start = Buffer.from('"event_type":"call_started"');
const ofLog = Buffer.from('"event_type":"audit.');
const processEnded = Buffer.from('"error_type":"process_ended"');
const unknown = Buffer.from('"status":"unknown"');

export const looksLike = {
  start: (line: Buffer) => line.includes(start),
  ofLog: (line: Buffer) => line.includes(ofLog),
  processEnded: (line: Buffer) => line.includes(processEnded) && line.includes(unknown),
} as const;
