import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, lineOf, readJournal, verifyJournal } from "@openrouter-audit/core";
import { webhookSink } from "@openrouter-audit/sink-webhook";
import { until } from "../../../test/support/audited-world.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";
import { ReceiverServer, secret } from "./support/receiver-server.ts";

const calm = { signal: new AbortController().signal };
const receiver = new ReceiverServer();
beforeAll(() => receiver.open());
afterAll(() => receiver.close());

describe("what an answer means", () => {
  const words = { "content-type": "application/json" };
  test.each<[number, Record<string, string>, string, RegExp]>([
    [
      301,
      { location: "https://other.example.com/secret-path" },
      "",
      /redirects to https:\/\/other\.example\.com, and redirects are not followed: if that is right, make it the url \(301\)\.$/,
    ],
    [307, { location: "/elsewhere" }, "", /redirects, and redirects are not followed: .* \(307\)\.$/],
    [304, {}, "", /redirects, .* \(304\)\.$/],
    [400, {}, "<html>", /does not understand the batch, and names no entry as rejected \(400\)\.$/],
    [
      401,
      words,
      '{"error":"no matching signature"}',
      /does not believe the signature: .* \(401\), in its words: no matching signature\.$/,
    ],
    [403, {}, "", /does not allow it: .* \(403\)\.$/],
    [404, {}, "", /has nothing there that takes batches: .* \(404\)\.$/],
    [405, {}, "", /takes no POST: .* \(405\)\.$/],
    [408, {}, "", /waited too long for the batch \(408\)\.$/],
    [410, {}, "", /says that it is gone for good: remove this sink, or say where it is now \(410\)\.$/],
    [413, {}, "", /takes no body of this size: allow more there, or set limits \(413\)\.$/],
    [415, {}, "", /does not take application\/json: have it do so \(415\)\.$/],
    [418, {}, "", /did not take the batch: success is a status from 200 to 299 \(418\)\.$/],
    [422, words, '{"rejected":"all"}', /does not take the batch, .* \(422\)\.$/],
    [
      429,
      { "retry-after": "120" },
      "",
      /asks to be asked less often \(429\)\. It asks to come again in 120 s\.$/,
    ],
    [500, words, '{"message":"the disk is full."}', /failed \(500\), in its words: the disk is full\.$/],
    [
      503,
      { "retry-after": "Wed, 25 Nov 2026 07:28:00 GMT" },
      "",
      /failed \(503\)\. It asks to come again at Wed, 25 Nov 2026 07:28:00 GMT\.$/,
    ],
    [503, { "retry-after": "soon\u00a0" }, "", /failed \(503\)\.$/],
  ])("%i %j %s", async (status, headers, body, message) => {
    receiver.answer = (_received, response) => void response.writeHead(status, headers).end(body);
    const error = await webhookSink({ url: receiver.url, secret })
      .write(await sealedEntries({}), calm)
      .catch((thrown) => thrown);
    // No entry is set aside for any of these: all may pass.
    expect(error.name).toBe("Error");
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`http://127.0.0.1:${receiver.port} `)).toBe(true);
  });

  test.each([200, 201, 202, 204, 299])("%i is success", async (status) => {
    receiver.answer = (_received, response) => void response.writeHead(status).end();
    await webhookSink({ url: receiver.url, secret }).write(await sealedEntries({}), calm);
  });
});

