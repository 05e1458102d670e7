import Anthropic from "@anthropic-ai/sdk";
import type { Fetch } from "@openrouter-audit/core";
import { asSeen } from "../support/as-seen.ts";
import { key } from "../support/audited-world.ts";
import { operations } from "../support/clients/operations.ts";
import { openaiVersions } from "../support/openai-versions.ts";
import type { Form } from "./rows.ts";

// biome-ignore lint/suspicious/noExplicitAny: three versions of one client, and another like it, are asked the same
type Any = any;

/** A part of a client's surface that is lost when the client is wrapped. */
export interface Shape {
  readonly title: string;
  /** Whether it goes by the path alone, whatever methods the client has. */
  readonly isGeneric?: boolean;
  /** What the application sees of it. */
  see(client: AnyClient, form: Form): Promise<unknown>;
}

/** A client with such a surface. */
export interface AnyClient {
  readonly name: string;
  /** The forms that it has methods for. */
  readonly forms: readonly Form[];
  /** The forms that it can be made to speak by path. */
  readonly genericForms: readonly Form[];
  /** The path that it is made with. */
  readonly base: string;
  readonly client: Any;
}

/** openai and Anthropic's client, which are made alike. */
export function shapedClients(fetch: Fetch, origin: string): AnyClient[] {
  const [openaiBase, anthropicBase] = ["/api/v1", "/api"];
  const anthropic = new Anthropic({
    authToken: key,
    apiKey: null,
    baseURL: origin + anthropicBase,
    fetch,
    logLevel: "off",
  });
  return [
    ...openaiVersions.map(({ version, Client }): AnyClient => {
      const client = new Client({ baseURL: origin + openaiBase, apiKey: key, fetch });
      const genericForms: Form[] = ["chat", "response", "message"];
      const forms: Form[] = ["chat", "response"];
      return { name: `openai ${version}`, forms, genericForms, base: openaiBase, client };
    }),
    {
      name: "@anthropic-ai/sdk",
      forms: ["message"],
      genericForms: ["message"],
      base: anthropicBase,
      client: anthropic,
    },
  ];
}

/** Whether a client has such a thing for this form. */
export function hasShape({ isGeneric }: Shape, { forms, genericForms }: AnyClient, form: Form): boolean {
  return (isGeneric ? genericForms : forms).includes(form);
}

export const shapes: readonly Shape[] = [
  {
    title: "`.withResponse()`",
    async see({ client }, form) {
      const { data, response } = await create(client, form).withResponse();
      return [data, response];
    },
  },
  {
    title: "`.asResponse()`",
    async see({ client }, form) {
      const response: Response = await create(client, form).asResponse();
      return [response, await response.text()];
    },
  },
  {
    title: "the stream's `.tee()`, `.toReadableStream()` and `.controller`",
    async see({ client }, form) {
      const stream = await create(client, form, { stream: true });
      const [left, right] = stream.tee();
      const pieces: unknown[] = [];
      for await (const piece of left) pieces.push(piece);
      return [pieces, await new Response(right.toReadableStream()).text(), stream.controller.signal.aborted];
    },
  },
  {
    title: "the helper `.stream()`",
    async see({ client }, form) {
      const stream: Any = methods(client, form).stream(operations[form].body);
      const end = { chat: "finalChatCompletion", response: "finalResponse", message: "finalMessage" }[form];
      return stream[end]();
    },
  },
  {
    title: "`client.post()`",
    isGeneric: true,
    see: ({ client, base }, form) => {
      const { path, body } = operations[form];
      return client.post(path.slice(base.length), { body });
    },
  },
];

function methods(client: Any, form: Form): Any {
  return { chat: client.chat?.completions, response: client.responses, message: client.messages }[form];
}

function create(client: Any, form: Form, more: object = {}): Any {
  return methods(client, form).create({ ...operations[form].body, ...more });
}

/** What the application sees, to be compared. */
export async function seen(shape: Shape, client: AnyClient, form: Form): Promise<unknown> {
  return asSeen(await shape.see(client, form));
}
