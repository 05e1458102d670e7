import { existsSync, mkdtempSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditLogOptions } from "@openrouter-audit/core";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { CallerProcess, type CallerProcessOptions } from "./caller-process.ts";
import type { CallerSetting } from "./caller-setting.ts";

const tmpfs = 0x01021994;

export const secret = "a secret that only these programs use";

/** Where things are broken: a directory, an upstream that keeps a ledger, and processes that call it. */
export class World implements AsyncDisposable {
  readonly directory: string;
  readonly upstream: FakeOpenRouter;
  readonly #callers = new Set<CallerProcess>();
  readonly #keep: boolean;
  readonly #seen = new Map<string, string[]>();
  #read = 0;
  #made = 0;
  #inMemory: string | null = null;

  private constructor(upstream: FakeOpenRouter, keep: boolean) {
    this.directory = realpathSync(mkdtempSync(join(tmpdir(), "openrouter-audit-break-")));
    this.upstream = upstream;
    this.#keep = keep;
  }

  static async make(options: { readonly keep: boolean }): Promise<World> {
    return new World(await startFakeOpenRouter(), options.keep);
  }

  /** A path that nothing is at. */
  path(name: string): string {
    this.#made += 1;
    return join(this.directory, `${this.#made}-${name}`);
  }

  /** One in a memory file system, where the journal forces each commit with a call of its own; null where there is none. */
  pathInMemory(name: string): string | null {
    if (!existsSync("/dev/shm") || statfsSync("/dev/shm").type !== tmpfs) return null;
    this.#inMemory ??= realpathSync(mkdtempSync("/dev/shm/openrouter-audit-break-"));
    this.#made += 1;
    return join(this.#inMemory, `${this.#made}-${name}`);
  }

  start(
    setting: Omit<CallerSetting, "audit" | "upstream"> & {
      readonly audit: AuditLogOptions;
      readonly upstream?: null;
    },
    options?: CallerProcessOptions,
  ): CallerProcess {
    const caller = new CallerProcess(
      {
        ...setting,
        upstream: setting.upstream === null ? null : this.upstream.url,
        audit: { secret, ...setting.audit },
      },
      options,
    );
    this.#callers.add(caller);
    void caller.gone.then(() => this.#callers.delete(caller));
    return caller;
  }

  /** The calls of a caller that upstream has seen: its truth. What a dead one sent may still have to be read. */
  async seen({ name }: CallerProcess): Promise<string[]> {
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    await this.upstream.settled();
    for (; this.#read < this.upstream.requests.length; this.#read += 1) {
      const { body } = this.upstream.requests[this.#read]!;
      const call = String((body as { user?: unknown } | undefined)?.user);
      const caller = call.slice(0, call.lastIndexOf("-"));
      this.#seen.set(caller, [...(this.#seen.get(caller) ?? []), call]);
    }
    return this.#seen.get(name) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const callers = [...this.#callers];
    for (const caller of callers) caller.signal("SIGKILL");
    await Promise.all(callers.map((caller) => caller.gone));
    await this.upstream.close();
    if (this.#keep) return;
    for (const directory of [this.directory, this.#inMemory])
      if (directory) rmSync(directory, { recursive: true, force: true });
  }
}
