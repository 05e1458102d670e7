import { statfsSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";

const tmpfs = 0x01021994;

/** What numbers were measured on. */
export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cpus: processors.length,
    memory_gb: Math.round(totalmem() / 1e9),
    os: `${process.platform} ${release()}`,
    node: process.version,
    // There, what fdatasync costs does not show.
    journal_on: statfsSync(tmpdir()).type === tmpfs ? "memory (tmpfs)" : "disk",
  };
}

export type Machine = ReturnType<typeof machine>;

export function machineInWords({ cpu, cpus, memory_gb, os, node, journal_on }: Machine): string {
  return `${cpus} × ${cpu}, ${memory_gb} GB, ${os}, Node ${node}, journal on ${journal_on}`;
}
