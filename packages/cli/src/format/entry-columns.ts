import { type AuditEntry, isSystemEvent } from "@openrouter-audit/core";
import type { Colors } from "../terminal.ts";
import { count, dollars, duration, moment, unknown } from "./amounts.ts";
import type { Column } from "./table.ts";
import { visible } from "./visible.ts";

// Longer than anything the library writes into one member; a journal may hold what others wrote.
const longestCell = 1000;

/** A journal promises nothing about what stands in an entry until it is verified: any member may be anything. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return unknown;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return visible(text.length > longestCell ? `${text.slice(0, longestCell)}…` : text);
}

const isSystem = ({ event_type }: AuditEntry) => isSystemEvent(event_type);

function user({ user_id, attribution }: AuditEntry, colors: Colors): string {
  if (user_id !== null && user_id !== undefined) return shown(user_id);
  const how = attribution?.how;
  return colors.dim(how ? `${unknown} ${shown(how).replaceAll("_", " ")}` : unknown);
}

function what({ event_type, model, detail }: AuditEntry): string {
  if (event_type === "audit.gap" && detail) return `${event_type}: ${shown(detail.count)} lost`;
  if (event_type === "audit.read" && detail) return `${event_type}: ${shown(detail.doing)}`;
  if (event_type === "chat_completion" && model) return shown(model);
  return model ? `${shown(event_type)} ${shown(model)}` : shown(event_type);
}

function status({ status }: AuditEntry, { green, red, yellow }: Colors): string {
  if (status === "success") return green(status);
  return status === "error" ? red(status) : yellow(shown(status));
}

function tokens(entry: AuditEntry): string {
  return tokensOf(entry, count, " → ");
}

function briefTokens(entry: AuditEntry): string {
  return tokensOf(entry, shown, "→");
}

function tokensOf(entry: AuditEntry, say: (value: unknown) => string, arrow: string): string {
  if (isSystem(entry)) return "";
  const { prompt_tokens, completion_tokens } = entry;
  if (typeof prompt_tokens !== "number" && typeof completion_tokens !== "number") return unknown;
  return `${say(prompt_tokens)}${arrow}${say(completion_tokens)}`;
}

function cost(entry: AuditEntry): string {
  return isSystem(entry) ? "" : dollars(entry.cost_usd);
}

function latency(entry: AuditEntry): string {
  return isSystem(entry) ? "" : duration(entry.latency_ms);
}

function error({ error_type, error_code }: AuditEntry): string {
  return [error_type, error_code]
    .filter((value) => value !== null && value !== undefined)
    .map(shown)
    .join(" ");
}

// What is longer are keys and signatures: --json has them.
const longestValue = 60;
const longestDetail = 300;

/** What is done with a log, and not by it. */
const acts = new Set(["audit.read", "audit.exported", "audit.reconciled", "audit.corrected"]);
const saidOfActs = new Set(["parameters", "recorded", "found"]);

/**
 * What the log says of itself in an entry: its short members; of a reading, an export or a reconciliation what was asked for, and what
 * came of it, too; of a correction both accounts.
 */
function detailOf(entry: AuditEntry): string {
  const { detail, event_type } = entry;
  if (!isSystem(entry) || typeof detail !== "object" || detail === null) return "";
  const isAct = acts.has(event_type);
  const said = Object.entries(detail)
    .filter(([name, value]) => isShort(value) || (isAct && saidOfActs.has(name)))
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" ");
  // That of a reading is cut only where any cell is: who looked for whom is what it is for. So is that of a correction, for its cost.
  return shown(said.length > longestDetail && !isAct ? `${said.slice(0, longestDetail)}…` : said);
}

function isShort(value: unknown): boolean {
  return value !== null && typeof value !== "object" && String(value).length <= longestValue;
}

/** What a person sees of an entry. */
export const entryColumns: readonly Column<AuditEntry>[] = [
  {
    title: "time (UTC)",
    cell: ({ timestamp }) => shown(moment(timestamp)),
    brief: ({ timestamp }) => shown(moment(timestamp).slice("2026-".length)),
  },
  { title: "user", cell: user, atLeast: 10, usual: 16 },
  { title: "model", cell: what, atLeast: 18, usual: 28 },
  { title: "status", cell: status, usual: 7 },
  { title: "tokens", cell: tokens, brief: briefTokens, align: "right", usual: 9, dispensable: true },
  { title: "cost", cell: cost, align: "right", usual: 8, dispensable: true },
  { title: "latency", cell: latency, align: "right", usual: 7, dispensable: true },
  { title: "error", cell: error, atLeast: 8, usual: 19 },
];

/** What a person sees of an entry with `--wide`. */
export const wideEntryColumns: readonly Column<AuditEntry>[] = [
  ...entryColumns,
  { title: "message", cell: ({ error_message }) => (error_message ? shown(error_message) : "") },
  { title: "event", cell: ({ event_type }) => shown(event_type) },
  { title: "detail", cell: detailOf },
  { title: "provider", cell: ({ provider }) => shown(provider) },
  { title: "finish", cell: ({ finish_reason }) => shown(finish_reason) },
  { title: "tenant", cell: ({ tenant_id }) => shown(tenant_id) },
  { title: "route", cell: ({ request }) => shown(request?.route) },
  { title: "service", cell: ({ service }) => shown(service?.name) },
  { title: "generation", cell: ({ generation_id }) => shown(generation_id) },
  { title: "id", cell: ({ id }) => shown(id) },
];
