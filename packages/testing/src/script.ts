import type { Behaviour } from "./behaviour.ts";
import { checkBehaviour } from "./check-behaviour.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** The request a script decides about: everything the ledger knows when it arrives. */
export type ScriptedRequest = Pick<
  RecordedRequest,
  "index" | "method" | "path" | "url" | "headers" | "body" | "bodyText" | "bodyBytes" | "bodySha256"
>;

/** Decides about each request; `undefined` leaves it to the server's ordinary behaviour. What it throws is answered with a 500. */
export type ScriptFunction = (
  request: ScriptedRequest,
) => Behaviour | undefined | Promise<Behaviour | undefined>;

/** A function, or behaviours that are used up one by one, each by the next request to any path. */
export type Script = ScriptFunction | readonly (Behaviour | undefined)[];

/** Hands out behaviours: first those queued for the next requests, then what the script says. */
export class BehaviourSource {
  readonly #queue: (Behaviour | undefined)[] = [];
  #script: Script;
  #used = 0;

  constructor(script: Script = []) {
    this.#script = checked(script);
  }

  /** @throws TypeError for a behaviour that is none */
  replaceScript(script: Script): void {
    this.#script = checked(script);
    this.#used = 0;
  }

  /** @throws TypeError for a behaviour that is none */
  queue(behaviours: readonly Behaviour[]): void {
    behaviours.forEach(checkBehaviour);
    this.#queue.push(...behaviours);
  }

  async decide(request: ScriptedRequest): Promise<Behaviour> {
    if (this.#queue.length) return this.#queue.shift() ?? {};
    if (typeof this.#script === "function") {
      const behaviour = (await this.#script(request)) ?? {};
      checkBehaviour(behaviour);
      return behaviour;
    }
    return this.#script[this.#used++] ?? {};
  }
}

function checked(script: Script): Script {
  if (typeof script !== "function") script.forEach(checkBehaviour);
  return script;
}
