import type { AuditEntry } from "@openrouter-audit/core";
import fc from "fast-check";
import { entries } from "./vectors.ts";

/** What breaks out of a field, a line or a terminal somewhere. */
const hostileText = fc.constantFrom(
  "\n",
  "\r\nCEF:0|a|b|1|x|y|10|suid=admin",
  " cs1=evil suid=root",
  "x\\= outcome=success",
  "\\",
  "\\\\",
  "||=|=",
  " ",
  "\u2028{}\u2029",
  "\u0085\u000b\u000c",
  "\x1b]0;title\x07",
  "\u202egnp.exe",
  "\0",
  "\ud800",
  "\udc00x",
  "\ufdd0\uffff",
  "👩‍🚀".repeat(400),
  "__proto__",
  "=HYPERLINK(1)",
  "2026-11-24T09:30:00Z",
  "-271821-04-20T00:00:00Z",
  "9999-12-31T24:00:00Z",
  "fe80::1%eth0",
  "::ffff:192.0.2.1",
  "999.1.1.1",
  "",
);
const text = fc.oneof(hostileText, fc.string({ unit: "binary", maxLength: 30 }), fc.ipV4(), fc.ipV6());
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(2 ** 31, 2 ** 53, -1, 1e308, 1e-9, 0.5),
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
})).value;

const often = fc.oneof({ weight: 2, arbitrary: text }, anything);

const names = [...Object.keys(entries[0]!), "content"];
const inner = fc.record(
  Object.fromEntries(
    ["how", "source", "name", "version", "instance", "id", "method", "route", "ip", "user_agent", "trace_id"]
      .concat([
        "offered",
        "called",
        "count",
        "since",
        "until",
        "reason",
        "contradicted",
        "event_type",
        "seed",
      ])
      .map((name) => [name, often]),
  ),
  { requiredKeys: [] },
);
const withMembers = fc.record(
  { request: inner, service: inner, attribution: inner, tools: inner, detail: inner, parameters: inner },
  { requiredKeys: [] },
);

/** A real entry of any type, in which any member may be anything that JSON can say, or not be there. */
export const anyEntry: fc.Arbitrary<AuditEntry> = fc
  .tuple(
    fc.constantFrom(...entries),
    fc.dictionary(fc.constantFrom(...names), often, { minKeys: 8, maxKeys: 30 }),
    withMembers,
    fc.uniqueArray(fc.constantFrom(...names), { maxLength: 4 }),
  )
  .map(([entry, changed, nested, dropped]) => {
    const forged = JSON.parse(JSON.stringify({ ...entry, ...changed, ...nested })) as Record<string, unknown>;
    for (const name of dropped) delete forged[name];
    return forged as unknown as AuditEntry;
  });
