import { createHash } from "node:crypto";
import { reportHtml } from "@openrouter-audit/analysis";
import { hostileReport } from "./hostile-report.ts";
import { dayReport, emptyReport, sampleReport, tampered, unverifiable } from "./sample-report.ts";

// What a browser makes of the page is asked in test/interoperability.

test("the same report gives the same bytes, also of charts", async () => {
  const first = await reportHtml(sampleReport());
  await reportHtml(dayReport());
  expect(await reportHtml(sampleReport())).toBe(first);
});

test.each([
  ["of a month", sampleReport],
  ["of a day", dayReport],
  ["of nothing", emptyReport],
  ["of hostile text", hostileReport],
])(
  "a page %s has one style sheet, the one of its policy, and nothing that the policy forbids",
  async (_of, make) => {
    const page = await reportHtml(make());
    const [, css] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    const hash = createHash("sha256").update(css!).digest("base64");
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    const tags = page.replace(css!, "").match(/<[a-z][^>]*>/g)!;
    expect(tags.filter((tag) => /^<(script|link|img|iframe|object|embed|form|base)\b/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => / (style|src|on\w+|xmlns\S*)=/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => / href="(?!#)/.test(tag))).toEqual([]);
    const ids = tags.flatMap((tag) => / id="([^"]*)"/.exec(tag)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  },
);

test("each link leads to something on the page", async () => {
  const page = await reportHtml({ ...sampleReport(), verification: null });
  for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(page).toContain(`id="${id}"`);
});

test.each([
  ["TAMPERED", tampered, "Do not rely on these numbers."],
  ["NOT VERIFIED", null, "Nobody has checked"],
  ["NOT VERIFIED", unverifiable, "no key that could be trusted"],
])("the verdict %s is said in words", async (word, verification, why) => {
  const page = await reportHtml({ ...sampleReport(), verification });
  expect(page).toContain(`<h2 id="verdict">${word}</h2>`);
  expect(page).toContain(why);
});

test("of one day the hours are drawn, and of a period without a call nothing", async () => {
  expect(await reportHtml(dayReport())).toContain("Calls and errors per hour");
  const nothing = await reportHtml(emptyReport());
  expect(nothing).toContain("nothing to draw");
  expect(nothing).not.toContain("<figure");
});
