import { createHmac } from "node:crypto";
import fc from "fast-check";
import { KeyedHash } from "../src/privacy/keyed-hash.ts";

const bytes = (length: object) => fc.uint8Array(length).map((array) => Buffer.from(array));

test("a keyed hash is the HMAC-SHA-256 that Node makes, whatever came before it", () => {
  fc.assert(
    fc.property(
      bytes({ maxLength: 64 }),
      fc.array(bytes({ minLength: 32, maxLength: 32 })),
      (key, contents) => {
        const keyed = new KeyedHash(key);
        for (const content of contents)
          expect(keyed.hex(content.toString("hex"))).toBe(
            createHmac("sha256", key).update(content).digest("hex"),
          );
      },
    ),
  );
});
