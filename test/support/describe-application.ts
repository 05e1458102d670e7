import { setTimeout as sleep } from "node:timers/promises";
import type { AuditEntry } from "@openrouter-audit/core";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import request from "supertest";
import { entriesOf, secret, temporaryDirectory, verdictOf } from "./journal.ts";
import type { Platform, RunningApp } from "./platform.ts";
import { tokenOf } from "./token.ts";

/** What must hold for an application on every platform. */
export function describeApplication(platform: Platform): void {
  describe(platform.name, () => {
    let fake: FakeOpenRouter;
    let app: RunningApp;
    let directory: string;

    beforeEach(async () => {
      fake = await startFakeOpenRouter();
      directory = temporaryDirectory();
      app = await platform.serve({ directory, secret, apiKey: "sk-or-v1-test", baseURL: fake.url });
    });
    afterEach(async () => {
      await app.close();
      await fake.close();
    });

    const post = (path: string, user: string | null, body: object) => {
      const call = request(app.url).post(path).set("x-user-id", "mallory").set("traceparent", traceparent);
      if (user) call.set("authorization", `Bearer ${tokenOf(user)}`);
      return call.send(body);
    };
    /** Closes the application, so that everything is written, and reads what it recorded. */
    const recorded = async (): Promise<AuditEntry[]> => {
      await app.close();
      app = { url: "", close: async () => undefined };
      expect(await verdictOf(directory)).toBe("intact");
      return entriesOf(directory);
    };

    test("a chat is answered, and recorded as the user of the token", async () => {
      const { body } = await post("/chat", "ada", { prompt: "Good morning" }).expect((response) =>
        expect(response.ok).toBe(true),
      );
      expect(body.text).toContain("Good morning");
      expect(await recorded()).toEqual([
        expect.objectContaining({
          event_type: "chat_completion",
          user_id: "ada",
          attribution: { how: "authenticated", source: "req.user.sub" },
          model: "openai/gpt-5-mini",
          status: "success",
          generation_id: fake.generations[0]!.id,
          total_tokens: expect.any(Number),
          cost_usd: expect.any(Number),
          request: expect.objectContaining({
            method: "POST",
            route: "/chat",
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
          }),
        }),
      ]);
    });

    test("a request without a token is recorded as anonymous, whatever it claims", async () => {
      await post("/chat", null, { prompt: "Hello", claim: "ada" });
      expect(await recorded()).toEqual([
        expect.objectContaining({
          user_id: null,
          attribution: { how: "anonymous", source: null },
          claimed_user: "ada",
        }),
      ]);
    });

    test("a stream reaches the caller piece by piece and is recorded once, with its usage", async () => {
      const { text } = await post("/chat/7/stream", "ada", { prompt: "Stream this" }).buffer(true);
      expect(text).toContain("Stream this");
      const [entry, ...others] = await recorded();
      expect(others).toEqual([]);
      expect(entry).toMatchObject({
        user_id: "ada",
        stream: true,
        status: "success",
        response_complete: true,
      });
      expect(entry!.request!.route).toBe("/chat/:id/stream");
      expect(entry!.completion_tokens).toBeGreaterThan(0);
      expect(entry!.time_to_first_token_ms).toBeLessThanOrEqual(entry!.latency_ms!);
    });

    test("a caller who hangs up in mid-stream leaves an aborted entry, and the model is stopped", async () => {
      fake.next({ chunkDelayMs: 20, text: "word ".repeat(500) });
      const controller = new AbortController();
      const response = await fetch(`${app.url}/chat/7/stream`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokenOf("ada")}`, "content-type": "application/json" },
        body: JSON.stringify({ prompt: "A long story" }),
        signal: controller.signal,
      });
      await response.body!.getReader().read();
      controller.abort();
      await fake.settled();
      expect(fake.requests[0]!.ended).toBe("client_closed");
      while ((await entriesOf(directory)).length === 0) await sleep(5);
      expect(await recorded()).toEqual([
        expect.objectContaining({
          user_id: "ada",
          status: "aborted",
          response_complete: false,
          generation_id: fake.requests[0]!.generationId,
          response_hash: expect.stringMatching(/^hmac-sha256:/),
        }),
      ]);
    });

    test("calls made before and after authentication are told apart", async () => {
      await request(app.url)
        .get("/early")
        .set("authorization", `Bearer ${tokenOf("ada")}`)
        .expect(200);
      const entries = await recorded();
      expect(entries).toHaveLength(2);
      expect(entries[1]).toMatchObject({ user_id: "ada" });
      const [first, second] = entries;
      // With the middleware behind authentication there is no "before".
      if (platform.name.endsWith("audit last")) expect(first!.user_id).toBe("ada");
      else expect(first!.attribution.how).toBe("anonymous");
      expect(first!.request!.id).toBe(second!.request!.id);
    });

    test("a call made while an error is handled belongs to the request that failed", async () => {
      await request(app.url)
        .get("/broken")
        .set("authorization", `Bearer ${tokenOf("ada")}`)
        .expect(500);
      expect(await recorded()).toEqual([
        expect.objectContaining({ user_id: "ada", request: expect.objectContaining({ route: "/broken" }) }),
      ]);
    });

    test("a retry is recorded as a second attempt of the same call", async () => {
      fake.next({ error: { name: "rate_limited", retryAfterSeconds: 0 } });
      await post("/chat", "ada", { prompt: "Again" });
      const [first, second] = await recorded();
      expect(first).toMatchObject({
        attempt: 1,
        status: "error",
        http_status: 429,
        error_type: "rate_limit_exceeded",
      });
      expect(second).toMatchObject({ attempt: 2, status: "success", call_id: first!.call_id });
    });
  });
}

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
