import { createHmac } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process of which machine: enough to tell later whether it is still there. Null is what the system does not say. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Two machines may have one name. Made from machine-id(5), which asks that nobody show the id itself. */
  readonly machine: string | null;
  /** Of the boot of the machine. */
  readonly boot: string | null;
  /** Containers count their processes each for itself. */
  readonly pid_namespace: string | null;
  /** When the process began, in clock ticks since the boot: numbers of processes are used again. */
  readonly started: string | null;
}

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    machine: machine(),
    boot: asked(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pid_namespace: asked(() => readlinkSync("/proc/self/ns/pid")),
    started: statusOf(process.pid)?.started ?? null,
  };
}

/** As sd_id128_get_machine_app_specific(3) does: of one machine always the same, and nobody can tell which. */
function machine(): string | null {
  const id = asked(() => readFileSync("/etc/machine-id", "utf8").trim());
  return id ? createHmac("sha256", id).update("openrouter-audit").digest("hex").slice(0, 32) : null;
}

/** Whether a process is there still. `unknown` when that cannot be seen from here: on another host, in another container. */
export function lifeOf(other: ProcessIdentity): "alive" | "dead" | "unknown" {
  const own = thisProcess();
  if (other.host !== own.host) return "unknown";
  // Started again; or another machine of the same name, which nobody can tell who does not know the machine.
  if (other.boot !== own.boot)
    return other.machine !== null && other.machine === own.machine ? "dead" : "unknown";
  if (other.pid_namespace !== own.pid_namespace) return "unknown";
  if (!exists(other.pid)) return "dead";
  const status = statusOf(other.pid);
  // A zombie has ended; only nobody has asked how.
  if (status && (status.state === "Z" || status.started !== other.started)) return "dead";
  return "alive";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** proc_pid_stat(5): the name in parentheses may hold anything. */
function statusOf(pid: number): { state: string; started: string } | null {
  const stat = asked(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0]!, started: fields[19]! };
}

function asked(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
