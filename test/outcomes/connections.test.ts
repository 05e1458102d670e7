import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { LookupFunction } from "node:net";
import type { Fetch } from "@openrouter-audit/core";
import { Agent, fetch as undiciFetch } from "undici";
import { openWorld } from "../support/audited-world.ts";
import { freePort } from "../support/free-port.ts";
import { call, outcome, unanswered, type Way, ways } from "./forms.ts";
import { selfSigned } from "./self-signed.ts";
import { listening, startServer } from "./servers.ts";

// Calls to which no answer ever came.

async function outcomeOf(way: Way, url: string, fetch?: Fetch) {
  const world = await openWorld({ audit: { baseURL: url, ...(fetch && { fetch }) } });
  const error = await call({ audit: world.audit, fake: { ...world.fake, url } }, way);
  expect(error).toMatchObject({ name: "TypeError", message: "fetch failed" });
  const [entry, ...others] = world.entries();
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    ...{ event_type: way.eventType, method: "POST", endpoint: `/api/v1${way.path}`, stream: way.stream },
    ...{
      model: "openai/gpt-5-mini",
      generation_id: null,
      prompt_hash: expect.any(String),
      response_hash: null,
    },
    ...{ error_message: expect.stringMatching(/^fetch failed: ./), response_bytes: null },
  });
  return outcome(entry);
}

/** A fetch whose names are looked up like this. */
const lookingUp = (lookup: LookupFunction, timeout = 10_000): Fetch => {
  const dispatcher = new Agent({ connect: { lookup, timeout } });
  return ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher })) as unknown as Fetch;
};

describe.each(ways)("$way", (way) => {
  test("a port on which nobody listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}/api/v1`;
    expect(await outcomeOf(way, url)).toEqual(unanswered("ECONNREFUSED"));
  });

  test("a connection that is reset before the headers", async () => {
    const { url } = await startServer((socket) => socket.resetAndDestroy());
    expect(await outcomeOf(way, url)).toEqual(unanswered("ECONNRESET"));
  });

  test("a connection that is closed before the headers", async () => {
    const { url } = await startServer((socket) => socket.end());
    expect(await outcomeOf(way, url)).toEqual(unanswered("UND_ERR_SOCKET"));
  });

  test("an answer that is no HTTP", async () => {
    const { url } = await startServer((socket) => socket.end("SSH-2.0-OpenSSH_9.7\r\n"));
    const { cause } = await fetch(url).catch((error) => error);
    // Node 24 gives it no code.
    const told = cause.code ?? cause.name;
    expect(["HPE_INVALID_CONSTANT", "HTTPParserError"]).toContain(told);
    expect(await outcomeOf(way, url)).toEqual(unanswered(told));
  });

  test("a host whose name is not found", async () => {
    const missing: LookupFunction = (hostname, _options, done) =>
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" }), "", 4);
    const url = "https://openrouter.invalid/api/v1";
    expect(await outcomeOf(way, url, lookingUp(missing))).toEqual(unanswered("ENOTFOUND"));
  });

  test("a connection that is not made in time", async () => {
    const url = "https://openrouter.invalid/api/v1";
    expect(
      await outcomeOf(
        way,
        url,
        lookingUp(() => {}, 50),
      ),
    ).toEqual(unanswered("UND_ERR_CONNECT_TIMEOUT"));
  });

  test("a certificate that nobody vouches for", async () => {
    const { url } = await listening(createSecureServer(selfSigned), "https");
    expect(await outcomeOf(way, url)).toEqual(unanswered("DEPTH_ZERO_SELF_SIGNED_CERT"));
  });

  test("a server that speaks plain HTTP where HTTPS is expected", async () => {
    const { url } = await listening(createServer(), "https");
    expect(await outcomeOf(way, url)).toEqual(
      unanswered(expect.stringMatching(/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/)),
    );
  });
});

test("the name resolver's own answer for a host that cannot be", async () => {
  const entry = await outcomeOf(ways[0]!, "https://openrouter.invalid/api/v1");
  expect([unanswered("ENOTFOUND"), unanswered("EAI_AGAIN")]).toContainEqual(entry);
});
