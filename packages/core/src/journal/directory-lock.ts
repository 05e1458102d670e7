import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { contentOf } from "./content-of.ts";
import { createOnce } from "./create-once.ts";
import { ownerIn } from "./owner.ts";
import { lifeOf, type ProcessIdentity, thisProcess } from "./process-identity.ts";

// Two writers would sign two different lines for one size, which nobody could tell from a forgery. So a lock is never
// taken from a process that may be alive, however long it is silent: libraries that go by the age of a file do that to
// one that is stopped or busy.
//
// Whoever finds that the holder of `lock` is dead does not remove it (somebody else may have taken over meanwhile), but
// makes `lock-<id of the dead holder>`, a name that only one process can make; and so on behind that one. The last of
// this chain has the lock. It removes the chain from its beginning, so that a name which is made once more in a chain
// that is gone is not reached from `lock`.

interface Holder extends ProcessIdentity {
  readonly id: string;
}

const uuid = /^[0-9a-f-]{36}$/;
const mostTries = 10;

/** Lets go of a lock; of one that was taken there is nothing to let go. */
export type Lock = (() => void) & {
  /**
   * Whether it is no longer this one's: another one has taken it that could not see whether this process is alive, and may have
   * let go of it since; or somebody removed it.
   */
  readonly isTaken: () => boolean;
};

/**
 * Takes a directory, or what the lock is named after in it, for this process alone. A lock that was left behind by a process
 * that ended is taken over.
 *
 * @param takesFromUnknown takes it also from one that may be alive, where that cannot be seen: on another host, in another
 * container. Only for work that two may do at once, and when that one has not been heard of for long
 * @returns what lets go of it, and tells whether it was taken by another meanwhile
 * @throws AuditError `JOURNAL_ALREADY_OPEN` when another one has it, or may have it
 */
export function lockDirectory(directory: string, root = "lock", { takesFromUnknown = false } = {}): Lock {
  const own: Holder = { id: randomUUID(), ...thisProcess() };
  const isGone = (other: Holder) => {
    const life = lifeOf(other);
    return life === "dead" || (life === "unknown" && takesFromUnknown);
  };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { free, holder, path } = followChain(directory, root, isGone);
    if (free === null) throw heldBy(holder, path);
    if (!createOnce(join(directory, free), `${JSON.stringify(own)}\n`, ownerIn(directory))) continue;
    const found = followChain(directory, root, isGone);
    if (found.holder?.id === own.id) {
      sweep(directory, root, found.names);
      const isTaken = () =>
        holderIn(contentOf(found.path) ?? "")?.id !== own.id ||
        contentOf(join(directory, `${root}-${own.id}`)) !== null;
      // What is another's by now is his to remove.
      const release = () => {
        if (!isTaken()) remove(directory, found.names);
      };
      return Object.assign(release, { isTaken });
    }
    remove(directory, [free]);
  }
  throw heldBy(null, join(directory, root));
}

/** Who has a lock, or had it when it ended; null when nobody has. */
export function holderOf(
  directory: string,
  root = "lock",
): { readonly pid: number; readonly host: string; readonly life: "alive" | "dead" | "unknown" } | null {
  const { names } = followChain(directory, root);
  const last = names.at(-1);
  const holder = last === undefined ? null : holderIn(contentOf(join(directory, last)) ?? "");
  return holder && { pid: holder.pid, host: holder.host, life: lifeOf(holder) };
}

/** The names of the chain, its last holder, and the name to make when that one is dead. */
function followChain(
  directory: string,
  root: string,
  isGone: (holder: Holder) => boolean = (holder) => lifeOf(holder) === "dead",
): {
  names: string[];
  free: string | null;
  holder: Holder | null;
  path: string;
} {
  const names: string[] = [];
  for (let name = root; ; ) {
    const path = join(directory, name);
    const content = contentOf(path);
    if (content === null) return { names, free: name, holder: null, path };
    names.push(name);
    const holder = holderIn(content);
    // A chain that leads back to itself was not made here, and has no end.
    const isEndless = holder !== null && names.includes(`${root}-${holder.id}`);
    if (!holder || isEndless || !isGone(holder)) return { names, free: null, holder, path };
    name = `${root}-${holder.id}`;
  }
}

function holderIn(content: string): Holder | null {
  try {
    const holder = JSON.parse(content) as Holder;
    return uuid.test(holder.id) && Number.isSafeInteger(holder.pid) ? holder : null;
  } catch {
    return null;
  }
}

/** Removes what is in no chain. Only while the lock is held: later it might be somebody's. */
function sweep(directory: string, root: string, chain: readonly string[]): void {
  const links = readdirSync(directory).filter(
    (name) => name.startsWith(`${root}-`) && uuid.test(name.slice(root.length + 1)),
  );
  remove(
    directory,
    links.filter((name) => !chain.includes(name)),
  );
}

function remove(directory: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(directory, name), { force: true });
}

function heldBy(holder: Holder | null, path: string): AuditError {
  const who = holder ? `Process ${holder.pid} on ${holder.host}` : "Another process";
  return new AuditError(
    "JOURNAL_ALREADY_OPEN",
    `${who} has the lock ${path}: only one at a time may write there. ` +
      "If you know that it has ended (on another host, or in a container that is gone), remove that file.",
  );
}
