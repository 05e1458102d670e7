import type { AuditProblem } from "../audit-error.ts";
import { headerIn } from "./header-in.ts";

const most = 100;

/** Tells, once for each host, of calls that carry a key of OpenRouter and go where nothing is recorded: to a gateway, say. */
export class UnrecordedCalls {
  readonly #onProblem: (problem: AuditProblem) => void;
  readonly #told = new Set<string>();

  constructor(onProblem: (problem: AuditProblem) => void) {
    this.#onProblem = onProblem;
  }

  look({ origin }: URL, input: string | URL | Request, init?: RequestInit): void {
    if (this.#told.has(origin) || this.#told.size >= most) return;
    const given =
      init?.headers ?? (typeof input === "object" && "headers" in input ? input.headers : undefined);
    const credentials = [headerIn(given, "authorization"), headerIn(given, "x-api-key")];
    if (!credentials.some((each) => /^(Bearer )?sk-or-/i.test(each ?? ""))) return;
    this.#told.add(origin);
    this.#onProblem({
      code: "CALL_UNRECORDED",
      message:
        `A call with a key of OpenRouter went to ${origin}, which is neither OpenRouter nor the log's "baseURL": such calls ` +
        "are not recorded. Give that URL to the log as `baseURL`, or OPENROUTER_BASE_URL.",
    });
  }
}
