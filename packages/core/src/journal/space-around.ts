/**
 * A line without the white space around it (space, tab, CR, vertical tab, form feed), which is none of the line for who reads entries: a journal that was
 * copied as text may have CRs. Nobody sealed them, and the verification says so. Empty for a line of nothing else, which is none.
 */
export function withoutSpaceAround(line: Buffer): Buffer {
  let start = 0;
  let end = line.length;
  while (start < end && isSpace(line[start]!)) start += 1;
  while (end > start && isSpace(line[end - 1]!)) end -= 1;
  return line.subarray(start, end);
}

/** Whether a line has nothing in it that can be seen. */
export function isBlank(line: Buffer): boolean {
  return withoutSpaceAround(line).length === 0;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
