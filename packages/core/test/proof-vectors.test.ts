import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootsOfConsistency } from "../src/proof/consistency-proof.ts";
import { rootOfInclusion } from "../src/proof/inclusion-proof.ts";
import { vectors } from "./support/vectors.ts";

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const bytes = (base64: string | null) => Buffer.from(base64 ?? "", "base64");

function published<T>(kind: string): [name: string, vector: T][] {
  const directory = join(vectors, "merkle", kind);
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(join(directory, name), "utf8")) as T]);
}

const inclusions = published<InclusionVector>("inclusion");
const consistencies = published<ConsistencyVector>("consistency");

test("there are published vectors of both kinds, good and bad", () => {
  expect([inclusions.length, consistencies.length]).toEqual([48, 56]);
  for (const kind of [inclusions, consistencies])
    expect(new Set(kind.map(([, { wantErr }]) => wantErr))).toEqual(new Set([false, true]));
});

test.each(inclusions)("the inclusion proof %s is judged as its publisher does", (_name, vector) => {
  const proof = (vector.proof ?? []).map(bytes);
  const root = rootOfInclusion(vector.leafIdx, vector.treeSize, bytes(vector.leafHash), proof);
  expect(root?.equals(bytes(vector.root)) ?? false).toBe(!vector.wantErr);
});

test.each(consistencies)("the consistency proof %s is judged as its publisher does", (_name, vector) => {
  const old = bytes(vector.root1);
  const roots = rootsOfConsistency(vector.size1, vector.size2, old, (vector.proof ?? []).map(bytes));
  const consistent = roots?.oldRoot.equals(old) && roots.newRoot.equals(bytes(vector.root2));
  expect(consistent ?? false).toBe(!vector.wantErr);
});
