import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type AuditSink, EntriesRejected, lineOf, required } from "@openrouter-audit/core";

export interface FileSinkSetting {
  readonly name: string;
  /** Gets the entries, one a line. */
  readonly path: string;
  /** A JSON file of {@link SinkWeather}, read before each write; none is fine weather. */
  readonly weather: string;
  readonly isRequired?: boolean;
  readonly entries?: number;
}

/** How a sink is at present. */
export interface SinkWeather {
  readonly down?: boolean;
  /** Milliseconds for each entry. */
  readonly slow?: number;
  /** Fails every other write. */
  readonly flapping?: boolean;
  /** Fails whole batches because of the entry of this call. */
  readonly poison?: string;
  /** Names the entry of this call with `EntriesRejected`. */
  readonly rejects?: string;
}

/** A sink that keeps entries in a file, and whose weather is made from outside. */
export function fileSink({ name, path, weather, isRequired, entries }: FileSinkSetting) {
  let writes = 0;
  const sink: AuditSink = {
    name,
    ...(entries && { limits: { entries } }),
    async write(batch, { signal }) {
      writes += 1;
      const now = weatherIn(weather);
      if (now.slow) await wait(now.slow * batch.length, undefined, { signal });
      if (now.down) throw new Error("the sink is down");
      if (now.flapping && writes % 2 === 1) throw new Error("the sink is down for now");
      const of = (call: string | undefined) => batch.filter(({ metadata }) => call && metadata.call === call);
      if (of(now.poison).length > 0) throw new Error("the sink cannot take one of these");
      const rejected = of(now.rejects);
      const kept = batch.filter((entry) => !rejected.includes(entry));
      appendFileSync(path, kept.map((entry) => `${lineOf(entry)}\n`).join(""));
      if (rejected.length > 0)
        throw new EntriesRejected(rejected.map(({ id }) => ({ id, reason: "not wanted" })));
    },
  };
  return isRequired ? required(sink) : sink;
}

function weatherIn(path: string): SinkWeather {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SinkWeather;
  } catch {
    return {};
  }
}
