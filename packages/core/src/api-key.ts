import { AuditError } from "./audit-error.ts";
import { isOpenRouterHost } from "./capture/targets.ts";
import { isHttpUrl } from "./http-url.ts";

/** Where calls go, and the key for them. */
export interface Connection {
  readonly apiKey: string;
  readonly baseURL: string;
}

/**
 * @param otherwise what counts where nothing is given
 * @throws AuditError `INVALID_OPTIONS`, `MISSING_API_KEY`, `MALFORMED_API_KEY`
 */
export function checkedConnection(
  given: { readonly apiKey?: string | undefined; readonly baseURL?: string | undefined },
  otherwise: { readonly apiKey: string | null; readonly baseURL: string },
): Connection {
  const baseURL = given.baseURL ?? otherwise.baseURL;
  if (!isHttpUrl(baseURL)) {
    throw new AuditError("INVALID_OPTIONS", 'Option "baseURL" is not right: must be an http or https URL.');
  }
  return { apiKey: checkedApiKey(given.apiKey ?? otherwise.apiKey, baseURL), baseURL };
}

/**
 * An API key that can be used as it is.
 *
 * @throws AuditError `MISSING_API_KEY`, `MALFORMED_API_KEY`. The key itself is never part of the message.
 */
export function checkedApiKey(apiKey: string | null | undefined, baseURL: string): string {
  if (!apiKey) {
    throw new AuditError(
      "MISSING_API_KEY",
      "There is no OpenRouter API key. Set OPENROUTER_API_KEY or pass apiKey; keys are made at https://openrouter.ai/settings/keys.",
    );
  }
  const why = flawOf(apiKey, isOpenRouterHost(new URL(baseURL).hostname));
  if (why)
    throw new AuditError(
      "MALFORMED_API_KEY",
      `The OpenRouter API key ${why}. Copy it again from https://openrouter.ai/settings/keys.`,
    );
  return apiKey;
}

function flawOf(apiKey: string, isOpenRouter: boolean): string | null {
  if (/^bearer\s/i.test(apiKey)) return 'begins with "Bearer": pass the key alone';
  if (/["'`]/.test(apiKey)) return "contains quotes";
  if (!/^[\x21-\x7e]+$/.test(apiKey)) return "contains spaces or characters that no header may hold";
  if (isOpenRouter && !/^sk-or-[A-Za-z0-9_-]{8,}$/.test(apiKey)) return 'does not have the form "sk-or-…"';
  return null;
}
