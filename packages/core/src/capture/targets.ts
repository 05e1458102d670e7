/** Decides which requests are OpenRouter's: those to its own hosts and to the configured base URL. */
export class Targets {
  readonly #origin: string;
  readonly #basePath: string;

  constructor(baseUrl: string) {
    const { origin, pathname } = new URL(baseUrl);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/+$/, "");
  }

  /** The path below the API's base (`/chat/completions`), or null when the URL is not OpenRouter's. */
  pathOf(url: URL): string | null {
    if (url.origin === this.#origin && isBelow(url.pathname, this.#basePath))
      return url.pathname.slice(this.#basePath.length);
    if (!isOpenRouterHost(url.hostname)) return null;
    return isBelow(url.pathname, officialBase) ? url.pathname.slice(officialBase.length) : url.pathname;
  }
}

const officialBase = "/api/v1";

function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** `openrouter.ai` and its in-region hosts (`eu.`, `us.`). */
export function isOpenRouterHost(hostname: string): boolean {
  return hostname === "openrouter.ai" || hostname.endsWith(".openrouter.ai");
}

const identifier = /^(?=.*\d)[A-Za-z0-9_-]{8,}$|^\d+$/;

/** A path with the segments that look like identifiers replaced: they may be keys. */
export function pathTemplate(path: string): string {
  return path
    .split("/")
    .map((segment) => (identifier.test(segment) || segment.length > 40 ? "{id}" : segment))
    .join("/");
}
