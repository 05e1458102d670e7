// docs/entry-format.md, "Starts"; core's `isProcessEnded` says the same of an entry.

/**
 * SQL, never null: whether a row is the end of a call whose process was taken for dead. It does not count where there is the real one.
 *
 * @param row the name by which a statement speaks of the row, where it needs one
 */
export function isPresumedEnd(row?: string): string {
  const of = row === undefined ? "" : `${row}.`;
  return `coalesce(${of}status = 'unknown' and ${of}error_type = 'process_ended', false)`;
}

/** SQL: whether a row, of whatever speaks of the same exchange, is the real end. */
export function isRealEnd(row?: string): string {
  const of = row === undefined ? "" : `${row}.`;
  return `${of}event_type <> 'call_started' and not ${isPresumedEnd(row)}`;
}
