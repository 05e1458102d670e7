import { AuditError, checkedApiKey } from "@openrouter-audit/core";
import { type Clock, Pace } from "./pace.ts";

/** How to reach OpenRouter. */
export interface OpenRouterAccess {
  /** For `/generation`. @default the management key */
  readonly apiKey?: string | undefined;
  /** For `/activity`. Made at https://openrouter.ai/settings/management-keys. */
  readonly managementKey?: string | undefined;
  /** @default "https://openrouter.ai/api/v1" */
  readonly baseURL?: string | undefined;
  /** @default fetch */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * An answer that is one: 200, 403, 404, or 400 and 422 (`invalid`: it does not take this question, and may take others). `failed`: there
 * was none, after all attempts.
 */
export type Answered =
  | { readonly kind: "ok"; readonly data: unknown }
  | { readonly kind: "absent" | "refused" | "invalid" }
  | { readonly kind: "failed"; readonly reason: string };

const attempts = 8;
/** So many questions given up one after the other: it is not the questions. */
const mostGivenUp = 5;
/** All of a day of an account is some thousand rows. */
const longestBody = 32 << 20;
/** Of the first question, as long as nobody ever answered. */
const firstAttempts = 4;
const timeoutMs = 30_000;

/** Asks OpenRouter, as often and as fast as it likes. */
export class OpenRouter {
  readonly baseURL: string;
  readonly hasManagementKey: boolean;
  /** How many requests were sent. */
  requests = 0;
  #givenUp = 0;
  #lastReason = "";
  readonly #access: OpenRouterAccess;
  readonly #pace: Pace;
  readonly #onTrouble: (reason: string) => void;
  #reached: "not yet" | "yes" | "no more" = "not yet";

  /** @throws AuditError `MISSING_API_KEY`, `MALFORMED_API_KEY`, `INVALID_OPTIONS` */
  constructor(access: OpenRouterAccess, clock: Clock, onTrouble: (reason: string) => void = () => undefined) {
    this.baseURL = (access.baseURL ?? "https://openrouter.ai/api/v1").replace(/\/+$/, "");
    const url = URL.canParse(this.baseURL) ? new URL(this.baseURL) : null;
    // It is written into the log, where a password, and what stands behind a path, has no place.
    if (!/^https?:$/.test(url?.protocol ?? "") || url!.username || url!.password || url!.search || url!.hash)
      throw new AuditError(
        "INVALID_OPTIONS",
        "The base URL of OpenRouter must be an http or https URL, without a password and without ? or #.",
      );
    this.hasManagementKey = Boolean(access.managementKey);
    for (const key of [access.managementKey, access.apiKey ?? access.managementKey])
      if (key || !this.hasManagementKey) checkedApiKey(key || access.apiKey, this.baseURL);
    this.#access = access;
    this.#pace = new Pace(clock);
    this.#onTrouble = onTrouble;
  }

  /** @throws AuditError `CALL_FAILED` when the key is not taken; the signal's reason */
  activity(day: string, keyHash: string | null, signal?: AbortSignal): Promise<Answered> {
    const query = new URLSearchParams({ date: day, ...(keyHash !== null && { api_key_hash: keyHash }) });
    return this.#get(`/activity?${query}`, this.#access.managementKey!, signal);
  }

  /** @throws AuditError `CALL_FAILED` when the key is not taken; the signal's reason */
  generation(id: string, signal?: AbortSignal): Promise<Answered> {
    const key = this.#access.apiKey || this.#access.managementKey!;
    return this.#get(`/generation?${new URLSearchParams({ id })}`, key, signal);
  }

  async #get(path: string, key: string, signal?: AbortSignal): Promise<Answered> {
    let reason = `so many questions before had no answer${this.#lastReason}`;
    let isUnreached: boolean | undefined;
    for (let attempt = 0; attempt < this.#attempts && this.#givenUp < mostGivenUp; attempt += 1) {
      await this.#pace.turn(signal);
      const response = await this.#send(path, key, signal);
      isUnreached = response.isUnreached;
      if (!isUnreached) this.#reached = "yes";
      if (response.reason !== undefined) {
        reason = response.reason;
        this.#onTrouble(reason);
        if (attempt + 1 < this.#attempts) await this.#pace.backOff(attempt, signal);
        continue;
      }
      const { status, body, headers } = response;
      const mustWait = this.#pace.heed(headers);
      const isError = typeof body?.error === "object" && body.error !== null;
      if (status < 429) this.#givenUp = 0;
      if (status === 200 && typeof body?.data === "object" && body.data !== null)
        return { kind: "ok", data: body.data };
      // What has no such page at all does not know that there is no such call.
      if (status === 404 && isError) return { kind: "absent" };
      if (status === 403) return { kind: "refused" };
      if ((status === 400 || status === 422) && isError) return { kind: "invalid" };
      if (status === 401 || (status >= 300 && status < 500 && status !== 408 && status !== 429))
        throw refusal(status, path, this.baseURL);
      reason = `it answered ${status}`;
      this.#onTrouble(reason);
      if (!mustWait) await this.#pace.backOff(attempt, signal);
    }
    if (this.#reached === "not yet")
      throw new AuditError(
        "CALL_FAILED",
        `OpenRouter does not answer: ${this.baseURL}: ${reason}. Nothing was compared. Check the address, the network and its proxy, and try again.`,
      );
    if (isUnreached) this.#reached = "no more";
    if (this.#givenUp < mostGivenUp) this.#lastReason = `: ${reason}`;
    this.#givenUp += 1;
    return { kind: "failed", reason };
  }

  /** Where one question was given up because nobody answers, the others need not find out too. */
  get #attempts(): number {
    if (this.#reached === "yes") return attempts;
    return this.#reached === "no more" ? 1 : firstAttempts;
  }

  /** What came, or why nothing did. */
  async #send(path: string, key: string, signal?: AbortSignal) {
    this.requests += 1;
    const patience = AbortSignal.timeout(timeoutMs);
    let isUnreached = true;
    try {
      const response = await (this.#access.fetch ?? fetch)(`${this.baseURL}${path}`, {
        headers: { authorization: `Bearer ${key}`, accept: "application/json" },
        // The key is for this host; where a redirect leads is not for us to follow.
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      isUnreached = false;
      const text = await textOf(response);
      const { status, headers } = response;
      return { isUnreached, status, headers, body: parsed(text) };
    } catch (error) {
      signal?.throwIfAborted();
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      const what = isUnreached ? "it cannot be reached" : "its answer broke off";
      return { isUnreached, reason: `${what} (${cause?.code ?? cause?.message ?? message})` };
    }
  }
}

/** @throws Error when it is longer than any answer */
async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    // Leaving the loop ends the connection.
    if (bytes > longestBody) throw new Error(`its answer is longer than ${longestBody} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parsed(text: string): { readonly data?: unknown; readonly error?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(status: number, path: string, baseURL: string): AuditError {
  const what = `${baseURL}${path.replace(/\?.*/, "")}`;
  const advice =
    status === 401
      ? "The key is wrong, disabled or deleted: see https://openrouter.ai/settings/keys."
      : "Is that the API of OpenRouter? It should be https://openrouter.ai/api/v1.";
  return new AuditError("CALL_FAILED", `OpenRouter answered ${status} to ${what}. ${advice}`);
}
