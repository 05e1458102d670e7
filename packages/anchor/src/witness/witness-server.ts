import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { lockDirectory, type NoteVerifier, verifierOf } from "@openrouter-audit/core/seal";
import { makeDirectory } from "../make-directory.ts";
import { Witness } from "./witness.ts";
import { witnessKey } from "./witness-key.ts";
import { WitnessState } from "./witness-state.ts";

export interface WitnessServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The vkeys of the logs to watch; several of one name are keys of one log. */
  readonly logs: readonly string[];
  /** Where it keeps what it has cosigned; made when missing. */
  readonly state: string;
  /** The file of its key; made when missing. */
  readonly key: string;
  /** The name of its key. */
  readonly name: string;
  /** Told of each request. */
  readonly onAnswer?: (answer: {
    readonly status: number;
    readonly origin: string | null;
    readonly size: number | null;
  }) => void;
  /** Told of what kept it from answering. */
  readonly onProblem?: (message: string) => void;
  /** @default the clock */
  readonly now?: () => Date;
}

export interface WitnessServer {
  /** What logs need to check its cosignatures. */
  readonly vkey: string;
  readonly host: string;
  readonly port: number;
  /** Takes no more connections, and resolves when what is under way is answered. */
  close(): Promise<void>;
}

/** A request is a few hundred bytes for each signature, and at most 63 hashes. */
const mostBytes = 64 << 10;
const limits = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const mostConnections = 256;

/**
 * Starts a witness.
 *
 * @throws AuditError `INVALID_OPTIONS` when a key cannot be used, `JOURNAL_ALREADY_OPEN` when another process has the
 * state; the error of the system when it cannot listen there
 */
export async function startWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const logKeys = options.logs.map(logVerifier);
  makeDirectory(resolve(options.state));
  const cosigner = witnessKey(options.key, options.name);
  const release = lockDirectory(options.state);
  const witness = new Witness(cosigner, logKeys, new WitnessState(options.state), options.now);
  const server = createServer(
    limits,
    (request, response) => void answer(witness, options, request, response),
  );
  server.maxConnections = mostConnections;
  try {
    await listening(server, options);
  } catch (cause) {
    release();
    throw cause;
  }
  const { address, port } = server.address() as AddressInfo;
  return {
    vkey: cosigner.vkey,
    host: address,
    port,
    close: async () => {
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeIdleConnections();
        // Node looks after its time limits no more from now on: whoever sends half a request would hold this up.
        setTimeout(() => server.closeAllConnections(), limits.requestTimeout).unref();
      });
      release();
    },
  };
}

async function answer(
  witness: Witness,
  { onAnswer, onProblem }: WitnessServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const end = (
    status: number,
    type: string,
    body: string,
    rest = { origin: null as string | null, size: null as number | null },
  ) => {
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
    try {
      onAnswer?.({ status, ...rest });
    } catch (cause) {
      // The answer is out, and a listener that fails must not end the witness.
      process.emitWarning(`onAnswer threw: ${String(cause)}`, { type: "OpenRouterAudit" });
    }
  };
  const refuse = (status: number, why: string) => {
    // Whatever else it sends is not read.
    response.setHeader("connection", "close");
    end(status, "text/plain; charset=utf-8", `${why}\n`);
  };
  try {
    if (request.url !== "/add-checkpoint") return refuse(404, "there is only /add-checkpoint here");
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      return refuse(405, "add-checkpoint is a POST");
    }
    const body = await bodyOf(request);
    if (body === null) return refuse(413, `a request has at most ${mostBytes} bytes`);
    const { status, type, body: text, ...about } = witness.addCheckpoint(body);
    end(status, type, text, about);
  } catch (cause) {
    if (request.destroyed && !request.complete) return;
    onProblem?.(`Nothing was cosigned: ${cause instanceof Error ? cause.message : String(cause)}`);
    refuse(500, "this witness has a problem, and cosigned nothing");
  }
}

/** Null when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function logVerifier(vkey: string): NoteVerifier {
  const verifier = verifierOf(vkey);
  if (verifier) return verifier;
  throw new AuditError(
    "INVALID_OPTIONS",
    `${JSON.stringify(vkey)} is not the public key of a log (an Ed25519 vkey).`,
  );
}

async function listening(server: Server, { host, port }: WitnessServerOptions): Promise<void> {
  await new Promise<void>((ready, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      ready();
    });
  });
}
