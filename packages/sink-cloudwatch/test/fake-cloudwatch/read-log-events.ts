import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import { type Group, inReadingOrder, keptSince, type Stream } from "./groups.ts";
import { invalid, ServiceError, unconstrained } from "./service-error.ts";

/** A page has at most a mebibyte and 10,000 events, and may have fewer. */
const pageBytes = 1_048_576;

/** One stream, a page at a time. At its end the token is the one that was given. */
export function getLogEvents(
  request: GetLogEventsRequest,
  group: Group,
  stream: Stream,
  now: number,
): GetLogEventsResponse {
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken, startFromHead = false } = request;
  if (!startFromHead)
    throw new ServiceError("NotImplementedException", "This fake reads from the head only.", 501);
  const since = Math.max(startTime, keptSince(group, now));
  const events = inReadingOrder(stream.events).filter(
    ({ timestamp }) => timestamp >= since && timestamp < endTime,
  );
  const from = nextToken === undefined ? 0 : positionOf(nextToken, "f/");
  const page = pageOf(events, from, request.limit);
  return {
    events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${from + page.length}`,
    nextBackwardToken: `b/${from}`,
  };
}

/** Several streams, mixed by their times. At the end there is no token. */
export function filterLogEvents(
  request: FilterLogEventsRequest,
  group: Group,
  now: number,
): FilterLogEventsResponse {
  const {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
    nextToken,
    logStreamNames,
    logStreamNamePrefix,
  } = request;
  if (logStreamNames && logStreamNamePrefix !== undefined)
    throw invalid("Only one of logStreamNames and logStreamNamePrefix can be given.");
  if (request.filterPattern)
    throw new ServiceError("NotImplementedException", "This fake knows no patterns.", 501);
  const since = Math.max(startTime, keptSince(group, now));
  const streams = [...group.streams.values()].filter(({ name }) =>
    logStreamNames ? logStreamNames.includes(name) : name.startsWith(logStreamNamePrefix ?? ""),
  );
  const events = inReadingOrder(
    streams.flatMap(({ name, events }) => events.map((event) => ({ ...event, logStreamName: name }))),
  ).filter(({ timestamp }) => timestamp >= since && timestamp <= endTime);
  const from = nextToken === undefined ? 0 : positionOf(nextToken, "");
  const page = pageOf(events, from, request.limit);
  const end = from + page.length;
  return { events: page, searchedLogStreams: [], ...(end < events.length ? { nextToken: String(end) } : {}) };
}

export function describeLogStreams(
  request: DescribeLogStreamsRequest,
  group: Group,
): DescribeLogStreamsResponse {
  const { logStreamNamePrefix = "", limit = 50, nextToken, descending = false } = request;
  if (limit < 1 || limit > 50) throw unconstrained(limit, "limit", "have value from 1 to 50");
  const named = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(logStreamNamePrefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1) * (descending ? -1 : 1));
  const from = nextToken === undefined ? 0 : positionOf(nextToken, "");
  const end = Math.min(from + limit, named.length);
  const logStreams = named.slice(from, end).map(({ name, creationTime, events }) => {
    const [first] = inReadingOrder(events);
    return {
      logStreamName: name,
      creationTime,
      ...(first ? { firstEventTimestamp: first.timestamp } : {}),
    };
  });
  return { logStreams, ...(end < named.length ? { nextToken: String(end) } : {}) };
}

function pageOf<Event extends { readonly message: string }>(
  events: readonly Event[],
  from: number,
  limit = 10_000,
) {
  if (limit < 1 || limit > 10_000) throw unconstrained(limit, "limit", "have value from 1 to 10000");
  const page: Event[] = [];
  let bytes = 0;
  for (const event of events.slice(from, from + limit)) {
    bytes += Buffer.byteLength(event.message);
    if (page.length > 0 && bytes > pageBytes) break;
    page.push(event);
  }
  return page;
}

function positionOf(token: string, kind: string): number {
  if (!token.startsWith(kind) || !/^\d+$/.test(token.slice(kind.length)))
    throw invalid("The specified nextToken is invalid.");
  return Number(token.slice(kind.length));
}
