import type { Report } from "../report/report.ts";
import { attentionOf } from "./attention.ts";
import { keyFigures } from "./key-figures.ts";
import { html, type Markup } from "./markup.ts";
import { daysVerified, type ReportVerdict, verdictOf } from "./verdict.ts";

const marks: Readonly<Record<ReportVerdict["result"], Markup>> = {
  intact: html`<circle cx="12" cy="12" r="10"/><path d="M7.5 12.5l3 3 6-7"/>`,
  incomplete: html`<circle cx="12" cy="12" r="10" stroke-dasharray="4 4"/><path d="M12 7v6M12 16.6v.1"/>`,
  tampered: html`<circle cx="12" cy="12" r="10"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>`,
  unverified: html`<circle cx="12" cy="12" r="10"/><path d="M9.3 9.4a2.8 2.8 0 1 1 3.9 2.9c-.8.4-1.2.9-1.2 1.7M12 17v.1"/>`,
};

/** The verdict: a mark, a word, a sentence, and whose key was trusted. */
export function verdictCard(report: Report): Markup {
  const { result, word, sentence, key, keySource, notChecked } = verdictOf(report);
  return html`<section class="verdict ${result}" aria-labelledby="verdict">
<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">${marks[result]}</svg>
<h2 id="verdict">${word}</h2>
<p class="what">${sentence}</p>
${key !== null && html`<p class="key">Verified: ${daysVerified(report)}. Key <code>${key}</code>, ${keySource}.${notChecked.length > 0 && html` Not checked: ${notChecked.join("; ")}.`}</p>`}
</section>
`;
}

/** The few numbers that matter. */
export function figuresList(report: Report): Markup {
  const figures = keyFigures(report).map(
    ({ name, value, beside }) =>
      html`<div><dt>${name}</dt><dd class="value${value.length > 9 && " long"}">${value}</dd><dd class="beside">${beside}</dd></div>\n`,
  );
  return html`<dl class="figures">
${figures}</dl>
`;
}

const weights = { alarm: "Look", notice: "Note" };

/** @param shown the tables that are on the page; what has none leads to how to check the log */
export function attentionCard(report: Report, shown: ReadonlySet<string>): Markup {
  const found = attentionOf(report);
  const items = found.map(
    ({ weight, text, table }) =>
      html`<li class="${weight}"><span class="weight">${weights[weight]}</span><a href="#${shown.has(table) ? table : "check"}">${text}</a></li>\n`,
  );
  return html`<section class="attention card" aria-labelledby="attention">
<h2 id="attention">What needs attention</h2>
${found.length === 0 ? html`<p>Nothing: no gaps, no orphans, no exceptions, nothing unusual.</p>` : html`<ul>\n${items}</ul>`}
</section>
`;
}
