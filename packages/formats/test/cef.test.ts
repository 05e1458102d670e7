import type { AuditEntry } from "@openrouter-audit/core";
import { lineOf } from "@openrouter-audit/core";
import { toCef } from "../src/index.ts";
import { readCef } from "./support/read-cef.ts";
import { entries, entryLines, entryOf } from "./support/vectors.ts";

const extensionOf = (entry: AuditEntry) => Object.fromEntries(readCef(toCef(entry)).extension);

test("a call is one line, with its header, its fields and the labels of those that need one", () => {
  const entry = entryOf("chat_completion");
  const { header, extension } = readCef(toCef(entry));
  expect(header).toEqual([
    "CEF:0",
    "openrouter-audit",
    "openrouter-audit",
    "1",
    "chat_completion",
    "Chat completion",
    "1",
  ]);
  expect(Object.fromEntries(extension)).toMatchObject({
    rt: String(Date.parse(entry.recorded_at)),
    start: String(Date.parse(entry.timestamp)),
    externalId: entry.id,
    deviceExternalId: entry.log,
    dvchost: "vectors.example",
    dvcpid: "4742",
    cat: "call",
    act: "invoke",
    outcome: "success",
    suid: entry.user_id,
    src: "192.0.2.10",
    requestMethod: "POST",
    request: "/api/v1/chat/completions",
    cs1Label: "Model",
    cs1: entry.model,
    cn1Label: "Prompt Tokens",
    cn1: String(entry.prompt_tokens),
    cfp1Label: "Cost Usd",
    cfp1: "0.0000039",
    OpenrouterAuditSeq: "1",
  });
});

test("each custom field has its label, and each label its field", () => {
  for (const entry of entries) {
    const keys = [...readCef(toCef(entry)).extension.keys()];
    const custom = keys.filter((key) => /^(c[sn]\d|cfp|c6a|flex)/.test(key));
    const named = custom.filter((key) => key.endsWith("Label")).map((key) => key.replace("Label", ""));
    expect(custom.filter((key) => !key.endsWith("Label")).sort()).toEqual(named.sort());
  }
});

test.each([
  ["chat_completion", {}, "1"],
  ["chat_completion", { status: "unknown" }, "3"],
  ["chat_completion", { status: "error" }, "5"],
  ["call_refused", {}, "3"],
  ["audit.gap", {}, "8"],
])("the severity of %s %j is %s", (type, members, severity) => {
  expect(readCef(toCef(entryOf(type, members))).header[6]).toBe(severity);
});

test("an address of IPv6 has the field that is made for it", () => {
  const extension = extensionOf(entryOf("chat_completion", { status: "aborted" }));
  expect(extension).toMatchObject({ c6a2: "2001:db8::1", c6a2Label: "Source IPv6 Address" });
  expect(extension).not.toHaveProperty("src");
});

test("OpenrouterAuditLine is the line as JSON: the exact line can be made from it", () => {
  for (const [index, entry] of entries.entries()) {
    const line = extensionOf(entry).OpenrouterAuditLine!;
    expect(lineOf(JSON.parse(line) as AuditEntry)).toBe(entryLines[index]);
  }
});

test.each([
  ["an equal sign and a backslash", "a=b\\c", "a=b\\c"],
  ["a backslash at the end", "a\\", "a\\"],
  ["a pipe", "a|b", "a|b"],
  ["line ends", "a\r\nb", "a\r\nb"],
  ["what looks like a field", "ada suid=root outcome=success", "ada suid=root outcome=success"],
  ["what looks like another event", "x\nCEF:0|a|b|1|x|y|10|suid=root", "x\nCEF:0|a|b|1|x|y|10|suid=root"],
  ["spaces around", "  a  ", "  a  "],
  ["what drives a terminal", "\x1b[31mred\x07", "\\u{1b}[31mred\\u{7}"],
  ["separators of lines that are not LF", "a\u2028b\u0085c\u000bd", "a\\u{2028}b\\u{85}c\\u{b}d"],
  ["what turns text around", "\u202egnp.exe", "\\u{202e}gnp.exe"],
  ["half of a character", "\ud83d", "\ufffd"],
])("%s in a value stays in the value", (_what, user_id, shown) => {
  const line = toCef({ ...entryOf("chat_completion"), user_id });
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(Object.fromEntries(readCef(line).extension).suid).toBe(shown);
});

test("what stands in the header stays in its field", () => {
  const line = toCef({ ...entryOf("chat_completion"), event_type: "a|b\\c\n|10|suid=root" });
  expect(readCef(line).header[4]).toBe("a|b\\c\\u{a}|10|suid=root");
});

test("a value has no more characters than the dictionary allows, and no half of one", () => {
  const extension = extensionOf({ ...entryOf("chat_completion"), user_id: `${"x".repeat(1021)}👩` });
  expect(extension.suid).toBe(`${"x".repeat(1021)}👩`);
  const longer = extensionOf({ ...entryOf("chat_completion"), user_id: `${"x".repeat(1021)}👩x` });
  expect(longer.suid).toBe(`${"x".repeat(1021)}…`);
});
