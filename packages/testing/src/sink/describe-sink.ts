import { closePromises } from "./close-promises.ts";
import { contentPromises } from "./content-promises.ts";
import { abortPromises, faultPromises, rejectionPromises } from "./failure-promises.ts";
import { limitPromises } from "./limit-promises.ts";
import { repeatPromises } from "./repeat-promises.ts";
import type { SinkUnderTest } from "./sink-under-test.ts";
import { Trial } from "./trial.ts";

/**
 * Tests that a sink keeps what `AuditSink` promises: one test for each promise, in jest, vitest, mocha or node:test. Every
 * test gives the sink a log of its own, sealed as real logs are, and verifies what is read back.
 *
 * @param name of the sink, as it stands in the report
 * @throws TypeError when there is neither a global `describe` and `test` (or `it`) nor one among the options
 */
export function describeSink(name: string, sink: SinkUnderTest): void {
  const { describe, test } = frameworkOf(sink);
  const promises = [
    ...limitPromises,
    ...contentPromises,
    ...repeatPromises,
    ...abortPromises,
    ...(sink.faults ? faultPromises : []),
    ...(sink.reject ? rejectionPromises(sink.reject) : []),
    ...closePromises,
  ];
  describe(`sink ${name}`, () => {
    for (const [sentence, tried] of promises) test(sentence, () => Trial.of(sink, tried));
  });
}

function frameworkOf(sink: SinkUnderTest): Required<Pick<SinkUnderTest, "describe" | "test">> {
  const globals = globalThis as Partial<Record<"describe" | "test" | "it", unknown>>;
  const describe = sink.describe ?? (globals.describe as SinkUnderTest["describe"]);
  const test = sink.test ?? ((globals.test ?? globals.it) as SinkUnderTest["test"]);
  if (typeof describe === "function" && typeof test === "function") return { describe, test };
  throw new TypeError(
    "describeSink found no global describe and test. Pass those of the framework: describeSink(name, { open, readBack, describe, test }).",
  );
}
