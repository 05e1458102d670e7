import { clients } from "../support/clients/clients.ts";
import { operations } from "../support/clients/operations.ts";
import type { Form } from "./rows.ts";

/** What a test saw to hold. */
export interface Held {
  readonly form: Form;
  readonly title: string;
  readonly client: string;
}

const begin = "<!-- tables -->\n";
const end = "<!-- /tables -->\n";

/** The page with its tables as they were seen to be. */
export function pageWith(page: string, held: readonly Held[]): string {
  const before = page.slice(0, page.indexOf(begin) + begin.length);
  const forms = [...new Set(held.map(({ form }) => form))];
  const tables = forms.map((form) =>
    tableOf(
      form,
      held.filter((each) => each.form === form),
    ),
  );
  return `${before}\n${tables.join("\n")}\n${page.slice(page.indexOf(end))}`;
}

function tableOf(form: Form, held: readonly Held[]): string {
  const names = clients.map(({ name }) => name).filter((name) => held.some(({ client }) => client === name));
  const titles = [...new Set(held.map(({ title }) => title))];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const cell = (title: string, name: string) =>
    held.some((each) => each.title === title && each.client === name) ? "OK" : "–";
  return [
    `### \`${operations[form].path.replace("/api/v1", "")}\`\n`,
    line(["", ...names.map((name) => name.replace("ai with ", ""))]),
    line(["---", ...names.map(() => "---")]),
    ...titles.map((title) => line([title, ...names.map((name) => cell(title, name))])),
    "",
  ].join("\n");
}
