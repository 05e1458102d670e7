import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Breakdown, type Report, reportHtml } from "@openrouter-audit/analysis";
import { visible } from "@openrouter-audit/analysis/text";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from "playwright-core";
import { hostileReport, hostileTexts } from "../../packages/analysis/test/render/hostile-report.ts";
import {
  dayReport,
  emptyReport,
  intactReport,
  sampleReport,
  tampered,
} from "../../packages/analysis/test/render/sample-report.ts";
import { chromium, testWith } from "./tools.ts";

// What a browser, and a checker of accessibility, make of a report. The screenshots of the documentation are made here, too.

import.meta.jest.setTimeout(60_000);
const testInChromium = testWith(chromium.missing);

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const inPage = readFileSync(fromHere("in-page.js"), "utf8");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const reports: Readonly<Record<string, () => Report>> = {
  month: sampleReport,
  "month-intact": intactReport,
  day: dayReport,
  nothing: emptyReport,
  hostile: hostileReport,
  "short-and-tampered": () => ({ ...shortened(sampleReport()), verification: tampered }),
  "short-and-unverified": () => ({ ...shortened(sampleReport()), verification: null }),
};

/** With few rows of each. */
function shortened(report: Report): Report {
  const few = (by: Breakdown): Breakdown => ({ ...by, rows: by.rows.slice(0, 2) });
  const { by_day, by_hour, by_user, by_model, by_provider, by_feature, by_tenant, by_event_type } = report;
  const all = { by_day, by_hour, by_user, by_model, by_provider, by_feature, by_tenant, by_event_type };
  const cut = Object.fromEntries(Object.entries(all).map(([by, rows]) => [by, few(rows)]));
  return { ...report, ...cut };
}

const pages = new Map<string, string>();
let browser: Browser | undefined;
let server: Server | undefined;

