import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type PutLogEventsCommandOutput,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { unlessAborted } from "@openrouter-audit/core/sink";
import type { LogEvent } from "./log-event.ts";
import type { CloudWatchSinkOptions } from "./options.ts";
import { isCalled, refusal } from "./refusal.ts";

type Client = Pick<CloudWatchLogsClient, "send">;
/** Makes one call of PutLogEvents. Rejects with an Error that says what to do. */
type Put = (
  stream: string,
  call: readonly LogEvent[],
  signal: AbortSignal,
) => Promise<PutLogEventsCommandOutput>;

/**
 * The log group. Nothing is remembered of what is there: what turns out to be missing, also because somebody deleted it, is
 * made, as far as `create` allows.
 */
export function putInto(client: Client, options: CloudWatchSinkOptions): Put {
  const { logGroup: logGroupName, create = "group", retentionDays: retentionInDays } = options;
  // The group was made, and keeps events for ever until this is done.
  let owesRetention = false;
  return async (logStreamName, call, signal) => {
    // The SDK does not look at the signal while it looks for credentials, and a metadata service may be silent.
    const ask = (action: string, command: object) => {
      const sending = client.send(command as PutLogEventsCommand, { abortSignal: signal });
      return unlessAborted(sending.then(assertAnswered), signal, (error) =>
        refusal(error, action, `${logGroupName}, stream ${logStreamName}`),
      );
    };
    const setRetention = async () => {
      if (!owesRetention) return;
      await ask("PutRetentionPolicy", new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
      owesRetention = false;
    };
    const makeGroup = async () => {
      await ask("CreateLogGroup", new CreateLogGroupCommand({ logGroupName }));
      owesRetention = retentionInDays !== undefined;
      await setRetention();
    };
    const makeStream = async () => {
      await setRetention();
      await ask("CreateLogStream", new CreateLogStreamCommand({ logGroupName, logStreamName }));
    };
    const logEvents = call.map(({ timestamp, message }) => ({ timestamp, message }));
    const put = () =>
      ask("PutLogEvents", new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    return made(put, create !== "nothing" && (() => made(makeStream, create === "group" && makeGroup)));
  };
}

/** Tries; where something is missing, makes it, or finds that somebody else just did, and tries once more. */
async function made<Answer>(attempt: () => Promise<Answer>, make: false | (() => Promise<void>)) {
  try {
    return await attempt();
  } catch (error) {
    if (!make || !isCalled(error, "ResourceNotFoundException")) throw error;
    await make().catch((failure) => {
      if (!isCalled(failure, "ResourceAlreadyExistsException")) throw failure;
    });
    return attempt();
  }
}

/**
 * The SDK takes any 200 for success, also one without a word, from whatever is between. All of AWS names its answers. (A client
 * that is made for a test may have no `$metadata`.)
 */
function assertAnswered(answer: PutLogEventsCommandOutput): PutLogEventsCommandOutput {
  const { $metadata } = answer as Partial<PutLogEventsCommandOutput>;
  if ($metadata && !$metadata.requestId) throw new Error("the answer has no requestId");
  return answer;
}
