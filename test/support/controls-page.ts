export type Sure = "read" | "secondary" | "recalled";

export interface Control {
  readonly framework: string;
  readonly id: string;
  readonly title: string;
  readonly role: "evidence" | "part" | "operator" | "none";
  readonly we_do: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
  readonly operator: string;
  readonly sure?: Sure;
}

/** docs/controls.json */
export interface ControlMatrix {
  readonly version: string;
  readonly statement: string;
  readonly frameworks: readonly {
    readonly id: string;
    readonly name: string;
    readonly sure: Sure;
    readonly source: string;
  }[];
  readonly controls: readonly Control[];
}

const roles = {
  evidence: "evidence",
  part: "evidence for a part",
  operator: "the operator's",
  none: "nothing",
} as const;

const sureness = {
  read: "its text was read",
  secondary: "what others write of it was read",
  recalled: "from memory, to be looked up",
} as const;

const top = (matrix: ControlMatrix) => `# Controls

<!-- Made from controls.json by \`npm run controls\`: change it there. -->

${matrix.statement} It is that of version ${matrix.version}.

Whoever audits a system that uses this software finds here, for each control, what the software does of it, which tests
show that and can be run by anybody, and what remains the operator's. The same is in
[controls.json](controls.json), for programs, with a [schema](controls.schema.json). A test fails when an entry names a
test that does not exist.

- **evidence**: the tests are evidence for what software can do of the control;
- **evidence for a part**: for a part of that, which is named. Of a control that is known from memory it is never more;
- **the operator's**: the software helps at most;
- **nothing**: the software does nothing of it.

How sure we are of the control itself, not of the tests: *its text was read*, *what others write of it was read*, or *from
memory, to be looked up* before anything is built on it. None of it is quoted.

`;

/** The page that is made from the matrix. */
export function controlsPage(matrix: ControlMatrix): string {
  const numbers = new Map<string, number>();
  for (const { tests } of matrix.controls)
    for (const test of tests) numbers.set(keyOf(test), numbers.get(keyOf(test)) ?? numbers.size + 1);
  const parts = matrix.frameworks.map((framework) => {
    const controls = matrix.controls.filter((control) => control.framework === framework.id);
    const rows = controls.map((control) => {
      const tests = control.tests.map((test) => `[${numbers.get(keyOf(test))}](#tests)`).join(" ");
      const doubt = control.sure && control.sure !== framework.sure ? ` (${sureness[control.sure]})` : "";
      const cells = [
        control.id,
        control.title + doubt,
        roles[control.role],
        control.we_do,
        tests,
        control.operator,
      ];
      return `| ${cells.map(cell).join(" | ")} |`;
    });
    return [
      `## ${framework.name}`,
      "",
      `Source: ${framework.source}. How sure: ${sureness[framework.sure]}.`,
      "",
      "| control | about | | what the software does | tests | what remains the operator's |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n");
  });
  const list = [...numbers].map(([key, number]) => {
    const [file, name] = key.split("\n") as [string, string];
    return `${number}. ${escaped(name)} ([${file.replace(/^.*\//, "")}](../${file}))`;
  });
  return `${top(matrix)}${parts.join("\n")}\n## Tests\n\nPaths are from the root of the repository of openrouter-audit, at version ${matrix.version}. Run one there with \`npm run unit -- <file> -t "<name>"\`.\n\n${list.join("\n")}\n`;
}

function keyOf({ file, name }: { readonly file: string; readonly name: string }): string {
  return `${file}\n${name}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Names of tests are not Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\*_<>[\]`$]/g, "\\$&");
}
