interface Target {
  readonly origin: string;
  readonly basePath: string;
}

/** Decides which requests are OpenRouter's: those to its own hosts, and to every base URL that a client was made for. */
export class Targets {
  #targets: readonly Target[] = [];

  constructor(baseUrl: string) {
    this.add(baseUrl);
  }

  /** Audits what goes below this URL too. @throws TypeError when it is no URL. */
  add(baseUrl: string): void {
    const { origin, pathname } = new URL(baseUrl);
    const basePath = pathname.replace(/\/+$/, "");
    this.#addPath(origin, basePath);
    // `/api/beta` and `/api/alpha` stand beside `/api/v1`.
    if (!basePath.endsWith(officialBase)) return;
    const root = basePath.slice(0, -officialBase.length);
    for (const beside of [...officialBases, ""]) this.#addPath(origin, root + beside);
  }

  #addPath(origin: string, basePath: string): void {
    if (this.#targets.some((known) => known.origin === origin && known.basePath === basePath)) return;
    // The longest base first: of two that hold a URL, it is the one that leaves the API's own path.
    this.#targets = [...this.#targets, { origin, basePath }].sort(
      (a, b) => b.basePath.length - a.basePath.length,
    );
  }

  /** The path below the API's base (`/chat/completions`, `/batches`), or null when the URL is not OpenRouter's. */
  pathOf(url: URL): string | null {
    const target = this.#targets.find(
      ({ origin, basePath }) => url.origin === origin && isBelow(url.pathname, basePath),
    );
    if (target) return url.pathname.slice(target.basePath.length);
    if (!isOpenRouterHost(url.hostname)) return null;
    const base = officialBases.find((each) => isBelow(url.pathname, each)) ?? "";
    return url.pathname.slice(base.length);
  }
}

const officialBase = "/api/v1";
const officialBases = [officialBase, "/api/beta", "/api/alpha"];

function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** `openrouter.ai` and its in-region hosts (`eu.`, `us.`). */
export function isOpenRouterHost(name: string): boolean {
  // A name may end in a dot: the same host, asked for absolutely.
  const hostname = name.replace(/\.$/, "");
  return hostname === "openrouter.ai" || hostname.endsWith(".openrouter.ai");
}

const identifier = /^(?=.*\d)[A-Za-z0-9_-]{8,}$|^\d+$|@|%40/;

/** The path for the entry: where the API is, then the template of a known endpoint, or what can be told of an unknown one. */
export function endpointPath(path: string, template: string | null): string {
  if (template === null) return pathTemplate(path);
  if (path.endsWith(template)) return path;
  const segments = path.replace(/\/+$/, "").split("/");
  return `${segments.slice(0, segments.length - template.split("/").length + 1).join("/")}${template}`;
}

/** A path with the segments that look like identifiers replaced: they may be keys. */
export function pathTemplate(path: string): string {
  return path
    .split("/")
    .map((segment) => (identifier.test(segment) || segment.length > 40 ? "{id}" : segment))
    .join("/");
}
