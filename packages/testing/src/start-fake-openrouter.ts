import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorAsAnswer } from "./answer.ts";
import { answerRequest } from "./answer-request.ts";
import type { Behaviour } from "./behaviour.ts";
import { deliver } from "./deliver.ts";
import { errorAnswer } from "./error-answer.ts";
import type { FakeOpenRouter, FakeOpenRouterOptions } from "./fake-openrouter.ts";
import { GenerationStore } from "./generation-store.ts";
import { hashOfKey, IssuedKeys } from "./issued-keys.ts";
import { Ledger } from "./ledger.ts";
import { madeUpRecord } from "./made-up-record.ts";
import { modalityCatalogue } from "./modalities/modality-catalogue.ts";
import { modelCatalogue } from "./model-catalogue.ts";
import { receiveRequest } from "./receive-request.ts";
import { ResponseCache } from "./response-cache.ts";
import { BehaviourSource } from "./script.ts";
import type { Service } from "./service.ts";

/**
 * Starts a server on 127.0.0.1 that speaks OpenRouter's HTTP interface: completions in every form (chat, legacy,
 * Responses, Messages; whole and streamed), embeddings, reranking, images, speech, video, batches, files, models, keys,
 * generation records, and every documented error. Answers are made up, the same for the same request; a script decides
 * about anything else, down to the last byte.
 *
 * @throws the operating system's error when the port is taken
 */
export async function startFakeOpenRouter(options: FakeOpenRouterOptions = {}): Promise<FakeOpenRouter> {
  const behaviours = new BehaviourSource(options.script);
  const ledger = new Ledger();
  const service = serviceFor(options);

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { entry, bytes } = await receiveRequest(incoming, ledger);
    if (entry.ended) return;
    try {
      const behaviour = await behaviours.decide(entry);
      const answered = await answerRequest(service, entry, bytes, behaviour);
      await deliver(response, answered, behaviour, entry, ledger);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      const message = `The script failed: ${error instanceof Error ? error.message : String(error)}`;
      const failure = errorAsAnswer(errorAnswer({ name: "internal", message }));
      await deliver(response, failure, {} satisfies Behaviour, entry, ledger);
    }
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  // Longer than a client keeps an idle connection: closing one while a request is on its way resets it.
  server.keepAliveTimeout = 60_000;
  // A thousand callers may come at once; the usual backlog of 511 would turn some away.
  server.listen({ port: options.port ?? 0, host: "127.0.0.1", backlog: 2048 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    ledger.closing = true;
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `${origin}/api/v1`,
    origin,
    port,
    requests: ledger.entries,
    get generations() {
      return service.generations.all();
    },
    keepGeneration: (record, { visibleAtMs = service.now(), apiKey } = {}) =>
      service.generations.keep(
        madeUpRecord(record, service.now()),
        visibleAtMs,
        apiKey === undefined ? null : hashOfKey(apiKey),
      ),
    script: (script) => behaviours.replaceScript(script),
    next: (...queued) => behaviours.queue(queued),
    received: (count) => ledger.until(() => ledger.entries.length >= count),
    settled: () => ledger.until(() => ledger.entries.every((entry) => entry.ended !== null)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function serviceFor(options: FakeOpenRouterOptions): Service {
  return {
    keys: {
      apiKeys: options.apiKeys,
      managementKeys: options.managementKeys ?? [],
      issued: new IssuedKeys(),
    },
    models: options.models ?? modelCatalogue,
    modalityModels: options.modalityModels ?? modalityCatalogue,
    generations: new GenerationStore(),
    cache: new ResponseCache(),
    videos: new Map(),
    batches: new Map(),
    files: new Map(),
    byokKeys: new Map(),
    guardrails: new Map(),
    authorizationCodes: new Map(),
    generationDelayMs: options.generationDelayMs ?? 200,
    creditsUsd: options.creditsUsd ?? 100,
    now: options.now ?? Date.now,
  };
}
