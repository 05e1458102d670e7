import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark, Row } from "./benchmark.ts";
import { startChild } from "./child.ts";
import { type LoadName, loads } from "./loads.ts";
import { quantile, spreadOf } from "./statistics.ts";

const megabyte = 1e6;
const limitMb = 32;

export const memory: Benchmark = {
  purpose:
    "How much memory a large body takes on its way through the audited fetch: 200 MB streamed, 100 MB uploaded.",
  async run({ quick, progress }) {
    const server = startChild("server", {});
    try {
      const { url } = await server.ask<{ url: string }>({});
      const rows: Row[] = [];
      for (const load of Object.keys(loads) as LoadName[]) {
        const full = load.startsWith("upload") ? 100 * megabyte : 200 * megabyte;
        const bytes = quick ? megabyte : full;
        progress(load);
        const bare: number[] = [];
        const audited: number[] = [];
        for (let round = 0; round < (quick ? 1 : 3); round++) {
          bare.push(await growthIn(load, url, bytes, false));
          audited.push(await growthIn(load, url, bytes, true));
        }
        rows.push(rowOf(load, bytes, bare, audited));
      }
      return [
        {
          title: "Growth of resident memory while a body passes",
          columns: ["body", "MB", "bare MB", "audited MB", "beyond bare MB", "limit"],
          rows,
          note:
            "Peak above what was resident when the body had been made, each in a process of its own after a small body of the " +
            "same kind; median of the runs, with the extremes.",
        },
      ];
    } finally {
      await server.end();
    }
  },
};

async function growthIn(load: LoadName, server: string, bytes: number, audited: boolean): Promise<number> {
  const journal = mkdtempSync(join(tmpdir(), "openrouter-audit-bench-"));
  const child = startChild("memory-caller", { load, server, journal: audited ? journal : null });
  try {
    const { growth } = await child.ask<{ growth: number }>({ bytes });
    return growth / megabyte;
  } finally {
    await child.end();
    rmSync(journal, { recursive: true });
  }
}

function rowOf(load: LoadName, bytes: number, bare: readonly number[], audited: readonly number[]): Row {
  const beyond = quantile(audited, 0.5) - quantile(bare, 0.5);
  const told = (values: readonly number[]) => {
    const { median, min, max } = spreadOf(values);
    return `${median.toFixed(0)} [${min.toFixed(0)} to ${max.toFixed(0)}]`;
  };
  return {
    figures: {
      load,
      bytes,
      bare_mb: spreadOf(bare),
      audited_mb: spreadOf(audited),
      beyond_bare_mb: beyond,
      limit_mb: limitMb,
    },
    cells: [load, String(bytes / megabyte), told(bare), told(audited), beyond.toFixed(0), `≤ ${limitMb}`],
  };
}
