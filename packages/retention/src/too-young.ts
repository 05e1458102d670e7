/** Why a file stays for now, as a clause. Periods end with a day; null: never. */
export function tooYoung(due: Date | null, what: "compressed" | "deleted"): string {
  return due === null ? "kept for ever" : `not ${what} before ${due.toISOString().slice(0, 10)}`;
}
