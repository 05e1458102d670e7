import { openWorld, until } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

test("a call made while the log is closing is refused, and sends nothing", async () => {
  const { audit, fake, entries } = await openWorld();
  const url = `${fake.url}/chat/completions`;
  let name = (_user: string) => {};
  const user = () => new Promise<string>((resolve) => (name = resolve));
  fake.next({ stall: "before_headers" });
  const running = audit.run({ user }, () => audit.fetch(url, asking()));
  running.catch(() => undefined);
  await fake.received(1);
  const closed = audit.close();
  const late = audit.fetch(url, asking());
  await expect(late).rejects.toMatchObject({ name: "AuditError", code: "LOG_CLOSED" });
  await expect(audit.run({ userId: "ada" }, () => audit.fetch(url, asking()))).rejects.toMatchObject({
    code: "LOG_CLOSED",
  });
  name("ada");
  await closed;
  expect(fake.requests).toHaveLength(1);
  expect(entries()).toEqual([
    expect.objectContaining({ user_id: "ada", status: "unknown", error_type: "unfinished_at_close" }),
  ]);
});

test("calls that begin one after the other while the log closes leave none without an entry", async () => {
  const { audit, fake, entries } = await openWorld();
  const call = async () => (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
  let refused = false;
  const calling = (async () => {
    while (!refused) await call().catch(() => (refused = true));
  })();
  await until(() => entries().length > 5);
  await audit.close();
  await calling;
  expect(entries()).toHaveLength(fake.requests.length);
});
