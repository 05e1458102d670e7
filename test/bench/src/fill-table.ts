import { type AuditEntry, lineOf } from "@openrouter-audit/core";
import pg from "pg";

export interface Filling {
  readonly rows: number;
  readonly days: number;
  readonly onProgress: (rows: number) => void;
}

export const firstDay = "2026-09-01";
export const users = 5_000;
export const models = [
  "openai/gpt-4o-mini",
  "openai/gpt-4o",
  "anthropic/claude-sonnet-4",
  "google/gemini-2.5-flash",
  "mistralai/mistral-large",
  "qwen/qwen3-32b",
  "deepseek/deepseek-chat",
  "meta-llama/llama-3.3-70b-instruct",
];
const logsOfDay = 10;
const batch = 2_000;

/**
 * Fills the table through the function that the sink calls, with lines made on the server from one real line: as long, with other
 * ids, digests, users, models, numbers and times. They are not sealed: nothing here verifies them.
 */
export async function fillTable(
  url: string,
  entry: AuditEntry,
  { rows, days, onProgress }: Filling,
): Promise<void> {
  const perDay = Math.ceil(rows / days);
  const waiting = Array.from({ length: days }, (_, day) => day);
  let done = 0;
  const work = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
        const ofDay = Math.min(perDay, rows - day * perDay);
        for (let from = 0; from < ofDay; from += batch) {
          const to = Math.min(ofDay, from + batch);
          const { rows: refused } = await client.query(statement(entry), [day, from, to - 1, ofDay]);
          if (refused.length > 0) throw new Error(`A line was refused: ${refused[0].reason}`);
          done += to - from;
          onProgress(done);
        }
      }
    } finally {
      await client.end();
    }
  };
  await Promise.all([work(), work()]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("vacuum (analyze) openrouter_audit.entries");
  await client.end();
}

/** What differs from line to line, by the member, as SQL of `g`, the number in the day, and `h`, a text of its own for each. */
const differing: Readonly<Record<string, string>> = {
  id: "uuid_of(h, '1')",
  exchange_id: "uuid_of(h, '2')",
  call_id: "uuid_of(h, '3')",
  generation_id: "'gen-' || left(h, 24)",
  log: `'bench/host-' || g % ${logsOfDay} || '/019a0000-0000-7000-8000-' || lpad($1::text, 12, '0')`,
  recorded_at: "at(g + 0.5)",
  timestamp: "at(g)",
  // A few make many calls, most make few.
  user_id: `'user-' || floor(${users} * power(random(), 3))::int`,
  model: `(array[${models.map((model) => `'${model}'`).join(", ")}])[1 + floor(${models.length} * power(random(), 2))::int]`,
  prompt_hash: "'hmac-sha256:1ac0bd8f:' || encode(sha256(convert_to(h || 'p', 'UTF8')), 'hex')",
  response_hash: "'hmac-sha256:1ac0bd8f:' || encode(sha256(convert_to(h || 'r', 'UTF8')), 'hex')",
  chain_hash: "encode(sha256(convert_to(h || 'c', 'UTF8')), 'base64')",
};
const counted: Readonly<Record<string, string>> = {
  seq: `g / ${logsOfDay}`,
  prompt_tokens: "1000 + g % 977",
  completion_tokens: "g % 499",
  total_tokens: "1000 + g % 977 + g % 499",
  cost_usd: "(1 + g % 499)::numeric / 1000000",
  latency_ms: "(400000 + g * 7919 % 9000000)::numeric / 1000",
};

/** `$1` is the day, `$2` to `$3` the numbers of its lines, of `$4`. */
function statement(entry: AuditEntry): string {
  const marked = { ...entry } as unknown as Record<string, unknown>;
  for (const name of Object.keys({ ...differing, ...counted })) marked[name] = `@${name}@`;
  marked.signature = "";
  // The order of the members is that of a line: quotes stand around numbers until they are taken away.
  const template = lineOf(marked as unknown as AuditEntry).replaceAll("%", "%%");
  const names = [...template.matchAll(/"@(\w+)@"/g)].map(([, name]) => name!);
  const format = template.replaceAll(/"@(\w+)@"/g, (_, name: string) => (name in counted ? "%s" : '"%s"'));
  const values = names.map((name) => differing[name] ?? counted[name]!);
  const at = (text: string) =>
    text.replaceAll(/at\(([^)]*)\)/g, (_, g: string) => {
      return `to_char(timestamp '${firstDay}' + make_interval(days => $1::int) + (${g}) * interval '86399 seconds' / $4::int, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    });
  const uuid = (text: string) =>
    text.replaceAll(/uuid_of\(h, '(\d)'\)/g, (_, which: string) => `(md5(h || '${which}')::uuid)::text`);
  return `
select reason from openrouter_audit.entries_append((
  select array_agg(format('${format.replaceAll("'", "''")}', ${values.map((value) => uuid(at(value))).join(", ")}))
  from generate_series($2::int, $3::int) as g, lateral (select md5($1::text || '/' || g) || md5(g::text) as h) as own
))`;
}
