import type { AuditProblem } from "./audit-error.ts";
import { boundedText } from "./entry/bounded-text.ts";

const longestWaitMs = 5_000;

/** What an application throws may itself throw when it is looked at. */
export function reasonOf(cause: unknown): string {
  try {
    return boundedText(String(cause), 200) ?? "no reason given";
  } catch {
    return "no reason given";
  }
}

/** What is reported when finding the user failed. */
export function userUnresolved(cause: unknown): AuditProblem {
  const message = `Finding the user of a request failed, and its calls are recorded as unresolved: ${reasonOf(cause)}`;
  return { code: "USER_UNRESOLVED", message, cause };
}

/** The function that a context names. @throws TypeError when it is none, as when an id stands there */
export function userFunction<User>(user: User): User {
  if (typeof user === "function") return user;
  throw new TypeError("`user` must be a function that finds the user; an id is given as `userId`.");
}

/** What a function of the application answers, if it does within five seconds. @throws what it throws */
export async function inTime<T>(answer: T | Promise<T>, whose = "user"): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The ${whose} function gave no answer in ${longestWaitMs} ms.`)),
      longestWaitMs,
    ).unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
