import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyConsistencyProof, verifyEntryProof } from "../src/index.ts";
import { checkConsistencyProof, checkEntryProof } from "./support/second-proofs.ts";
import { vectors } from "./support/vectors.ts";

interface ProofVector {
  readonly proof: string;
  readonly description: string;
  readonly proven: boolean;
  readonly step: string | null;
}

const directory = join(vectors, "proofs");
const { public_key: key, proofs }: { public_key: string; proofs: readonly ProofVector[] } = JSON.parse(
  readFileSync(join(directory, "expected.json"), "utf8"),
);
const isOfEntry = ({ proof }: ProofVector) => !proof.startsWith("growth");
const textOf = (proof: string, file: string) => readFileSync(join(directory, proof, file), "utf8");

test("every proof of the vectors has an expectation", () => {
  const names = readdirSync(directory).filter((name) => name !== "expected.json");
  expect(proofs.map(({ proof }) => proof).sort()).toEqual(names.sort());
});

describe.each(proofs.filter(isOfEntry))("the proof $proof: $description", ({ proof, proven, step }) => {
  const [entry, tlogProof, delegation] = ["e.entry.json", "e.tlog-proof", "e.delegation.note"].map((file) =>
    textOf(proof, file),
  ) as [string, string, string];

  test(`${proven ? "proves it" : `fails at the step ${step}`}`, () => {
    const found = verifyEntryProof({ entry: Buffer.from(entry), proof: tlogProof, delegation }, key);
    expect(found).toMatchObject(proven ? { proven } : { proven, step });
  });

  test("is judged the same by a second implementation, from the written page alone", () => {
    const check = () => checkEntryProof(entry, tlogProof, delegation, key);
    if (proven) check();
    else expect(check).toThrow(step!);
  });
});

describe.each(proofs.filter((vector) => !isOfEntry(vector)))(
  "the proof $proof: $description",
  ({ proof, proven, step }) => {
    const [growth, delegation, checkpoint] = [
      "g.consistency-proof",
      "g.delegation.note",
      "g.old.checkpoint",
    ].map((file) => textOf(proof, file)) as [string, string, string];

    test(`${proven ? "proves it" : `fails at the step ${step}`}`, () => {
      const found = verifyConsistencyProof({ proof: growth, delegation, old: { checkpoint } }, key);
      expect(found).toMatchObject(proven ? { proven } : { proven, step });
    });

    test("is judged the same by a second implementation, from the written page alone", () => {
      const check = () => checkConsistencyProof(growth, delegation, checkpoint, key);
      if (proven) check();
      else expect(check).toThrow(step!);
    });
  },
);