beforeAll(async () => {
  if (chromium.missing !== null) return;
  for (const [name, make] of Object.entries(reports)) pages.set(`/${name}`, await reportHtml(make()));
  server = createServer((request, response) => {
    const page = pages.get(request.url!);
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" }).end(page);
  }).listen(0);
  browser = await playwright.launch({ executablePath: chromium.program, args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** A page as somebody sees it, and everything that it did beside being shown. */
async function opened(name: string, options: BrowserContextOptions = {}) {
  const context = await browser!.newContext({ viewport: { width: 1200, height: 1400 }, ...options });
  const page = await context.newPage();
  const did: string[] = [];
  const url = `http://127.0.0.1:${(server!.address() as AddressInfo).port}/${name}`;
  await context.route("**/*", (route) => {
    if (route.request().url() !== url) did.push(`asked for ${route.request().url()}`);
    return route.continue();
  });
  page.on("console", (message) => did.push(`said ${message.text()}`));
  page.on("pageerror", (error) => did.push(`threw ${error.message}`));
  page.on("dialog", (dialog) => {
    did.push(`opened ${dialog.message()}`);
    return dialog.dismiss();
  });
  await page.addInitScript(`${inPage}; inPage.watch();`);
  await page.goto(url);
  return {
    page,
    ask: <Answer>(expression: string): Promise<Answer> => page.evaluate(expression),
    /** Everything, now that it has had the time that it took to ask for this. */
    doings: async () => [...did, ...(await page.evaluate<string[]>("inPage.violations"))],
    close: () => context.close(),
  };
}

const dark: BrowserContextOptions = { colorScheme: "dark" };
const phone: BrowserContextOptions = { viewport: { width: 360, height: 1300 } };
const twiceAsLarge: BrowserContextOptions = { viewport: { width: 600, height: 650 } };

testInChromium.each<[page: string, way: string, BrowserContextOptions]>([
  ["month", "in the light", {}],
  ["month", "in the dark", dark],
  ["month", "on a phone", phone],
  ["month", "at twice its size", twiceAsLarge],
  ["hostile", "on a phone", phone],
  ["day", "on a phone", phone],
  ["nothing", "at twice its size", twiceAsLarge],
])("the page of %s, %s, asks nobody for anything, and can be read", async (name, _way, options) => {
  const { ask, doings, close } = await opened(name, options);
  const [width, needed] = await ask<number[]>(
    "[document.documentElement.clientWidth, document.documentElement.scrollWidth]",
  );
  expect(needed).toBe(width);
  expect(await ask("inPage.faintInCharts()")).toEqual([]);
  expect(await doings()).toEqual([]);
  await close();
});

// It looks at each cell: few are enough.
testInChromium.each<[page: string, way: string, BrowserContextOptions]>([
  ["short-and-unverified", "in the light", {}],
  ["short-and-tampered", "in the dark on a phone", { ...dark, ...phone }],
])("the page %s, %s, is accessible to all that axe knows", async (name, _way, options) => {
  const { ask, close } = await opened(name, options);
  await ask(`void ${axe}`);
  const { violations, passes } = await ask<AxeResults>("axe.run()");
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  expect(found).toEqual([]);
  const passed = passes.map(({ id }) => id);
  expect(passed).toEqual(
    expect.arrayContaining(["color-contrast", "heading-order", "svg-img-alt", "region"]),
  );
  await close();
});

testInChromium("what its policy forbids does not happen, and would be seen here", async () => {
  const { ask, doings, close } = await opened("month");
  await ask(`document.body.insertAdjacentHTML("beforeend", "<p style='color:red'><img src='/elsewhere'>")`);
  await ask(`document.body.append(Object.assign(document.createElement("script"), { text: "alert(1)" }))`);
  const happened = new Set((await doings()).map((doing) => doing.split(" ", 1)[0]));
  for (const what of ["img-src", "style-src-attr", "script-src-elem", "said"])
    expect(happened).toContain(what);
  expect([...happened].filter((what) => what === "opened" || what === "asked")).toEqual([]);
  await close();
});

testInChromium("text of the log stays text: it is seen, and does nothing", async () => {
  const { ask, doings, close } = await opened("hostile");
  expect(await ask("inPage.actors()")).toEqual([]);
  const shown = await ask<string>("document.body.textContent");
  for (const text of hostileTexts) expect(shown).toContain(visible(text));
  expect(shown).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|\p{Cc}(?<!\n)/u);
  const [, ...rows] = await ask<string[][]>("inPage.rowsOf('users')");
  const keys = hostileReport().by_user.rows.map(({ key }) => (key === null ? "nobody known" : visible(key)));
  expect(rows.map(([name]) => name)).toEqual(keys);
  expect(await doings()).toEqual([]);
  await close();
});

testInChromium("its tables, and those of its charts, have the numbers of the report", async () => {
  const report = sampleReport();
  const { ask, close } = await opened("month");
  const numbers = (rows: string[][], column: number) =>
    rows.slice(1).map((row) => Number(row[column]!.replace(/[$,]/g, "")));
  const [head, ...models] = await ask<string[][]>("inPage.rowsOf('models')");
  expect(head!.slice(0, 4)).toEqual(["Model", "Calls", "Success", "Errors"]);
  expect(models.map(([name]) => name)).toEqual(report.by_model.rows.map(({ key }) => key ?? "no model"));
  expect(numbers([head!, ...models], 1)).toEqual(report.by_model.rows.map(({ calls }) => calls));
  expect(numbers([head!, ...models], 3)).toEqual(report.by_model.rows.map(({ error }) => error));
  const days = await ask<string[][]>("inPage.rowsOf('chart-calls')");
  expect(numbers(days, 1)).toEqual(report.by_day.rows.map(({ calls }) => calls));
  expect(numbers(days, 2)).toEqual(report.by_day.rows.map(({ error }) => error));
  const cost = await ask<string[][]>("inPage.rowsOf('chart-cost')");
  expect(numbers(cost, 1)).toEqual(report.by_day.rows.map(({ cost_usd }) => Number(cost_usd.toFixed(2))));
  await close();
});

testInChromium("on paper it is light, nothing is cut off, and tables are open", async () => {
  // A4 without its margins, at 96 dots an inch.
  const { page, ask, close } = await opened("month-intact", {
    viewport: { width: 703, height: 1000 },
    colorScheme: "dark",
  });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await ask("inPage.clippedTables()")).toEqual([]);
  expect(await ask("getComputedStyle(document.body).color")).toBe("rgb(24, 33, 47)");
  expect(await ask("inPage.faintInCharts()")).toEqual([]);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  await picture(page, "print");
  await close();
});

testInChromium.each([
  ["light", {}],
  ["dark", dark],
  ["narrow", phone],
] as const)("the documentation shows how it looks: %s", async (name, options) => {
  const { page, close } = await opened("month-intact", options);
  await picture(page, name);
  await close();
});

/** Made with `npm run screenshots`. Fonts are those of the machine: what is compared is that there is one, and that it is small. */
async function picture(page: Page, name: string): Promise<void> {
  const path = fromHere(`../../docs/images/report-${name}.png`);
  const bytes = await page.screenshot();
  if (process.env.WRITE_SCREENSHOTS) {
    mkdirSync(fromHere("../../docs/images"), { recursive: true });
    writeFileSync(path, bytes);
  }
  expect(bytes.length).toBeLessThan(300_000);
  const kept = readFileSync(path);
  expect(kept.length).toBeLessThan(300_000);
  // The size of a PNG stands at the same place in each: https://www.w3.org/TR/png-3/#11IHDR
  expect(kept.subarray(16, 24)).toEqual(bytes.subarray(16, 24));
}
