import { AuditLog, required } from "@openrouter-audit/core";
import { flakySink, memorySink } from "@openrouter-audit/testing/sink";

const memory = memorySink();
const sink = flakySink(memory, [{ fail: "before" }, { fail: "after" }]); // refused; kept and not acknowledged; then well
const audit = new AuditLog({
  journal: false,
  secret: "a secret for tests, of 32 bytes or more",
  sinks: [required(sink)],
  recordTimeoutMs: 100,
});

test("a call that is not recorded is not answered", async () => {
  await audit.flush({ timeoutMs: 5_000 }); // two tries have failed by then, and the third is well
  sink.goDown({ hang: "until_aborted" });
  await expect(audit.record({ event_type: "answer.approved" })).rejects.toMatchObject({
    code: "SINK_UNAVAILABLE",
  });
  sink.comeBack();
});
