import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Clock,
  type ReconcileOptions,
  type Reconciliation,
  reconcile,
} from "@openrouter-audit/reconcile";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { firstDay } from "./two-accounts.ts";

export const managementKey = "sk-or-v1-management";

/** Where two accounts are kept, and compared: a journal in a directory of its own, and a fake of OpenRouter, that go by one clock. */
export class KeptAccounts {
  readonly home = mkdtempSync(join(tmpdir(), "openrouter-audit-reconcile-"));
  readonly journal = join(this.home, "journal");
  readonly fake: FakeOpenRouter;
  readonly #clock: Clock;

  private constructor(fake: FakeOpenRouter, clock: Clock) {
    this.fake = fake;
    this.#clock = clock;
  }

  static async begin(clock: Clock): Promise<KeptAccounts> {
    const fake = await startFakeOpenRouter({ managementKeys: [managementKey], now: () => clock.now() });
    return new KeptAccounts(fake, clock);
  }

  /** Since the first day. */
  compare(options: Partial<ReconcileOptions> = {}): Promise<Reconciliation> {
    return reconcile({
      entries: this.journal,
      openRouter: { managementKey, baseURL: this.fake.url },
      period: { since: new Date(firstDay) },
      clock: this.#clock,
      ...options,
    });
  }

  async end(): Promise<void> {
    await this.fake.close();
    rmSync(this.home, { recursive: true });
  }
}
