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
