import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { Logging } from "@google-cloud/logging";
import { credentials, Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import { freePort } from "../../../../test/support/free-port.ts";
import { filterOf, timeOf } from "./filter.ts";
import { completed, entryFault, requestFault, withCutLabels } from "./limits.ts";
import {
  type Call,
  type ListRequest,
  type LogEntry,
  loggingService,
  type Refusal,
  serviceError,
  type WriteRequest,
} from "./service.ts";

/** What goes wrong with requests: a refusal, no answer, a connection that breaks before or after it is stored. */
export type Fault = Refusal | "hang" | "break before" | "break after";

/** Cloud Logging on this machine: the service as Google's definitions say, its limits, its roles and its silences. */
export class FakeGoogleLogging {
  /** The projects there are, with the roles that whoever asks has in them. */
  readonly projects = new Map<string, readonly string[]>();
  /** What the bucket keeps, in days: older entries are acknowledged, and not stored. */
  retentionDays!: number;
  /** Why an entry is refused for ever, or null. */
  refuses!: (entry: LogEntry) => string | null;
  /** What goes wrong with the request of this number (from 0), if anything. */
  script!: (request: number) => Fault | undefined;
  /** The requests to write, also those that failed. */
  writes: WriteRequest[] = [];
  /** Resolves when a client has given up a request. */
  cancelled!: Promise<void>;
  #stored: LogEntry[] = [];
  #onWrite: (() => void) | null = null;
  #onCancel: () => void = () => {};
  readonly #server = new Server({ "grpc.max_receive_message_length": -1 });
  readonly #sockets = new Set<Socket>();
  #front!: NetServer;
  #port = 0;
  #innerPort = 0;

  static async start(): Promise<FakeGoogleLogging> {
    const fake = new FakeGoogleLogging();
    fake.reset();
    fake.#server.addService(loggingService, {
      WriteLogEntries: (call: Call<WriteRequest>, answer: sendUnaryData<object>) => fake.#write(call, answer),
      ListLogEntries: (call: Call<ListRequest>, answer: sendUnaryData<object>) => fake.#list(call, answer),
    });
    fake.#innerPort = await new Promise<number>((resolve, reject) => {
      const insecure = ServerCredentials.createInsecure();
      fake.#server.bindAsync("127.0.0.1:0", insecure, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    fake.#port = await freePort();
    await fake.comeBack();
    return fake;
  }

  /** As if it had just been started. */
  reset(): void {
    this.projects.clear();
    this.projects.set("audited", ["roles/logging.logWriter", "roles/logging.viewer"]);
    this.retentionDays = 30;
    this.refuses = () => null;
    this.script = () => undefined;
    this.writes = [];
    this.#stored = [];
    this.cancelled = new Promise((resolve) => {
      this.#onCancel = resolve;
    });
  }

  /** A client of it, as an application makes its own. */
  client(projectId = "audited"): Logging {
    return new Logging({
      projectId,
      apiEndpoint: "127.0.0.1",
      port: this.#port,
      sslCreds: credentials.createInsecure(),
    } as ConstructorParameters<typeof Logging>[0]);
  }

  /** Nobody can connect any more, and what is connected breaks. */
  async goAway(): Promise<void> {
    this.#break();
    await new Promise((resolve) => this.#front.close(resolve));
  }

  /** It can be reached again, where it was. */
  async comeBack(): Promise<void> {
    this.#front = createServer((outside) => {
      const inside = connect(this.#innerPort, "127.0.0.1");
      for (const [from, to] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        this.#sockets.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => this.#front.listen(this.#port, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    await this.goAway();
    this.#server.forceShutdown();
  }

  /** Resolves when the next request to write has come. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      this.#onWrite = resolve;
    });
  }

  #break(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #write(call: Call<WriteRequest>, answer: sendUnaryData<object>): void {
    const { request } = call;
    call.on("cancelled", () => this.#onCancel());
    const fault = this.script(this.writes.length);
    this.writes.push(request);
    this.#onWrite?.();
    if (fault === "hang") return;
    const isHeard = fault !== "break before" && typeof fault !== "object";
    const refusal = typeof fault === "object" ? fault : isHeard ? this.#store(request) : null;
    if (typeof fault === "string") this.#break();
    else if (refusal) answer(serviceError(refusal));
    else answer(null, {});
  }

  /** Keeps what can be kept. */
  #store(request: WriteRequest): Refusal | null {
    const wrong = requestFault(request);
    if (wrong) return { code: "INVALID_ARGUMENT", message: wrong };
    const entries = request.entries!.map((entry) => completed(entry, request));
    for (const { logName } of entries) {
      const project = /^projects\/([^/]+)\//.exec(logName!)?.[1] ?? "";
      const roles = this.projects.get(project);
      if (!roles) return { code: "NOT_FOUND", message: `Project does not exist: ${project}` };
      if (!roles.includes("roles/logging.logWriter"))
        return {
          code: "PERMISSION_DENIED",
          message: "Permission 'logging.logEntries.create' denied on resource (or it may not exist).",
          reason: "IAM_PERMISSION_DENIED",
        };
    }
    const now = Date.now();
    const refused = new Map<number, string>();
    for (const [index, entry] of entries.entries()) {
      const why = entryFault(entry, now) ?? this.refuses(entry);
      if (why) refused.set(index, why);
    }
    const [first] = refused.values();
    const isPartial = request.partialSuccess === true && refused.size < entries.length;
    if (first && !isPartial) return { code: "INVALID_ARGUMENT", message: first };
    const oldest = now - this.retentionDays * 86_400_000;
    const good = entries.filter((entry, index) => !refused.has(index) && timeOf(entry) >= oldest);
    this.#stored.push(...good.map(withCutLabels));
    return first ? { code: "INVALID_ARGUMENT", message: first, entries: refused } : null;
  }

  #list({ request }: Call<ListRequest>, answer: sendUnaryData<object>): void {
    const { filter, orderBy, pageSize, pageToken, resourceNames } = request;
    const wrong = { code: "INVALID_ARGUMENT", message: "page_size is larger than 1000." } as const;
    if ((pageSize ?? 0) > 1000) {
      answer(serviceError(wrong));
      return;
    }
    const test = filterOf(filter ?? "");
    const found = this.stored
      .filter((entry) => resourceNames!.some((name) => entry.logName!.startsWith(`${name}/`)) && test(entry))
      .sort(byTime);
    if (orderBy === "timestamp desc") found.reverse();
    const from = Number(pageToken || 0);
    const to = from + (pageSize || 50);
    answer(null, { entries: found.slice(from, to), nextPageToken: to < found.length ? String(to) : "" });
  }

  /** As a query finds them: what has the same project, timestamp and insertId is there once. */
  get stored(): LogEntry[] {
    const once = new Map<string, LogEntry>();
    for (const entry of this.#stored) {
      const [, project] = entry.logName!.split("/");
      const { seconds, nanos } = entry.timestamp!;
      once.set(JSON.stringify([project, seconds, nanos ?? 0, entry.insertId]), entry);
    }
    return [...once.values()];
  }
}

function byTime(a: LogEntry, b: LogEntry): number {
  const sign =
    Number(a.timestamp!.seconds) - Number(b.timestamp!.seconds) ||
    Number(a.timestamp!.nanos ?? 0) - Number(b.timestamp!.nanos ?? 0);
  return sign || (a.insertId! < b.insertId! ? -1 : 1);
}
