import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { AuditError } from "@openrouter-audit/core";
import type { ActivityRow } from "./activity.ts";
import { type Generation, numberOf } from "./generation.ts";
import { factsIn } from "./logged-calls.ts";

/** What was answered for good: what was late, failed or refused is asked again. */
export type Remembered =
  | { readonly day: string; readonly key: string | null; readonly rows: readonly ActivityRow[] }
  | { readonly generation: Generation }
  | { readonly unknown: string };

/** What was answered, a line each, so that a run that was ended goes on where it was. docs/reconcile.md, "Going on" */
export class StateFile {
  readonly #path: string | null;

  private constructor(path: string | null) {
    this.#path = path;
  }

  /**
   * @param about what the run is about: another one cannot go on with it
   * @throws AuditError `INVALID_OPTIONS` when the file is of another run, or cannot be written
   */
  static open(
    path: string | null,
    about: object,
    resume: boolean,
  ): { readonly file: StateFile; readonly remembered: readonly Remembered[] } {
    const file = new StateFile(path);
    if (path === null) return { file, remembered: [] };
    const head = JSON.stringify({ reconcile: 1, ...about });
    try {
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      if (text !== "" && !text.startsWith('{"reconcile":'))
        throw new AuditError(
          "INVALID_OPTIONS",
          `${path} is no state file of a reconciliation, and was left as it is. Name another file.`,
        );
      const lines = resume && text !== "" ? text.split("\n") : [head];
      if (lines[0] !== head)
        throw new AuditError(
          "INVALID_OPTIONS",
          `${path} is of another reconciliation (period, place, address or keys differ). Name another file, or begin anew without resuming.`,
        );
      // What stands behind the last line end was cut.
      const remembered = lines.slice(1, -1).flatMap((line) => rememberedIn(line) ?? []);
      replace(path, [head, ...remembered.map((each) => JSON.stringify(each)), ""].join("\n"));
      return { file, remembered };
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      throw new AuditError("INVALID_OPTIONS", `The state file ${path}: ${(cause as Error).message}.`, {
        cause,
      });
    }
  }

  remember(answer: Remembered): void {
    if (this.#path !== null) appendFileSync(this.#path, `${JSON.stringify(answer)}\n`);
  }

  /** Nothing is left to ask. */
  remove(): void {
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }
}

/** Null for what was damaged: it is asked again. */
function rememberedIn(line: string): Remembered | null {
  try {
    const said = JSON.parse(line);
    if (typeof said.unknown === "string") return said;
    if (typeof said.day === "string") return Array.isArray(said.rows) && said.rows.every(isRow) ? said : null;
    const { id, created_at, slugs, facts } = said.generation;
    const isGeneration =
      typeof id === "string" &&
      !Number.isNaN(Date.parse(created_at)) &&
      Array.isArray(slugs) &&
      factsIn(facts);
    return isGeneration ? said : null;
  } catch {
    return null;
  }
}

function isRow(row: ActivityRow): boolean {
  return [row.requests, row.prompt_tokens, row.completion_tokens, row.cost_usd].every(
    (value) => numberOf(value) !== null,
  );
}

function replace(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}
