import { invalid, missingGroup, missingStream, ServiceError, unconstrained } from "./service-error.ts";

export interface StoredEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  /** Events of one time are given back in an order that is nobody's: see {@link inReadingOrder}. */
  readonly eventId: string;
}

export interface Stream {
  readonly name: string;
  readonly creationTime: number;
  readonly events: StoredEvent[];
}

export interface Group {
  readonly name: string;
  readonly streams: Map<string, Stream>;
  retentionInDays: number | null;
}

const dayMs = 86_400_000;
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The log groups of one account in one region. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  group(name: string): Group {
    checkGroupName(name);
    const group = this.#groups.get(name);
    if (!group) throw missingGroup();
    return group;
  }

  stream(group: string, name: string): Stream {
    const { streams } = this.group(group);
    checkStreamName(name);
    const stream = streams.get(name);
    if (!stream) throw missingStream();
    return stream;
  }

  createGroup(name: string): void {
    checkGroupName(name);
    if (name.startsWith("aws/")) throw invalid("Log groups starting with AWS/ are reserved for AWS.");
    if (this.#groups.has(name))
      throw new ServiceError("ResourceAlreadyExistsException", "The specified log group already exists");
    this.#groups.set(name, { name, streams: new Map(), retentionInDays: null });
  }

  createStream(group: string, name: string, creationTime: number): void {
    const { streams } = this.group(group);
    checkStreamName(name);
    if (streams.has(name))
      throw new ServiceError("ResourceAlreadyExistsException", "The specified log stream already exists");
    streams.set(name, { name, creationTime, events: [] });
  }

  setRetention(group: string, days: number): void {
    const { ...found } = this.group(group);
    if (!retentions.includes(days))
      throw unconstrained(days, "retentionInDays", `satisfy enum value set: [${retentions}]`);
    this.#groups.set(group, { ...found, retentionInDays: days });
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name);
  }
}

/** The earliest time of which a group keeps events, or -Infinity. */
export function keptSince({ retentionInDays }: Group, now: number): number {
  return retentionInDays === null ? Number.NEGATIVE_INFINITY : now - retentionInDays * dayMs;
}

/** By their times. What is of one time comes in no order that a writer could count on. */
export function inReadingOrder<Event extends StoredEvent>(events: readonly Event[]): Event[] {
  return events.toSorted((a, b) => a.timestamp - b.timestamp || (a.eventId < b.eventId ? -1 : 1));
}

function checkGroupName(name: string): void {
  if (name.length < 1 || name.length > 512)
    throw unconstrained(name, "logGroupName", "have length from 1 to 512");
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name))
    throw unconstrained(name, "logGroupName", "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
}

function checkStreamName(name: string): void {
  if (name.length < 1 || name.length > 512)
    throw unconstrained(name, "logStreamName", "have length from 1 to 512");
  if (!/^[^:*]*$/.test(name))
    throw unconstrained(name, "logStreamName", "satisfy regular expression pattern: [^:*]*");
}
