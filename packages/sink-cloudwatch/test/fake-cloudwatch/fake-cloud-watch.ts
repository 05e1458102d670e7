import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type * as model from "@aws-sdk/client-cloudwatch-logs";
import { answerWith, type Fault } from "./fault.ts";
import { Groups } from "./groups.ts";
import { flawIn, shapesOf } from "./model-shape.ts";
import { batchBytes, putLogEvents, type Region } from "./put-log-events.ts";
import { describeLogStreams, filterLogEvents, getLogEvents } from "./read-log-events.ts";
import { ServiceError } from "./service-error.ts";
import { type Credentials, checkSignature } from "./signature.ts";

export interface SeenRequest {
  readonly operation: string;
  readonly headers: IncomingMessage["headers"];
  readonly input: Record<string, unknown>;
}

type Act = (input: never) => object;

/**
 * CloudWatch Logs as its clients see it, in one account and region: JSON 1.1 over HTTP with Signature Version 4, and every rule
 * that the SDK's documentation has of the operations that are here.
 */
export class FakeCloudWatch {
  readonly groups = new Groups();
  readonly region: { eventBytes: number } & Region = { eventBytes: batchBytes };
  readonly credentials: Credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };
  /** Every request so far, also those that were refused. */
  readonly requests: SeenRequest[] = [];
  /** The operations that the role may not call. */
  readonly denied = new Set<string>();
  /** What goes wrong with the requests to come, one each; then with all. */
  readonly faults: (Fault | undefined)[] = [];
  everyFault: Fault | undefined;
  /** How far its clock is from this host's. */
  clockMs = 0;
  /** How many clients went away before they had their answer. */
  left = 0;
  /** What it was asked or answered that the SDK's model does not have. */
  readonly flaws: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        this.flaws.push(String(error));
        response.destroy();
      });
    });
  }

  static async start(): Promise<FakeCloudWatch> {
    const fake = new FakeCloudWatch();
    await new Promise<void>((listening) => fake.#server.listen(0, "127.0.0.1", listening));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get now(): number {
    return Date.now() + this.clockMs;
  }

  /** How often an operation was called. */
  count(operation: string): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const operation = String(request.headers["x-amz-target"]).replace(/^Logs_20140328\./, "");
    const input = JSON.parse(body.toString()) as Record<string, unknown>;
    this.requests.push({ operation, headers: request.headers, input });
    response.once("close", () => {
      if (!response.writableFinished) this.left += 1;
    });
    const fault = this.faults.length > 0 ? this.faults.shift() : this.everyFault;
    if (fault === "silent" || fault === "reset" || fault === "page") return answerWith(response, "", fault);
    response.sendDate = false;
    response.setHeader("date", new Date(this.now).toUTCString());
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.setHeader("x-amzn-requestid", `request-${this.requests.length}`);
    try {
      if (fault instanceof ServiceError) throw fault;
      checkSignature(request, body, this.credentials, this.now);
      const answer = this.#answer(operation, input, request.headers["content-type"]);
      answerWith(response, JSON.stringify(answer), fault);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      response.statusCode = error.status;
      response.end(JSON.stringify({ __type: error.code, message: error.message }));
    }
  }

  #answer(operation: string, input: Record<string, unknown>, type: string | undefined): object {
    const shapes = shapesOf(operation);
    const act = this.#operations[operation];
    if (!shapes || !act || type !== "application/x-amz-json-1.1")
      throw new ServiceError("UnknownOperationException", "", 404);
    if (this.denied.has(operation))
      throw new ServiceError(
        "AccessDeniedException",
        `User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: logs:${operation} on resource: arn:aws:logs:eu-central-1:123456789012:log-group:${input.logGroupName} because no identity-based policy allows the logs:${operation} action`,
      );
    const flaw = flawIn(input, shapes.input);
    if (flaw) {
      this.flaws.push(`${operation} was asked: ${flaw}`);
      throw new ServiceError("SerializationException", flaw);
    }
    const answer = act(input as never);
    const wrong = flawIn(answer, shapes.output);
    if (wrong) this.flaws.push(`${operation} answered: ${wrong}`);
    return answer;
  }

  readonly #operations: Readonly<Record<string, Act>> = {
    PutLogEvents: (input: model.PutLogEventsRequest) => {
      const group = this.groups.group(input.logGroupName!);
      const stream = this.groups.stream(input.logGroupName!, input.logStreamName!);
      const { now, region } = this;
      return putLogEvents(input, group, stream, { now, region, request: this.requests.length });
    },
    CreateLogGroup: ({ logGroupName }: model.CreateLogGroupRequest) => {
      this.groups.createGroup(logGroupName!);
      return {};
    },
    CreateLogStream: ({ logGroupName, logStreamName }: model.CreateLogStreamRequest) => {
      this.groups.createStream(logGroupName!, logStreamName!, this.now);
      return {};
    },
    PutRetentionPolicy: ({ logGroupName, retentionInDays }: model.PutRetentionPolicyRequest) => {
      this.groups.setRetention(logGroupName!, retentionInDays!);
      return {};
    },
    DescribeLogStreams: (input: model.DescribeLogStreamsRequest) =>
      describeLogStreams(input, this.groups.group(input.logGroupName!)),
    GetLogEvents: (input: model.GetLogEventsRequest) => {
      const group = this.groups.group(input.logGroupName!);
      return getLogEvents(input, group, this.groups.stream(group.name, input.logStreamName!), this.now);
    },
    FilterLogEvents: (input: model.FilterLogEventsRequest) =>
      filterLogEvents(input, this.groups.group(input.logGroupName!), this.now),
  };
}
