import { randomBytes } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";

export const tokenSecret = randomBytes(32).toString("hex");

export function tokenOf(user: string): string {
  return jsonwebtoken.sign({ sub: user }, tokenSecret, { expiresIn: "5m" });
}

/** The user a request's bearer token names, or null. */
export function userOfToken(authorization: string | undefined): { readonly sub: string } | null {
  try {
    const payload = jsonwebtoken.verify(authorization?.replace(/^Bearer /, "") ?? "", tokenSecret);
    return { sub: String(payload.sub) };
  } catch {
    return null;
  }
}
