import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type ControlMatrix, controlsPage } from "./support/controls-page.ts";
import { testTitles, titlesIn } from "./support/test-titles.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const matrix = JSON.parse(read("docs/controls.json")) as ControlMatrix;
const { controls, frameworks } = matrix;

const idsOf = (framework: string) =>
  controls.filter((control) => control.framework === framework).map(({ id }) => id);

/** What the publishers have, where it lies beside the repository; else there is nothing to compare with. */
function published<T>(name: string): T | null {
  const places = ["../shared/schemas/", "../../shared/schemas/"].map((place) => new URL(place + name, root));
  const path = places.find((place) => existsSync(place));
  return path ? (JSON.parse(readFileSync(path, "utf8")) as T) : null;
}

test("the matrix has the form of its schema, and every control once", () => {
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(read("docs/controls.schema.json")));
  validate(matrix);
  expect(validate.errors).toBeNull();
  const ids = controls.map(({ framework, id }) => `${framework} ${id}`);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const known = frameworks.map(({ id }) => id);
  expect(controls.filter(({ framework }) => !known.includes(framework))).toEqual([]);
  expect(known.filter((id) => idsOf(id).length === 0)).toEqual([]);
});

test("it says of which version it is, and a control from memory is evidence for a part at most", () => {
  expect(matrix.version).toBe(JSON.parse(read("packages/export/package.json")).version);
  const sureOf = new Map(frameworks.map(({ id, sure }) => [id, sure]));
  const isRecalled = ({ framework, sure }: (typeof controls)[number]) =>
    (sure ?? sureOf.get(framework)) === "recalled";
  const strong = controls.filter((control) => isRecalled(control) && control.role === "evidence");
  expect(strong.map(({ framework, id }) => `${framework} ${id}`)).toEqual([]);
});

test("every test that it names is there, under exactly this name", () => {
  const titles = new Map<string, ReadonlySet<string>>();
  const titlesOf = (file: string) => {
    const found =
      titles.get(file) ??
      (existsSync(new URL(file, root)) ? testTitles(fileURLToPath(new URL(file, root))) : new Set<string>());
    titles.set(file, found);
    return found;
  };
  const missing = controls.flatMap(({ framework, id, tests }) =>
    tests
      .filter(({ file, name }) => !titlesOf(file).has(name))
      .map(({ file, name }) => `${framework} ${id}: ${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each([
  ['test("a", () => {})', ["a"]],
  ["it('a', () => {})", ["a"]],
  ["test(`a`, () => {})", ["a"]],
  ['test.each([1])("a %s", () => {})', ["a %s"]],
  ['test.each<[string]>([["x"]])("a %s", () => {})', ["a %s"]],
  ["test.each`x`('a $x', () => {})", ["a $x"]],
  ['describe("b", () => { test("a", () => {}) })', ["a"]],
  ['test.skip("a", () => {})', []],
  ['test.todo("a")', []],
  ['test.skip.each([1])("a", () => {})', []],
  ['// test("a")\nconst b = \'test("a")\'', []],
  [`test(\`a \${b}\`, () => {})`, []],
])("the titles in %j are %j", (text, titles) => {
  expect([...titlesIn(text)]).toEqual(titles);
});

test("nothing is said to be compliant: it is evidence for something", () => {
  const said = [
    matrix.statement,
    ...controls.flatMap(({ title, we_do, operator }) => [title, we_do, operator]),
  ];
  expect(said.filter((text) => /\b(complian(t|ce)|complies|certified|guaranteed)\b/i.test(text))).toEqual([]);
});

interface NistControl {
  readonly label: string;
  readonly withdrawn: boolean;
  readonly baselines: readonly string[];
}

const nist = published<{ controls: NistControl[] }>("nist-800-53-r5-AU.json");
const asvs = published<{ requirements: { req_id: string }[] }>("owasp-asvs-5.0.0-V16.json");
const compared = nist && asvs ? test : test.skip;
const unlessAbsent = nist && asvs ? "" : " (not compared: ../shared/schemas is not there)";

compared(
  "it has every AU control that NIST has not withdrawn, those of the moderate baseline among them",
  () => {
    const current = nist!.controls.filter(({ withdrawn }) => !withdrawn);
    const moderate = current.filter(({ baselines }) => baselines.includes("MODERATE"));
    const ids = idsOf("nist-800-53");
    expect(moderate).toHaveLength(16);
    expect(current.map(({ label }) => label).filter((label) => !ids.includes(label))).toEqual([]);
    expect(ids.filter((id) => !current.some(({ label }) => label === id))).toEqual([]);
  },
);

compared(`it has every requirement of V16 of the ASVS, and no other${unlessAbsent}`, () => {
  expect(idsOf("owasp-asvs")).toEqual(asvs!.requirements.map(({ req_id }) => req_id));
});

test("the package that is handed over has the same matrix", () => {
  const copy = new URL("packages/export/controls.json", root);
  if (process.env.WRITE_CONTROLS) writeFileSync(copy, read("docs/controls.json"));
  expect(readFileSync(copy, "utf8")).toBe(read("docs/controls.json"));
});

test("the page is the one made from it", () => {
  const page = controlsPage(matrix);
  if (process.env.WRITE_CONTROLS) writeFileSync(new URL("docs/controls.md", root), page);
  expect(read("docs/controls.md")).toBe(page);
});
