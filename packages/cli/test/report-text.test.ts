import { createColors } from "picocolors";
import { hostileReport, hostileTexts } from "../../analysis/test/render/hostile-report.ts";
import { emptyReport, sampleReport, tampered } from "../../analysis/test/render/sample-report.ts";
import { displayWidth } from "../src/format/display-width.ts";
import { reportText } from "../src/format/report-text.ts";
import { visible } from "../src/format/visible.ts";

const screen = { width: 100, colors: createColors(false) };
const linesOf = (text: string) => text.trimEnd().split("\n");

test("the answer comes first, then what needs attention, then the rest", () => {
  const lines = linesOf(reportText(sampleReport(), screen));
  expect(lines.slice(0, 4)).toEqual([
    "November 2026  /srv/audit_logs",
    "from 2026-11-01 00:00:00 to before 2026-12-01 00:00:00 UTC",
    "",
    "INCOMPLETE  52,113 entries in 12 logs verified; 3 things are missing, out of place or without proof.",
  ]);
  const heads = [
    "Calls  ",
    "Success rate",
    "What needs attention",
    "Policy exceptions",
    "By model",
    "By day",
  ];
  const places = heads.map((head) => lines.findIndex((line) => line.startsWith(head)));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(lines).toContain("  ! 865 policy exceptions");
  expect(lines.at(-1)).toContain("npx openrouter-audit verify /srv/audit_logs --key @public-key.txt");
});

test("which days were verified is said, and what verification found has no title of its own over it", () => {
  expect(linesOf(reportText(sampleReport(), screen))).toContain("days verified  2026-11-01 to 2026-11-30");
  const found = reportText({ ...sampleReport(), verification: tampered }, screen);
  const [first] = tampered.problems;
  expect(found).toContain(`\nVerification\n${first!.code}\n  ${first!.message}\n`);
});

test("ten rows of each are shown, and the others summed", () => {
  const text = reportText(sampleReport(), screen);
  const users = text.split("\nBy user\n")[1]!.split("\n\n")[0]!;
  expect(linesOf(users)).toHaveLength(12);
  expect(users).toMatch(/… and 30 more users: [\d,]+ calls, \$[\d,.]+$/);
});

test.each([80, 100, 140])("on a terminal of %d columns no table is wider, and no number is cut", (width) => {
  const text = reportText(sampleReport(), { ...screen, width });
  const table = text.split("\nBy model\n")[1]!.split("\n\n")[0]!;
  for (const line of linesOf(table)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  expect(table).toContain("17,575");
  expect(table).toContain("openai/gpt-5-mini");
});

test("why something is unusual stands under it, whole", () => {
  const text = reportText(sampleReport(), { ...screen, width: 80 });
  expect(text).toContain("\n  62% of 118 calls were errors; usual are 3%, and from 12% on it is unusual.\n");
});

test("that nobody uses features or tenants needs no table; that nobody is known does", () => {
  const report = sampleReport();
  const nobody = { groups: 1, rows: [{ ...report.totals, key: null }], others: null };
  const text = reportText({ ...report, by_feature: nobody, by_tenant: nobody, by_user: nobody }, screen);
  expect(text).not.toMatch(/^By (feature|tenant)$/m);
  expect(text).toMatch(/^By user\n.*\nnobody known +43,938/m);
});

/** Of a handful of calls. */
function quietReport() {
  const report = sampleReport();
  const one = (key: string) => ({ groups: 1, rows: [{ ...report.totals, key }], others: null });
  const { streams, completeness } = emptyReport();
  const unusual_rules = report.unusual_rules.map((rule) => ({ ...rule, found: 0, not_judged: 2 }));
  const by_provider = one("OpenAI");
  const by_event_type = one("chat_completion");
  return { ...report, streams, completeness, unusual: [], unusual_rules, by_provider, by_event_type };
}

test("sections that have nothing to say take a line together, and so does what all calls have in common", () => {
  const report = quietReport();
  const text = reportText(report, screen);
  expect(text).not.toMatch(
    /^(Streams|Completeness|Rules for unusual activity|By provider|By kind of call)$/m,
  );
  expect(text).toMatch(/^By model$/m);
  const { length } = report.unusual_rules;
  expect(linesOf(text).slice(-3, -1)).toEqual([
    "all calls  provider OpenAI, kind chat_completion",
    `nothing to tell of  streams, completeness, unusual activity (${length} rules; ${2 * length} cases with too little before to judge)`,
  ]);
});

test("what has one row that says something has its table", () => {
  const report = quietReport();
  const lost = { ...report.completeness, lost_entries: 1 };
  const unusual_rules = report.unusual_rules.map((rule, index) => ({ ...rule, found: index === 0 ? 1 : 0 }));
  const others = { ...report.totals, groups: 3 };
  const by_provider = { ...report.by_provider, others };
  const text = reportText({ ...report, completeness: lost, unusual_rules, by_provider }, screen);
  expect(text).toMatch(/^Completeness$/m);
  expect(text).toMatch(/^Rules for unusual activity$/m);
  expect(text).toMatch(/^By provider$/m);
  expect(text).toMatch(/^nothing to tell of {2}streams$/m);
});

test("a name that all calls have cannot drive the terminal", () => {
  const report = quietReport();
  const [row] = report.by_provider.rows;
  const by_provider = { ...report.by_provider, rows: [{ ...row!, key: "\u001b[2J\n! x" }] };
  expect(reportText({ ...report, by_provider }, screen)).toMatch(
    /^all calls {2}provider \\e\[2J\\n! x, kind/m,
  );
});

test("what nobody measured is a dash", () => {
  const text = reportText(emptyReport(), screen);
  expect(text).toMatch(/^Success rate +—/m);
  expect(text).toMatch(/^NOT VERIFIED /m);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test("a log that was tampered with is red, with what was found", () => {
  const text = reportText(
    { ...sampleReport(), verification: tampered },
    { ...screen, colors: createColors(true) },
  );
  expect(text).toContain("\x1b[31mTAMPERED");
  expect(text).toContain("ROOT_MISMATCH");
});

test("text of the log can't drive the terminal, hide, or make lines of its own", () => {
  const text = reportText(hostileReport(), { ...screen, width: Number.POSITIVE_INFINITY });
  expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|\p{Cc}(?<!\n)/u);
  expect(text).not.toMatch(/^# heading/m);
  const users = text.split("\nBy user\n")[1]!;
  for (const evil of hostileTexts) expect(users).toContain(visible(evil));
});
