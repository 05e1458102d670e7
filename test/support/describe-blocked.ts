import { AuditLog, type AuditLogOptions } from "@openrouter-audit/core";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import request from "supertest";
import { until } from "./audited-world.ts";
import { breakJournal, canBreakJournal } from "./break-journal.ts";
import { secret, temporaryDirectory } from "./journal.ts";
import type { Platform } from "./platform.ts";
import { tokenOf } from "./token.ts";

interface Blocking {
  readonly code: string;
  readonly options?: AuditLogOptions;
  /** Waits until calls are blocked. */
  readonly begins?: (audit: AuditLog) => Promise<unknown>;
  readonly status: 403 | 503;
}

const blockings: readonly Blocking[] = [
  {
    code: "JOURNAL_UNWRITABLE",
    options: { disk: { stopBytes: Number.MAX_SAFE_INTEGER }, onProblem: () => undefined },
    begins: (audit) => until(() => audit.health().status === "failing"),
    status: 503,
  },
  { code: "LOG_CLOSED", begins: (audit) => audit.close(), status: 503 },
  { code: "CALL_REFUSED", options: { policy: () => "Rule 7: not for Ada." }, status: 403 },
];

/** What whoever asks an application sees when the audit log blocks its call to the model, on every platform. */
export function describeBlocked(platform: Platform): void {
  describe(`${platform.name}, when a call is blocked with`, () => {
    let fake: FakeOpenRouter;
    beforeAll(async () => {
      fake = await startFakeOpenRouter();
    });
    afterAll(() => fake.close());

    const breakable = canBreakJournal ? test : test.skip;
    breakable("JOURNAL_UNWRITABLE in the middle of a stream, cuts the answer off", async () => {
      const upstream = await startFakeOpenRouter();
      upstream.next({ text: "one two three four five six", chunkDelayMs: 20 });
      const directory = temporaryDirectory();
      const log = { directory, secret, apiKey: "sk-or-v1-test", baseURL: upstream.url };
      const audit = new AuditLog({ ...log, onProblem: () => undefined });
      const app = await platform.serve({ audit });
      const answer = await fetch(`${app.url}/chat/7/stream`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokenOf("ada")}`, "content-type": "application/json" },
        body: JSON.stringify({ prompt: "Good morning" }),
      });
      const mend = breakJournal(directory);
      expect(answer.ok).toBe(true);
      await expect(answer.text()).rejects.toThrow("terminated");
      mend();
      await app.close();
      await audit.close();
      await upstream.close();
    });

    test.each(blockings)(
      "$code, answers $status with problem details that leak nothing",
      async (blocking) => {
        const { code, options, begins, status } = blocking;
        const directory = temporaryDirectory();
        const log = { directory, secret, apiKey: "sk-or-v1-test", baseURL: fake.url };
        const audit = new AuditLog({ ...log, ...options });
        const app = await platform.serve({ audit });
        await begins?.(audit);
        for (const path of ["/chat", "/chat/7/stream"]) {
          const answer = await request(app.url)
            .post(path)
            .set("authorization", `Bearer ${tokenOf("ada")}`)
            .send({ prompt: "Good morning" });
          expect([answer.status, answer.headers["content-type"]]).toEqual([
            status,
            expect.stringMatching(/^application\/problem\+json(; charset=utf-8)?$/),
          ]);
          expect(answer.headers["retry-after"]).toBe(status === 503 ? "5" : undefined);
          const text = answer.text;
          expect(JSON.parse(text)).toEqual({
            type: "about:blank",
            title: status === 503 ? "Service Unavailable" : "Forbidden",
            status,
            detail: expect.any(String),
            code,
          });
          for (const secretText of [directory, audit.directory, "127.0.0.1", "Rule 7", "Error", "ada"])
            expect(text).not.toContain(secretText);
        }
        expect(fake.requests).toHaveLength(0);
        await app.close();
        await audit.close();
      },
    );
  });
}
