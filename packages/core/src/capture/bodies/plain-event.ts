const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const eventName = Buffer.from("event:");
const dataName = Buffer.from("data:");

/**
 * The data of an event that is one line of data, with or without a line `event:` before it, as nearly all are. The parser
 * would say the same of it, at three times the cost. Null when it is anything else.
 *
 * @param event one event from its first byte to its empty line
 */
export function plainData(event: Buffer): string | null {
  const line = startsWith(event, eventName, 0) ? event.indexOf(lineFeed) + 1 : 0;
  const end = event.length - 2;
  if (!startsWith(event, dataName, line) || event.indexOf(lineFeed, line) !== end) return null;
  if (event.includes(carriageReturn)) return null;
  const start = line + dataName.length;
  return event.toString("utf8", event[start] === space ? start + 1 : start, end);
}

function startsWith(event: Buffer, name: Buffer, start: number): boolean {
  for (let index = 0; index < name.length; index++) if (event[start + index] !== name[index]) return false;
  return true;
}
