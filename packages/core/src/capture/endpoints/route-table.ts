import type { Endpoint } from "./endpoint.ts";

interface Match {
  readonly endpoint: Endpoint;
  readonly template: string;
}

/** Finds the endpoint of a method and path. A route without `{}` comes before one with it. */
export class RouteTable {
  readonly #plain = new Map<string, Match>();
  readonly #patterns: (readonly [RegExp, Match])[] = [];

  constructor(routes: readonly (readonly [route: string, endpoint: Endpoint])[]) {
    for (const [route, endpoint] of routes) {
      const match = { endpoint, template: route.slice(route.indexOf(" ") + 1).replaceAll("{}", "{id}") };
      if (route.includes("{}")) this.#patterns.push([patternOf(route), match]);
      else this.#plain.set(route, match);
    }
  }

  find(method: string, path: string): Match | undefined {
    const asked = `${method} ${path.replace(/(?<=.)\/+$/, "")}`;
    return this.#plain.get(asked) ?? this.#patterns.find(([pattern]) => pattern.test(asked))?.[1];
  }
}

function patternOf(route: string): RegExp {
  const parts = route.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}
