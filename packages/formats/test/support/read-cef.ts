/**
 * A reader of CEF as its specification describes it, sharing nothing with what writes it: seven `|` that are not escaped, then
 * pairs; a key begins after a space and ends at an `=` that is not escaped.
 */
export function readCef(line: string): {
  readonly header: readonly string[];
  readonly extension: Map<string, string>;
} {
  const header: string[] = [];
  let at = 0;
  while (header.length < 7) {
    let field = "";
    while (line[at] !== "|") {
      if (at >= line.length) throw new Error("the header has no end");
      if (line[at] === "\\") {
        at += 1;
        if (!"\\|".includes(line[at]!)) throw new Error(`an escape that the header has not: \\${line[at]}`);
      }
      field += line[at];
      at += 1;
    }
    header.push(field);
    at += 1;
  }
  return { header, extension: readExtension(line.slice(at)) };
}

function readExtension(text: string): Map<string, string> {
  const extension = new Map<string, string>();
  // Where keys begin: the last word before each `=` that no backslash escapes.
  const keys: { readonly key: string; readonly begin: number; readonly value: number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "=") {
      const begin = text.lastIndexOf(" ", at) + 1;
      keys.push({ key: text.slice(begin, at), begin, value: at + 1 });
    }
  }
  for (const [index, { key, value }] of keys.entries()) {
    if (!/^[A-Za-z0-9]+$/.test(key)) throw new Error(`no key: ${key}`);
    if (extension.has(key)) throw new Error(`${key} twice`);
    const end = (keys[index + 1]?.begin ?? text.length + 1) - 1;
    extension.set(key, unescaped(text.slice(value, end)));
  }
  return extension;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\", "=": "=", n: "\n", r: "\r" };

function unescaped(value: string): string {
  return value.replace(/\\(.?)/gs, (_all, character: string) => {
    const meant = escapes[character];
    if (meant === undefined) throw new Error(`an escape that a value has not: \\${character}`);
    return meant;
  });
}
