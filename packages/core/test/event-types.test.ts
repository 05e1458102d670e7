import { newDirectory, openLog } from "./support/journals.ts";

/** Records one event in a log of its own. */
async function recorded(event_type: string) {
  const { log } = openLog(newDirectory());
  return log.record({ event_type }).finally(() => log.close());
}

test.each(["answer.approved", "a.b", "order_2.line_1.paid", `a.${"b".repeat(62)}`])(
  "%s is an application's event",
  async (event_type) => {
    expect(await recorded(event_type)).toMatchObject({ event_type });
  },
);

// Without a dot, the library's own: those it has, and any that it may have one day.
test.each([
  "chat_completion",
  "approved",
  "audit.opened",
  "audit.x.y",
  "",
  ".a",
  "a.",
  "a..b",
  "a.1",
  "A.b",
  "a.b\n",
  `a.${"b".repeat(63)}`,
  undefined,
])("%j is not", async (event_type) => {
  await expect(recorded(event_type as string)).rejects.toMatchObject({
    code: "INVALID_ENTRY",
  });
});

test.each<[object, RegExp]>([
  [{ user: "ada" }, /^An event has no member "user"\. Did you mean "user_id"\? It has: event_type, /],
  [{ userId: "ada" }, /Did you mean "user_id"\?/],
  [{ ticket: 7 }, /^An event has no member "ticket"\. It has: .* What is your own belongs into metadata\.$/],
])("an event with %j is refused, and not recorded without it", async (more, message) => {
  const { log } = openLog(newDirectory());
  const refused = { code: "INVALID_ENTRY", message: expect.stringMatching(message) };
  await expect(log.record({ event_type: "answer.approved", ...more })).rejects.toMatchObject(refused);
  await log.close();
});
