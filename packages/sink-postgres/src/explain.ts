import { AuditError } from "@openrouter-audit/core";
import { networkFailureOf } from "@openrouter-audit/core/sink";
import type { TableNames } from "./schema/names.ts";

/** What failed, and what to do about it: by the SQLSTATE of Postgres (appendix A of its manual), or Node's code; of the network, core knows more. */
type Explanation = readonly [happened: string, todo: string];

const migrateIt = (table: string) =>
  `Run: openrouter-audit postgres migrate (it says what is wrong with ${table})`;
const itself = "Delivery goes on by itself";

const connection: Explanation = ["the connection was lost", `${itself} when the server is back`];
const certificate: Explanation = [
  "the certificate of the server is of an authority that is unknown here",
  "Give its authority: sslrootcert in the connection string, or ssl.ca of the pool",
];

/** As who a connection was to do something. */
export type Actor = "writer" | "reader" | "owner" | "migrator";

const rights: Readonly<Record<Actor, string>> = {
  writer: "As its owner: grant openrouter_audit_writer to that role (or the name that you gave the writer)",
  reader: "As its owner: grant openrouter_audit_reader to that role (or the name that you gave the reader)",
  owner: "Connect as the owner of the table",
  migrator:
    "Connect as the owner of the table, who may create in the database, and has createrole where writer and reader are not there",
};

function explanations(table: string, as: Actor): Readonly<Record<string, Explanation>> {
  const drifted: Explanation = [`the table ${table} is not what it was`, migrateIt(table)];
  const missing: Explanation = [`the table ${table} is not there, or not migrated`, migrateIt(table)];
  return {
    "28P01": ["the password is wrong", "Mend the password, or the role's: alter role … password …"],
    "28000": [
      "the login was refused",
      "Mend user or password, the role (login), or pg_hba.conf of the server",
    ],
    "3D000": ["there is no such database", "Mend its name, or create it and migrate"],
    "42501": [`the role of this connection may not do that with ${table}`, rights[as]],
    "3F000": missing,
    "42883": missing,
    "42P01": missing,
    "42703": drifted,
    "42804": drifted,
    "42P10": drifted,
    "23": [
      `a rule of the table ${table} refuses it`,
      "Take away the constraint that is not ours, or attach the day's partition again",
    ],
    "22": [`a column of ${table} does not take what belongs there`, migrateIt(table)],
    "25006": ["the server only reads: a standby, or default_transaction_read_only", "Connect to the primary"],
    "40": ["another transaction was in the way", itself],
    "53100": ["the disk of the server is full", "Make room there; drop days that may go"],
    "53200": [
      "the server has no memory left, or no room for the locks of so many days",
      "Raise max_locks_per_transaction (README, Retention); or give it memory, or fewer connections",
    ],
    "53300": [
      "the server has no connection left",
      "Raise max_connections or the role's limit, or use a pooler",
    ],
    "55P03": [
      `somebody holds a lock on ${table} for longer than ten seconds`,
      "Find who in pg_locks and pg_stat_activity; end that transaction",
    ],
    "57014": ["the server stopped the statement", "Raise statement_timeout of the role, if that is set"],
    "57P03": ["the server starts or stops", `${itself} when it is up`],
    "57": ["the server ended the connection", `${itself} when it is back`],
    "58": ["the server cannot read or write its files", "Look into its log"],
    "08": connection,
    ECONNRESET: connection,
    EPIPE: connection,
    ENOENT: ["a socket, or a file that the connection string names, is not there", "Mend its path"],
    DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
    SELF_SIGNED_CERT_IN_CHAIN: certificate,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  };
}

/** What pg says without a code. */
const words: readonly (readonly [said: RegExp, explanation: Explanation])[] = [
  [
    /timeout/,
    [
      "no connection came in time",
      "Look whether the server or the pool is overloaded, and whether a firewall drops packets",
    ],
  ],
  [/^Connection terminated|not queryable/, connection],
  [
    /SSL/,
    [
      "server and client do not agree on encryption",
      "Mend sslmode in the connection string, or ssl of the pool",
    ],
  ],
  [
    /password must be a string/,
    ["a password is needed, and none was given", "Put it into the connection string, or PGPASSWORD"],
  ],
];

/** What went wrong with the table, in a sentence without its period; without a password, and without what was written. */
export function explanationOf(error: unknown, { shown }: TableNames, as: Actor = "writer"): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const key = typeof code === "string" ? code : "";
  const bySqlState = explanations(shown, as);
  const said = typeof message === "string" ? message.replace(/\.$/, "") : "";
  const text = said.startsWith(`${key}: `) ? said.slice(key.length + 2) : said;
  const known = bySqlState[key] ??
    (/^[0-9A-Z]{5}$/.test(key) ? bySqlState[key.slice(0, 2)] : undefined) ??
    networkWords(error) ??
    words.find(([said]) => !key && said.test(text))?.[1] ?? [
      "it failed",
      `Look at the log of the server of ${shown}`,
    ];
  // A data exception quotes the data.
  const told = [key, key.startsWith("22") ? "" : text].filter(Boolean).join(": ");
  const todo = as === "writer" ? known[1] : known[1].replace(itself, "Try again");
  return `Postgres: ${known[0]}${told ? ` (${told})` : ""}. ${todo}`;
}

function networkWords(error: unknown): Explanation | undefined {
  const failure = networkFailureOf(error);
  return failure ? [failure.happened, failure.todo] : undefined;
}

/** The same as an error of this package. One that is explained already stays as it is. */
export function explained(cause: unknown, names: TableNames, as?: Actor): AuditError {
  if (cause instanceof AuditError) return cause;
  return new AuditError("SINK_UNAVAILABLE", `${explanationOf(cause, names, as)}.`, { cause });
}
