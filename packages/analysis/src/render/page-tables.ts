import type { Cell, ReportTable, TableColumn } from "./cell.ts";
import { html, type Markup } from "./markup.ts";

/** A table with its title and caption, that scrolls by itself where it is too wide. */
export function tableSection(table: ReportTable, kind: "wide" | "found" | "facts"): Markup {
  const { id, title, caption, more } = table;
  return html`<section class="table ${kind}${table.columns.length > 3 && " broad"}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${title}</h3>
<div class="scroll" role="group" aria-labelledby="${id}-title" tabindex="0">
${tableElement(table, caption)}
</div>
${more !== null && html`<p class="more">… ${more}.</p>`}
</section>
`;
}

export function tableElement(
  { columns, rows }: Pick<ReportTable, "columns" | "rows">,
  caption: string,
): Markup {
  return html`<table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, index) => cellElement(cell, columns[index]!, index === 0))}</tr>\n`)}</tbody>
</table>`;
}

function cellElement(cell: Cell, column: TableColumn, namesRow: boolean): Markup {
  const content = cellContent(cell);
  if (namesRow) return html`<th scope="row"${classOf(column)}>${content}</th>`;
  const isLog = typeof cell !== "string" && !column.whole && !column.prose && column.align !== "right";
  return html`<td${isLog ? html` class="log"` : classOf(column)}>${content}</td>`;
}

/** What the log says can't turn the direction of what stands beside it. */
function cellContent(cell: Cell): Markup {
  if (typeof cell === "string") return html`${cell}`;
  return "log" in cell ? html`<bdi>${cell.log}</bdi>` : html`<em>${cell.missing}</em>`;
}

function classOf({ align, whole }: TableColumn): Markup | null {
  if (align === "right") return html` class="right"`;
  return whole ? html` class="whole"` : null;
}
