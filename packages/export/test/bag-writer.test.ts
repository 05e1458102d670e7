import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BagWriter, foldersOf } from "../src/bag/bag-writer.ts";
import { type ExportOptions, exportPackage, verifyPackage } from "../src/index.ts";
import { newDirectory, now, root, sealedCallsOf } from "./support/sealed-days.ts";

test("every folder is flushed, also one that holds nothing but folders, and what is in it before it", () => {
  expect(foldersOf(["bagit.txt", "data/logs/a", "data/proofs/x/1", "data/proofs/y/1"])).toEqual([
    "data/proofs/x",
    "data/proofs/y",
    "data/logs",
    "data/proofs",
    "data",
    ".",
  ]);
});

test("each file is flushed once, and told", async () => {
  const bag = new BagWriter(join(newDirectory(), "bag"));
  await bag.add("data/logs/a", "12345");
  await bag.add("bagit.txt", "678");
  const told: number[] = [];
  await bag.flush({ onBytes: (bytes) => told.push(bytes) });
  expect(told).toEqual([5, 3]);
  expect(bag.bytes).toBe(8);
  expect(readFileSync(bag.at("data/logs/a"), "utf8")).toBe("12345");
});

test("each part of an export and of a verification says how far it is, to its end", async () => {
  const journal = await sealedCallsOf(["ada", "grace"]);
  const day = { since: new Date("2026-11-03"), until: new Date("2026-11-04") };
  const place = newDirectory();
  const parts = async (out: string, asked: Partial<ExportOptions>) => {
    const last = new Map<string, number>();
    const onProgress: ExportOptions["onProgress"] = ({ doing, bytes, totalBytes }) =>
      last.set(doing, bytes / totalBytes);
    await exportPackage(journal, { ...day, root, now, out: join(place, out), ...asked, onProgress });
    return [...last].filter(([, part]) => part === 1).map(([doing]) => doing);
  };
  const [copied, made] = [
    ["copying", "verifying"],
    ["counting", "reporting"],
  ];
  expect(await parts("bag", {})).toEqual([...copied!, ...made!, "flushing"]);
  expect(await parts("bag.zip", {})).toEqual([...copied!, ...made!, "packing"]);
  const some = [...copied!, "selecting", "proving", "reporting", "packing"];
  expect(await parts("some.zip", { users: ["ada"] })).toEqual(some);
  const read = new Set<string>();
  await verifyPackage(join(place, "some.zip"), { onProgress: ({ doing }) => read.add(doing) });
  expect([...read]).toEqual(["hashing", "counting", "verifying", "reporting"]);
});
