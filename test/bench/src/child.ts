import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program of this folder that runs as a process of its own and answers one question at a time, in JSON. */
export interface Child {
  /** @throws Error when it ends before it answers; what it said is on stderr */
  ask<Answer>(question: object): Promise<Answer>;
  end(): Promise<void>;
}

export function startChild(program: string, setting: object): Child {
  const path = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const child = fork(path, [JSON.stringify(setting)], {
    execArgv: ["--expose-gc"],
    // Nothing but the report is for stdout.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const ended = once(child, "exit") as Promise<[code: number | null]>;
  return {
    async ask<Answer>(question: object): Promise<Answer> {
      const answered = once(child, "message") as Promise<[Answer]>;
      child.send(question);
      const failed = ended.then(([code]) => {
        throw new Error(`The process "${program}" ended with code ${code} before it answered.`);
      });
      return (await Promise.race([answered, failed]))[0];
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The child's side: what it was started with. */
export function settingOfChild<Setting>(): Setting {
  return JSON.parse(process.argv[2] ?? "null") as Setting;
}

/** The child's side: answers until the parent has no more questions, or is gone. */
export function answerParent<Question>(
  answer: (question: Question) => Promise<object>,
  atEnd: () => Promise<void> | void,
): void {
  process.on("message", async (question) => process.send?.(await answer(question as Question)));
  process.once("disconnect", atEnd);
}