describe("when there is no whole answer", () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that does this with what it is sent. */
  async function withSockets(react: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => react(socket));
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`;
  }

  async function failureOf(url: string, options = {}): Promise<string> {
    const sink = webhookSink({ url, secret, ...options });
    return sink.write(await sealedEntries({}), calm).then(
      () => "it was taken",
      ({ message }: Error) => message.replace(/^https?:\/\/\S+ /, ""),
    );
  }

  test("a reset, half of the headers, half of the body: none of them acknowledges", async () => {
    const half = ["HTTP/1.1 200 OK\r\ncontent-", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}"];
    for (const text of half) {
      const url = await withSockets((socket) => socket.end(text));
      expect(await failureOf(url)).toMatch(/^the connection was broken off \(\w+\)\. /);
    }
    const url = await withSockets((socket) => socket.resetAndDestroy());
    expect(await failureOf(url)).toMatch(/^the connection was broken off \(\w+\)\. /);
  });

  test("what is no HTTP is called so", async () => {
    const url = await withSockets((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    expect(await failureOf(url)).toMatch(
      /^what answers there does not speak HTTP \((HPE_\w+|HTTPParserError)\)\. See whether this is its port\.$/,
    );
  });

  test("a receiver that is silent, or never ends its answer, has its time", async () => {
    for (const text of ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}"]) {
      const url = await withSockets((socket) => void socket.write(text || Buffer.alloc(0)));
      expect(await failureOf(url, { timeoutMs: 40 })).toBe("had not answered after 0.04 s.");
    }
  });

  test("a write that is stopped says that there was no answer", async () => {
    const stop = new AbortController();
    const url = await withSockets(() => stop.abort(new Error("the time is up")));
    const write = webhookSink({ url, secret }).write(await sealedEntries({}), { signal: stop.signal });
    await expect(write).rejects.toMatchObject({
      message: `${new URL(url).origin} had not answered when the write was stopped.`,
      cause: { message: "the time is up" },
    });
  });

  test("a fetch that was given, and heeds no signal, is given up all the same", async () => {
    const stop = new AbortController();
    const fetch = () => {
      setImmediate(() => stop.abort());
      return new Promise<never>(() => {});
    };
    const sink = webhookSink({ url: "https://hooks.invalid/", secret, fetch });
    const write = sink.write(await sealedEntries({}), { signal: stop.signal });
    await expect(write).rejects.toThrow("https://hooks.invalid had not answered when the write was stopped.");
  });

  test("nobody there, no such name, no TLS, a fetch that fails by itself", async () => {
    expect(await failureOf(`http://127.0.0.1:${await freePort()}/`)).toBe(
      "nobody listens there (ECONNREFUSED). See whether it runs, and to host and port.",
    );
    expect(await failureOf("https://hooks.invalid/")).toMatch(
      /^DNS does not (know the name of the host|answer) \(E\w+\)\. /,
    );
    const url = await withSockets((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await failureOf(url.replace("http:", "https:"))).toMatch(
      /^what answers there speaks no TLS that fits \(\w+\)\. /,
    );
    const fetch = () => Promise.reject(new Error("with a secret of its own"));
    expect(await failureOf("https://hooks.invalid/", { fetch })).toBe(
      "it could not be asked. See the cause of this error.",
    );
  });

  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  (hasOpenssl || process.env.CI ? test : test.skip)(
    "a certificate that nobody signed is not believed",
    async () => {
      const directory = mkdtempSync(join(tmpdir(), "openrouter-audit-tls-"));
      const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(directory, name));
      const made = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
      ];
      execFileSync("openssl", [...made, "-subj", "/CN=localhost", "-keyout", key!, "-out", cert!], {
        stdio: "ignore",
      });
      const server = createTlsServer(
        { key: readFileSync(key!), cert: readFileSync(cert!) },
        (_request, response) => {
          response.writeHead(204).end();
        },
      );
      servers.push(server);
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const { port } = server.address() as AddressInfo;
      expect(await failureOf(`https://127.0.0.1:${port}/`)).toBe(
        "the certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT). Give it, or its authority, as NODE_EXTRA_CA_CERTS.",
      );
      rmSync(directory, { recursive: true });
    },
  );
});

test("a receiver goes away and comes back: everything arrives once, in order, and verifies", async () => {
  const home = mkdtempSync(join(tmpdir(), "openrouter-audit-webhook-"));
  const directory = join(home, "audit_logs");
  const lines: string[] = [];
  const ids = new Set<string>();
  const place = new ReceiverServer();
  place.answer = ({ headers, data }, response) => {
    // What was answered already is not taken again: its id is known.
    if (!ids.has(headers["webhook-id"] as string)) lines.push(...data.map(lineOf));
    ids.add(headers["webhook-id"] as string);
    response.writeHead(204).end();
  };
  await place.open();
  const { port, url } = place;
  const problems: string[] = [];
  const audit = new AuditLog({
    directory,
    secret: "a secret for tests, 32 bytes or more",
    sinks: [webhookSink({ url, secret })],
    onProblem: ({ code, message }) => problems.push(`${code}: ${message}`),
  });
  await audit.record({ event_type: "answer.approved" });
  await audit.flush();
  await place.close();
  for (let index = 0; index < 20; index += 1)
    await audit.record({ event_type: "answer.approved", metadata: { index } });
  await expect(audit.flush({ timeoutMs: 300 })).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  await until(() => problems.length > 0);
  expect(problems).toEqual([
    expect.stringMatching(/^SINK_FAILING: .*webhook.* nobody listens there \(ECONNREFUSED\)/),
  ]);
  await place.open(port);
  await audit.flush();
  await audit.close();
  await place.close();

  const journal: string[] = [];
  for await (const entry of readJournal(directory, { system: true })) journal.push(lineOf(entry));
  expect(lines).toEqual(journal);
  const { result } = await verifyJournal(directory);
  expect(result).toBe("intact");
  rmSync(home, { recursive: true });
}, 60_000);
