import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { AuditError } from "@openrouter-audit/core";
import { replaceFile } from "@openrouter-audit/core/seal";
import type { ActivityRow } from "./activity.ts";
import { type Generation, numberOf } from "./generation.ts";
import { factsIn } from "./logged-calls.ts";

/** What was answered for good: what was late, failed or refused is asked again. */
export type Remembered =
  | { readonly day: string; readonly key: string | null; readonly rows: readonly ActivityRow[] }
  | { readonly generation: Generation }
  | { readonly unknown: string };

export interface StateFileOptions {
  readonly path: string | null;
  /** What the run is about: another one cannot go on with it. */
  readonly about: object;
  readonly resume: boolean;
  /** Told once, when nothing can be written any more. */
  readonly onLost?: ((error: Error) => void) | undefined;
}

/** What was answered, a line each, so that a run that was ended goes on where it was. docs/reconcile.md, "Going on" */
export class StateFile {
  readonly #path: string | null;
  #isLost = false;
  readonly #onLost: StateFileOptions["onLost"];

  private constructor({ path, onLost }: StateFileOptions) {
    this.#path = path;
    this.#onLost = onLost;
  }

  /** @throws AuditError `INVALID_OPTIONS` when the file is of another run, or cannot be written */
  static open(options: StateFileOptions): {
    readonly file: StateFile;
    readonly remembered: readonly Remembered[];
  } {
    const { path, about, resume } = options;
    const file = new StateFile(options);
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
      // The mode of a file that is there is kept.
      if (existsSync(path)) chmodSync(path, 0o600);
      replaceFile(path, [head, ...remembered.map((each) => JSON.stringify(each)), ""].join("\n"));
      return { file, remembered };
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      throw new AuditError("INVALID_OPTIONS", `The state file ${path}: ${(cause as Error).message}.`, {
        cause,
      });
    }
  }

  /** A reconciliation goes on without it: when it cannot be written, that is told, and no more is written behind a cut line. */
  remember(answer: Remembered): void {
    if (!this.#isLost) this.#change((path) => appendFileSync(path, `${JSON.stringify(answer)}\n`));
  }

  /** Nothing is left to ask. */
  remove(): void {
    this.#change((path) => rmSync(path, { force: true }));
  }

  #change(work: (path: string) => void): void {
    if (this.#path === null) return;
    try {
      work(this.#path);
    } catch (error) {
      if (!this.#isLost) this.#onLost?.(error as Error);
      this.#isLost = true;
    }
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
