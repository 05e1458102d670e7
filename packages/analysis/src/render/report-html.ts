import type { Report } from "../report/report.ts";
import type { Chart } from "./charts/chart.ts";
import { type DrawChart, loadDrawing } from "./charts/draw-chart.ts";
import { shareCharts } from "./charts/share-charts.ts";
import { timeCharts } from "./charts/time-charts.ts";
import { definitions } from "./definitions.ts";
import { html, type Markup, styleOf } from "./markup.ts";
import { pageStyle } from "./page-style.ts";
import { attentionCard, figuresList, verdictCard } from "./page-summary.ts";
import { tableElement, tableSection } from "./page-tables.ts";
import { periodExactly, periodInWords } from "./period-words.ts";
import { breakdownTables, factTables, findingTables } from "./report-tables.ts";
import { verifyCommand } from "./verdict.ts";

// More are for machines: JSON and CSV have a thousand.
const mostRows = 100;

const broad = { name: "broad", width: 520, height: 270 };
const narrow = { name: "narrow", width: 330, height: 270 };

/**
 * A report as one page of HTML that needs nothing else: no script, no font, no request. Its policy allows one style sheet, by
 * its hash, and nothing more. The same report gives the same bytes.
 */
export async function reportHtml(report: Report): Promise<string> {
  const title = `LLM usage and audit: ${periodInWords(report.period)}`;
  const style = styleOf(pageStyle);
  const policy = `default-src 'none'; style-src ${style.source}; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="${report.generator.name} ${report.generator.version}">
<title>${title}</title>
${style.element}
</head>
<body>
${headerOf(report)}${await mainOf(report)}${footerOf(report)}</body>
</html>
`;
  return page.text;
}

function headerOf({ period, compared_with, source }: Report): Markup {
  return html`<header>
<p class="over">LLM usage and audit report</p>
<h1>${periodInWords(period)}</h1>
<p class="about">${{ journal: "Journal", lake: "Lake", postgres: "Postgres" }[source.kind]} <bdi>${source.name}</bdi>, ${periodExactly(period)}${compared_with && html`; compared with ${periodInWords(compared_with)}`}.</p>
</header>
`;
}

async function mainOf(report: Report): Promise<Markup> {
  const found = findingTables(report, mostRows);
  const counted = breakdownTables(report, mostRows);
  const facts = factTables(report);
  const shown = new Set([...found, ...counted, ...facts].map(({ id }) => id));
  return html`<main>
${verdictCard(report)}${figuresList(report)}${attentionCard(report, shown)}
<nav aria-label="On this page"><ul>
${[...found, ...counted, ...facts].map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}<li><a href="#definitions">Definitions</a></li>
<li><a href="#check">Check it yourself</a></li>
</ul></nav>
${await chartsOf(report)}${tablesOf("Findings", found, "found")}${tablesOf("Breakdowns", counted, "wide")}${tablesOf("Sums and details", facts, "facts")}${endOf(report)}</main>
`;
}

async function chartsOf(report: Report): Promise<Markup> {
  if (report.totals.calls === 0)
    return html`<h2>Charts</h2>\n<p>There are no calls in this period, and nothing to draw.</p>\n`;
  const draw = await loadDrawing();
  const charts = [...timeCharts(report), ...shareCharts(report)];
  return html`<h2>Charts</h2>
<div class="charts">
${charts.map((chart) => figureOf(chart, draw))}</div>
`;
}

function figureOf(chart: Chart, draw: DrawChart): Markup {
  const { id, title, sentence, table } = chart;
  return html`<figure class="card" id="${id}">
<figcaption><h3>${title}</h3><p id="${id}-sentence">${sentence}</p></figcaption>
${draw(chart, broad)}
${draw(chart, narrow)}
<details><summary>${title}: the numbers</summary>
${tableElement(table, title)}
</details>
</figure>
`;
}

function tablesOf(
  title: string,
  tables: Parameters<typeof tableSection>[0][],
  kind: "wide" | "found" | "facts",
) {
  if (tables.length === 0) return null;
  const sections = tables.map((table) => tableSection(table, kind));
  return html`<h2>${title}</h2>
<div class="tables card">${kind === "facts" ? html`<div class="two">${sections}</div>` : sections}</div>
`;
}

function endOf(report: Report): Markup {
  return html`<h2 id="definitions">How each number is defined</h2>
<dl class="terms">
${definitions.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>\n`)}</dl>
<p class="muted">The whole of it, with the rules for unusual activity, is in docs/reports.md of openrouter-audit.</p>
<h2 id="check">Check the log yourself</h2>
<p>This page proves nothing: anybody can write one. With the public key that was handed to you, this command finds out whether the log was changed, and <code>openrouter-audit report</code> makes this report again.</p>
<code class="command">${verifyCommand(report)}</code>
`;
}

function footerOf({ generated_at, generator }: Report): Markup {
  return html`<footer>
<p>Made on ${generated_at} by ${generator.name} ${generator.version}. Times are UTC, amounts US dollars.</p>
</footer>
`;
}
