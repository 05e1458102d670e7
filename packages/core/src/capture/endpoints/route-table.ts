import type { Endpoint } from "./endpoint.ts";

interface Match {
  readonly endpoint: Endpoint;
  readonly template: string;
}

interface Route {
  /** Of several routes that fit, the one with the lowest: a plain path before `{}`, and both before `**`. */
  readonly rank: number;
  readonly pattern: RegExp;
  match(path: string): Match;
}

/** Finds the endpoint of a method and path. */
export class RouteTable {
  readonly #routes: readonly Route[];
  /** Of paths without anything that varies. */
  readonly #plain = new Map<string, Match>();

  constructor(routes: readonly (readonly [route: string, endpoint: Endpoint])[]) {
    this.#routes = routes
      .map(([route, endpoint]) => routeOf(route, endpoint))
      .sort((a, b) => a.rank - b.rank);
    for (const [route] of routes) {
      const [method = "", path = "", ...words] = route.split(" ");
      const isPlain = words.length === 0 && !/[{*]/.test(route);
      const match = isPlain ? this.find(method, path) : undefined;
      if (match) this.#plain.set(route, match);
    }
  }

  find(method: string, path: string): Match | undefined {
    const plain = this.#plain.get(`${method} ${path}`);
    if (plain) return plain;
    const asked = path.replace(/(?<=.)\/+$/, "");
    return this.#routes.find(({ pattern }) => pattern.test(`${method} ${asked}`))?.match(asked);
  }
}

function routeOf(route: string, endpoint: Endpoint): Route {
  const [method = "", path = "", ...words] = route.split(" ");
  const methodPattern = method === "*" ? "\\S+" : method;
  if (!path.endsWith("/**")) {
    const template = path.replaceAll("{}", "{id}");
    const pattern = new RegExp(`^${methodPattern} ${patternOf(path)}$`);
    return { rank: path.includes("{}") ? 1 : 0, pattern, match: () => ({ endpoint, template }) };
  }
  const base = path.slice(0, -"/**".length);
  const kept = new Set(["", ...words]);
  const templateOf = (asked: string) =>
    base +
    asked
      .slice(base.length)
      .split("/")
      .map((segment) => (kept.has(segment) ? segment : "{id}"))
      .join("/");
  return {
    rank: 2,
    pattern: new RegExp(`^${methodPattern} ${patternOf(base)}(?:/.*)?$`),
    match: (asked) => ({ endpoint, template: templateOf(asked) }),
  };
}

function patternOf(path: string): string {
  const parts = path.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return parts.join("[^/]+");
}
