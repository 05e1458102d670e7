import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EntriesRejected } from "@openrouter-audit/core";
import { freePort } from "../../../test/support/free-port.ts";
import { cloudWatchSink } from "../src/index.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import type { Fault } from "./fake-cloudwatch/fault.ts";
import { ServiceError } from "./fake-cloudwatch/service-error.ts";
import { calm, clientOf, logGroup, readLines, startFake } from "./support/cloud.ts";
import { SealedLog } from "./support/sealed.ts";

let fake: FakeCloudWatch;
beforeAll(async () => {
  fake = await startFake();
});
beforeEach(() => {
  fake.groups.deleteGroup(logGroup);
  fake.denied.clear();
  fake.everyFault = undefined;
  fake.clockMs = 0;
});

const failure = (write: Promise<void>) =>
  write.then(
    () => null,
    (error) => error as Error,
  );

/** A sink that has written before, and a batch that it has not. */
async function opened(client: Pick<CloudWatchLogsClient, "send"> = clientOf(fake)) {
  const log = new SealedLog();
  const sink = cloudWatchSink({ logGroup, client });
  await sink.write(log.add(Date.now(), {}), calm());
  const batch = log.add(Date.now(), { secret: "of the customer" }, {});
  return { log, sink, batch };
}

const error = (name: string, message: string, status?: number) => new ServiceError(name, message, status);

test.each<[string, Fault, RegExp]>([
  [
    "throttling",
    error("ThrottlingException", "Rate exceeded"),
    /ThrottlingException: Rate exceeded\. It is tried again, more slowly\. If this stays, raise the quota of PutLogEvents/,
  ],
  [
    "the service away",
    error("ServiceUnavailableException", "The service cannot complete the request.", 503),
    /ServiceUnavailableException: The service cannot complete the request\. The service is unwell/,
  ],
  [
    "a failure inside it",
    error("InternalFailure", "We are sorry", 500),
    /InternalFailure: We are sorry\. The service is unwell/,
  ],
  ["a gateway between", error("", "", 502), /The service is unwell/],
  [
    "a token that is over",
    error("ExpiredTokenException", "The security token included in the request is expired"),
    /The credentials are missing, wrong or expired/,
  ],
  [
    "a parameter it does not like",
    error(
      "InvalidParameterException",
      "1 validation error detected: Value 'secret of the customer' at 'logEvents'",
    ),
    /InvalidParameterException: 1 validation error detected: Value\. Look at the log group/,
  ],
  [
    "a sequence token wanted, as long ago",
    error(
      "InvalidSequenceTokenException",
      "The given sequenceToken is invalid. The next expected sequenceToken is: 49",
    ),
    /no sequence tokens since 2023/,
  ],
  [
    "a batch it had, as long ago",
    error("DataAlreadyAcceptedException", "The given batch of log events has already been accepted."),
    /no sequence tokens since 2023/,
  ],
  [
    "an account at its limit",
    error("LimitExceededException", "Resource limit exceeded."),
    /The account is at a limit/,
  ],
  [
    "somebody who makes the same",
    error("OperationAbortedException", "A conflicting operation is in progress."),
    /Another process makes the same/,
  ],
  [
    "an error nobody knows",
    error("TeapotException", "I am one."),
    /TeapotException: I am one\. It is tried again\.$/,
  ],
  [
    "a connection that breaks off",
    "reset",
    /the connection was broken off \(ECONNRESET\)\. If this stays, .*; look at the network/,
  ],
  [
    "an answer that breaks off",
    "half",
    /aborted.*What answered does not speak as CloudWatch does, or broke off/,
  ],
  ["a web page in its place", "page", /SyntaxError: .*What answered does not speak as CloudWatch does/],
])("%s is an outage, said in words, and over when it is over", async (_, fault, words) => {
  const { sink, batch, log } = await opened();
  fake.everyFault = fault;
  const told = await failure(sink.write(batch, calm()));
  expect(told).not.toBeInstanceOf(EntriesRejected);
  expect(told!.message).toMatch(words);
  expect(told!.message).toContain(`PutLogEvents to ${logGroup}, stream ${log.origin}: `);
  expect(told!.message).not.toMatch(/customer|wJalr|AKID/);
  expect(told!.cause).toBeInstanceOf(Error);
  fake.everyFault = undefined;
  await sink.write(batch, calm());
  expect(await readLines(clientOf(fake))).toHaveLength(3);
});

test.each(["PutLogEvents", "CreateLogStream", "CreateLogGroup"])(
  "the permission for %s that is missing is named, and taken up when it is given",
  async (operation) => {
    const log = new SealedLog();
    const sink = cloudWatchSink({ logGroup, client: clientOf(fake) });
    const batch = log.add(Date.now(), {});
    fake.denied.add(operation);
    expect((await failure(sink.write(batch, calm())))!.message).toMatch(
      new RegExp(
        `^${operation} to .*: AccessDeniedException: User: arn:aws:sts::.* is not authorized to perform: logs:${operation} .* Allow logs:${operation} on the group`,
      ),
    );
    fake.denied.clear();
    await sink.write(batch, calm());
    expect(await readLines(clientOf(fake))).toHaveLength(1);
  },
);

