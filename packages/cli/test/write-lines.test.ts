import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { writeLines } from "../src/write-lines.ts";

const closedPipe = () =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
  });

test("when nobody reads any more, the lines are over before it is, also one that is still waited for", async () => {
  const closed = new AbortController();
  let isOver = false;
  async function* lines() {
    try {
      yield "the first";
      await new Promise((go) => closed.signal.addEventListener("abort", go));
      yield "another";
    } finally {
      // What was read is written down: that takes its time.
      for (let turns = 0; turns < 5; turns += 1) await turn();
      isOver = true;
    }
  }
  await writeLines(closedPipe(), lines(), () => closed.abort());
  expect(isOver).toBe(true);
});

test("what the lines fail with is what it fails with", async () => {
  async function* lines() {
    yield "the first";
    throw new Error("no more");
  }
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  await expect(writeLines(output, lines())).rejects.toThrow("no more");
});
