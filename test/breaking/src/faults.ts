import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { has } from "./tools.ts";
import type { World } from "./world.ts";

const source = fileURLToPath(new URL("../faults.c", import.meta.url));

export type FaultedCall = "open" | "write" | "sync" | "rename" | "link" | "unlink" | "mkdir" | "any";

/** What happens at a call: see faults.c. */
export type FaultAction = `errno=${number}` | "short" | "before" | "amid" | "after";

export interface FaultRule {
  readonly call: FaultedCall;
  /** The first and the last call meant, from 1. @default all */
  readonly from?: number;
  readonly to?: number;
  readonly action: FaultAction;
}

/** Faults in the calls that a process makes on the files below a directory. They can be changed while it runs. */
export class Faults {
  readonly env: Readonly<Record<string, string>>;
  readonly #rules: string;
  readonly #trace: string;

  private constructor(library: string, under: string, place: string) {
    this.#rules = `${place}.rules`;
    this.#trace = `${place}.trace`;
    this.env = {
      LD_PRELOAD: library,
      FAULTS_UNDER: under,
      FAULTS_RULES: this.#rules,
      FAULTS_TRACE: this.#trace,
      // Otherwise writes could go past the library.
      UV_USE_IO_URING: "0",
    };
  }

  /** @returns null where there is no C compiler to make the library with */
  static under(world: World, directory: string): Faults | null {
    const library = join(world.directory, "faults.so");
    if (!existsSync(library)) {
      if (!has("gcc")) return null;
      const made = spawnSync("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
      if (made.status !== 0) throw new Error(`gcc could not make the library: ${made.stderr}`);
    }
    return new Faults(library, directory, world.path("faults"));
  }

  /** From now on. None takes all of them away. */
  set(...rules: readonly FaultRule[]): void {
    const text = rules.map(({ call, from = 1, to = 2 ** 30, action }) => `${call} ${from} ${to} ${action}\n`);
    // In one piece: the library may read at any moment.
    writeFileSync(`${this.#rules}.new`, text.join(""));
    renameSync(`${this.#rules}.new`, this.#rules);
  }

  /** The calls so far, in order. */
  get calls(): FaultedCall[] {
    if (!existsSync(this.#trace)) return [];
    return readFileSync(this.#trace, "utf8").trimEnd().split("\n") as FaultedCall[];
  }
}
