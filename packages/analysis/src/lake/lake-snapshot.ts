import type { Engine } from "../duckdb/engine.ts";
import { EngineSnapshot } from "../duckdb/engine-snapshot.ts";
import type { SnapshotOptions } from "../entries/entry-table.ts";
import { relationOf } from "./lake-relation.ts";
import type { LakeFile } from "./layout.ts";

/** Entries of a lake, copied. Files of the lake may be replaced meanwhile. @throws DuckDB's error */
export async function takeLakeSnapshot(
  engine: Engine,
  files: readonly LakeFile[],
  options: SnapshotOptions,
): Promise<EngineSnapshot> {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  return EngineSnapshot.take(engine, options, async (snapshot) => {
    await snapshot.begin(snapshot.selected(relationOf([]), "(id is not null)"));
    const selected = snapshot.selected(relationOf(files), "(id is not null)");
    await snapshot.add(selected, { before: 0, bytes: totalBytes, totalBytes });
    options.onProgress?.({ bytes: totalBytes, totalBytes });
  });
}
