import type { AuditLogOptions, Fetch } from "@openrouter-audit/core";
import type { Behaviour, FakeOpenRouter, RecordedRequest } from "@openrouter-audit/testing";
import { asSeen } from "./as-seen.ts";
import { type AnyEntry, arrival, openWorld, until, type World } from "./audited-world.ts";
import type { Client } from "./clients/client.ts";
import { clients } from "./clients/clients.ts";
import { type Body, type Operation, type OperationName, operations } from "./clients/operations.ts";

/** What the application does with an answer. */
export type Use =
  | "whole"
  | "stream"
  | "abort before headers"
  | "abort in the body"
  | { readonly breakAfter: number }
  | { readonly throwAfter: number }
  | { readonly abortAfter: number };

export interface Scenario {
  readonly title: string;
  readonly operation: OperationName;
  readonly use: Use;
  /** What the server does, one for each attempt. */
  readonly behaviours: readonly Behaviour[];
  readonly body?: Body;
  /** What the entry of each attempt says. */
  readonly entries: readonly AnyEntry[];
}

/** The clients that can express a scenario. */
export function clientsFor({ operation, use, body }: Pick<Scenario, "operation" | "use" | "body">): Client[] {
  return clients.filter(({ whole, stream, takesAnyBody, holdsOn = [], cannotAbort = [] }) => {
    if (!(isWhole(use) ? whole : stream)[operation] || (body && !takesAnyBody)) return false;
    return !(
      (isLeft(use) && holdsOn.includes(operation)) ||
      (isAborted(use) && cannotAbort.includes(operation))
    );
  });
}

function isLeft(use: Use): boolean {
  return typeof use === "object" && !("abortAfter" in use);
}

function isAborted(use: Use): boolean {
  return typeof use === "object" ? "abortAfter" in use : use.startsWith("abort");
}

function isWhole(use: Use): boolean {
  return typeof use === "string" && use !== "stream";
}

/** Runs a scenario twice, bare and audited: the application and OpenRouter must see the same. */
export async function runScenario(
  client: Client,
  scenario: Pick<Scenario, "operation" | "use" | "behaviours" | "body">,
  audit: AuditLogOptions = {},
): Promise<{ readonly entries: AnyEntry[]; readonly requests: readonly RecordedRequest[] }> {
  const world = await openWorld({ audit });
  const plain = await observe(client, world, scenario, globalThis.fetch);
  expect(world.entries()).toEqual([]);
  const { requests, ...audited } = await observe(client, world, scenario, world.audit.fetch);
  expect(audited).toEqual({ ...plain, requests: undefined });
  // An aborted call does not wait for its entry.
  await world.audit.close();
  expect(world.problems).toEqual([]);
  return { entries: world.entries(), requests };
}

async function observe(
  client: Client,
  { fake }: World,
  scenario: Omit<Scenario, "title" | "entries">,
  fetch: Fetch,
) {
  const { use, behaviours, operation } = scenario;
  const { body, prepare }: Operation = operations[operation];
  fake.script([]);
  const id = (await prepare?.(fake)) ?? "";
  fake.script(behaviours);
  const before = fake.requests.length;
  const controller = new AbortController();
  const { signal } = controller;
  const call = { fetch, origin: fake.origin, body: { ...body, ...scenario.body }, signal, id };
  const pieces: unknown[] = [];
  let result: unknown = null;
  let error: unknown = null;
  try {
    if (isWhole(use)) {
      void abortWhen(use, fake, before, controller);
      result = await client.whole[operation]!(call);
    } else
      for await (const piece of await client.stream[operation]!(call)) take(piece, pieces, use, controller);
  } catch (caught) {
    if (caught !== stop) error = { thrown: caught };
  }
  const requests = fake.requests.slice(before);
  await until(() => requests.every(isOver));
  const upstream = requests.map(seenUpstream);
  return { seen: asSeen({ result, pieces, error }), upstream, requests };
}

async function abortWhen(
  use: Use,
  fake: FakeOpenRouter,
  before: number,
  controller: AbortController,
): Promise<void> {
  if (use !== "abort before headers" && use !== "abort in the body") return;
  await fake.received(before + 1);
  if (use === "abort in the body") await until(() => fake.requests[before]!.ended === "stalled");
  // The first bytes are on their way.
  await arrival();
  controller.abort();
}

const stop = new Error("break");

function take(piece: unknown, pieces: unknown[], use: Use, controller: AbortController): void {
  pieces.push(asSeen(piece));
  if (typeof use !== "object") return;
  // Leaving `for await` by an exception and by `break` are the same to the stream.
  if ("breakAfter" in use && pieces.length === use.breakAfter) throw stop;
  if ("throwAfter" in use && pieces.length === use.throwAfter)
    throw new RangeError("The application failed.");
  if ("abortAfter" in use && pieces.length === use.abortAfter) controller.abort();
}

function isOver({ ended, clientClosed }: RecordedRequest): boolean {
  return ended === "stalled" ? clientClosed : ended !== null;
}

function seenUpstream({ method, url, headers, bodyText, status, ended, clientClosed }: RecordedRequest) {
  // A form has a boundary of its own each time.
  const boundary = headers["content-type"]?.match(/boundary=(.*)/)?.[1];
  const told = JSON.stringify({ method, url, headers, bodyText, status, ended, clientClosed });
  return asSeen(boundary ? told.replaceAll(boundary, "<boundary>") : told);
}
