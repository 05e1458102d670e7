const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const emptyLine = Buffer.from("\n\n");

/**
 * Where the event ends that begins, or goes on, at `start`: behind the next empty line, or at the end of the bytes.
 * Lines end as WHATWG HTML, section 9.2.6 has it: in LF, CR LF or CR.
 *
 * @param lines whole lines
 */
export function endOfEvent(lines: Buffer, start: number): number {
  // Looked for in one line, then in one event: in all that came it would be looked for again with each event.
  if (hasReturn(lines, start, lines.indexOf(lineFeed, start))) return endByLines(lines, start);
  if (lines[start] === lineFeed) return start + 1;
  const found = lines.indexOf(emptyLine, start);
  const end = found < 0 ? lines.length : found + emptyLine.length;
  return hasReturn(lines, start, end) ? endByLines(lines, start) : end;
}

/** @param end -1 for that of the bytes */
function hasReturn(lines: Buffer, start: number, end: number): boolean {
  return lines.subarray(start, end < 0 ? lines.length : end).includes(carriageReturn);
}

function endByLines(lines: Buffer, start: number): number {
  let isEmpty = true;
  for (let index = start; index < lines.length; index++) {
    const byte = lines[index];
    if (byte !== lineFeed && byte !== carriageReturn) isEmpty = false;
    else {
      if (byte === carriageReturn && lines[index + 1] === lineFeed) index++;
      if (isEmpty) return index + 1;
      isEmpty = true;
    }
  }
  return lines.length;
}

/** Whether bytes end in an empty line for certain, which does not go on with the next bytes as CR does with LF. */
export function endsInEmptyLine(bytes: Buffer): boolean {
  if (bytes.at(-1) !== lineFeed) return false;
  return bytes.at(bytes.at(-2) === carriageReturn ? -3 : -2) === lineFeed;
}
