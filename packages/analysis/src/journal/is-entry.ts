import { quoted } from "../duckdb/sql-text.ts";

/** The members that a line must have to be an entry, as core's `entryOf` has it, in the order that `isEntry` takes them. */
export const entryMembers = ["id", "log", "timestamp", "event_type", "seq"] as const;

/** Longer lines are none of ours: core's `longestLine`. */
export const longestLine = 16 << 20;

const text = String.raw`"(?:[^"\\]|\\.)*"`;
const root = "[A-Za-z0-9+/]{43}=";
const signature = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
const wholeNumber = `-?0(?:[.]0)?|(?:${digitsUpTo(String(Number.MAX_SAFE_INTEGER))})(?:[.]0)?`;
const members = `${text} ${text} ${text} ${text} (?:${wholeNumber})`;

/**
 * Whether a row `m` has these members, and those of a seal. A root is 32 bytes: to decode it takes a third of the time that the expression takes;
 * and by CASE, for of `or` DuckDB works out both parts.
 */
export const hasSealedMembers = `coalesce(m.id is not null and m.log is not null and m."timestamp" is not null
  and m.event_type is not null and try_cast(m.seq as double) between 0 and ${Number.MAX_SAFE_INTEGER} and try_cast(m.seq as double) % 1 = 0 and octet_length(try(from_base64(m.chain_hash))) = 32
  and case when m.signature = '' then true else regexp_full_match(m.signature, '${signature}') end, false)`;

/**
 * Whether a row with a line, without the white space around it, and, each as JSON, the members of it, `m`, is an entry: it is not too long, ends
 * as a sealed one does (docs/seal.md, "Line"), and has four texts and a whole number where an entry has them.
 */
export const isEntryIn = (line: string) => `coalesce(strlen(${line}) <= ${longestLine}
  and regexp_matches(${line}, ',"chain_hash":"${root}","signature":"${signature}"[}]$')
  and regexp_full_match(concat_ws(' ', ${entryMembers.map((name) => `m."${name}"`).join(", ")}), '${members}'), false)`;

/** That a line, null for what is no JSON, is none, at a glance: few bytes of it are looked at. A CASE, for of `not (… and …)` DuckDB works out all parts. */
export const looksUnsealed = (line: string) => `case when ends_with(${line}, ',"signature":""}') then false
  when ends_with(${line}, '"}') then not contains(${line}, ',"chain_hash":"') else true end`;

/** White space beside a colon, and escapes that need not be: they stand in no line that was sealed (docs/seal.md, "Leaf"), but within texts, and seldom there. */
const ofOtherForms = [" :", ' "', " true", " false", "\t", "\r", String.raw`\u`, String.raw`\/`];

/** That a text or a truth value may stand in a line in another way than in one that was sealed, at a glance. */
export const looksReformed = (line: string) =>
  `(${ofOtherForms.map((text) => `contains(${line}, ${quoted(text)})`).join(" or ")})`;

/** A regular expression for whole numbers from 1 to `most`. */
function digitsUpTo(most: string): string {
  const shorter = `[1-9][0-9]{0,${most.length - 2}}`;
  const asLong = [...most].flatMap((digit, place) => {
    const least = place === 0 ? 1 : 0;
    const rest = most.length - place - 1;
    if (Number(digit) <= least) return [];
    return [`${most.slice(0, place)}[${least}-${Number(digit) - 1}]${rest > 0 ? `[0-9]{${rest}}` : ""}`];
  });
  return [shorter, ...asLong, most].join("|");
}
