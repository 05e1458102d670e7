import { authenticatedUser } from "../src/index.ts";

class ObjectId {
  toString() {
    return "5f1-secret";
  }
}

test.each<[string, object, string]>([
  [
    "an object that has a text of its own",
    { id: new ObjectId() },
    "req.user.id is an object, and neither text nor number: pass the option `user`, as in user: (req) => String(req.user.id).",
  ],
  [
    "an object that has none: String() would make one user of all",
    { sub: { secret: 1 } },
    "req.user.sub is an object, and neither text nor number: pass the option `user`.",
  ],
  [
    "a list",
    { uid: ["secret"] },
    "req.user.uid is an array, and neither text nor number: pass the option `user`.",
  ],
  ["an empty text", { id: "" }, "req.user.id is an empty text, and names nobody: pass the option `user`."],
  [
    "no number",
    { userId: Number.NaN },
    "req.user.userId is a number that is not finite, and names nobody: pass the option `user`.",
  ],
  [
    "a method",
    { id: () => "secret" },
    "req.user.id is a function, and neither text nor number: pass the option `user`.",
  ],
  [
    "nothing in any of the places",
    { _id: "secret", id: null },
    "There is a req.user, but its id is in none of the known places: pass the option `user`.",
  ],
])(
  "of a user without an id it says which member was found and what it is: %s",
  async (_what, user, message) => {
    await expect(authenticatedUser({ user })).rejects.toThrow(new Error(message));
  },
);

test("a member that is no id does not hide one that is", async () => {
  const user = { id: new ObjectId(), sub: "ada" };
  expect(await authenticatedUser({ user })).toEqual({ id: "ada", source: "req.user.sub" });
});