describe("credentials", () => {
  test("that are wrong are said to be, and never shown", async () => {
    const { accessKeyId } = fake.credentials;
    const batch = new SealedLog().add(Date.now(), {});
    const told = async (credentials: FakeCloudWatch["credentials"]) =>
      (await failure(
        cloudWatchSink({ logGroup, client: clientOf(fake, { credentials }) }).write(batch, calm()),
      ))!.message;
    expect(await told({ accessKeyId: "AKIDOTHER", secretAccessKey: "s3cret" })).toMatch(
      /UnrecognizedClientException: The security token included in the request is invalid\. The credentials are missing/,
    );
    const wrong = await told({ accessKeyId, secretAccessKey: "s3cret" });
    expect(wrong).toMatch(
      /InvalidSignatureException: The request signature we calculated does not match the signature you provided\. The clock of this host is wrong/,
    );
    expect(wrong).not.toMatch(/s3cret|AKID|Canonical/);
  });

  test("that are nowhere are an outage, and so are those that are silent, which end with the signal", async () => {
    const batch = new SealedLog().add(Date.now(), {});
    const client = (credentials: () => Promise<never>) =>
      new CloudWatchLogsClient({ region: "eu-central-1", endpoint: fake.url, maxAttempts: 1, credentials });
    const none = Object.assign(new Error("Could not load credentials from any providers"), {
      name: "CredentialsProviderError",
    });
    const nowhere = cloudWatchSink({ logGroup, client: client(() => Promise.reject(none)) });
    expect((await failure(nowhere.write(batch, calm())))!.message).toMatch(
      /CredentialsProviderError: Could not load.*give this process a role/,
    );
    const stop = new AbortController();
    const asked = resolvers();
    const silent = cloudWatchSink({
      logGroup,
      client: client(() => {
        asked.resolve();
        return new Promise(() => {});
      }),
    });
    const write = failure(silent.write(batch, { signal: stop.signal }));
    await asked.promise;
    stop.abort(new Error("The time is up."));
    expect((await write)!.message).toBe("The time is up.");
  });

  test("with a clock that is wrong are put right by the SDK when the write comes again", async () => {
    const { sink, batch } = await opened();
    fake.clockMs = 3_600_000;
    expect((await failure(sink.write(batch, calm())))!.message).toMatch(
      /Signature expired: .*The clock of this host is wrong/,
    );
    await sink.write(batch, calm());
  });
});

test.each<Fault>(["silent", "half_silent"])(
  "a place that is %s is left when the signal says so",
  async (fault) => {
    const { sink, batch } = await opened();
    const stop = new AbortController();
    fake.everyFault = fault;
    const before = fake.requests.length;
    const write = failure(sink.write(batch, { signal: stop.signal }));
    while (fake.requests.length === before) await new Promise(setImmediate);
    const { left } = fake;
    stop.abort(new Error("The time is up."));
    expect((await write)!.message).toBe("The time is up.");
    // The request itself is given up too.
    while (fake.left === left) await new Promise(setImmediate);
    fake.everyFault = undefined;
    await sink.write(batch, calm());
    expect(await readLines(clientOf(fake))).toHaveLength(3);
  },
);

test("what was taken when the connection broke is there twice, and read once", async () => {
  const { sink, batch } = await opened();
  fake.faults.push("reset_after");
  expect(await failure(sink.write(batch, calm()))).toBeInstanceOf(Error);
  await sink.write(batch, calm());
  expect(fake.groups.stream(logGroup, batch[0]!.log).events).toHaveLength(5);
  expect(await readLines(clientOf(fake))).toHaveLength(3);
});

test("nobody who listens is told with what to look at", async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const client = clientOf(fake, { endpoint });
  const told = await failure(cloudWatchSink({ logGroup, client }).write(new SealedLog().add(0, {}), calm()));
  expect(told!.message).toMatch(
    /nobody listens there \(ECONNREFUSED\).*; look at the network, its proxy, and the endpoint/,
  );
});

describe("a sink that makes its own client", () => {
  const names = [
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_CONFIG_FILE",
  ];
  const before = names.map((name) => process.env[name]);
  beforeEach(() => {
    const { accessKeyId, secretAccessKey } = fake.credentials;
    const values = [fake.url, accessKeyId, secretAccessKey, undefined, "/nowhere"];
    for (const [index, name] of names.entries()) setEnvironment(name, values[index]);
  });
  afterEach(() => {
    for (const [index, name] of names.entries()) setEnvironment(name, before[index]);
  });

  test("sends a request once: what fails is tried again by delivery, which shows it", async () => {
    const sink = cloudWatchSink({ logGroup, region: "eu-central-1" });
    const batch = new SealedLog().add(Date.now(), {});
    fake.everyFault = error("ThrottlingException", "Rate exceeded");
    const sent = fake.requests.length;
    expect(await failure(sink.write(batch, calm()))).toBeInstanceOf(Error);
    expect(fake.requests.length - sent).toBe(1);
    fake.everyFault = undefined;
    await sink.write(batch, calm());
    await sink.close!();
  });

  test("needs a region, and says so", async () => {
    const sink = cloudWatchSink({ logGroup });
    const told = await failure(sink.write(new SealedLog().add(Date.now(), {}), calm()));
    expect(told!.message).toMatch(/Region is missing.*Give the sink a region, or set AWS_REGION\.$/);
    await sink.close!();
  });
});

function setEnvironment(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function resolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
