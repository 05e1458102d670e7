import { bodilessAnswer } from "./bodiless-answer.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Everything that administers an account. Keys and credentials stand in the bodies, in paths and in complaints about
 * them, so that nothing is kept but where it went, how it ended, and the code and type of an error.
 */
export const management: Endpoint = {
  eventType: "management",
  routes: [
    "* /key",
    "* /credits",
    "* /activity",
    "* /analytics/** meta query",
    "* /generation/** content feedback",
    "* /keys/**",
    "* /auth/keys/** code",
    "* /oauth/** jwks token",
    "* /byok/**",
    "* /guardrails/** assignments keys members remove",
    // These create a preset from a request; they do not answer it.
    "* /presets/** chat completions messages responses versions",
    "* /observability/destinations/**",
    "* /workspaces/** add budgets members remove",
    "* /organization/** members",
    "* /scim/** group-mappings groups sync-jobs",
    "* /vault/** copy interns secrets",
    "* /interns/** provision suspend",
  ],
  mayCost: false,
  describeRequest: null,
  readAnswer: () => bodilessAnswer({ withMessage: false }),
};
