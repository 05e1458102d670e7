// What is looked at inside a page, in the browser. Evaluated there as it stands, beside the page's own policy.

globalThis.inPage = { actors, clippedTables, faintInCharts, rowsOf, violations: [], watch };

/** Elements and attributes that could do something, or lead somewhere else. */
function actors() {
  const acting =
    "script, img, iframe, object, embed, form, input, link, base, audio, video, foreignObject, use, animate";
  const found = [...document.querySelectorAll(acting)].map(({ outerHTML }) => outerHTML);
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const leads = /href$/.test(name) && !value.startsWith("#");
      if (/^on|^style$|^src|^action$/.test(name) || leads) found.push(`${element.tagName} ${name}=${value}`);
    }
  }
  return found;
}

/** The texts of a table's rows, as they are shown, the head first. */
function rowsOf(id) {
  const cells = (row) => [...row.cells].map(({ textContent }) => textContent);
  return [...document.querySelectorAll(`#${id} tr`)].map(cells);
}

/** What is wider than the page it is on. */
function clippedTables() {
  const { clientWidth } = document.documentElement;
  return [...document.querySelectorAll("table, svg, .command")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
    .map((element) => element.closest("[id]")?.id);
}

/** Of charts that are shown: text with a contrast below 4.5, lines and areas with one below 3. WCAG 2.2, 1.4.3 and 1.4.11 */
function faintInCharts() {
  const shown = [...document.querySelectorAll("svg.chart")].filter(
    (svg) => svg.getBoundingClientRect().width > 0,
  );
  return shown.flatMap((svg) => {
    const ground = getComputedStyle(svg.closest("figure")).backgroundColor;
    const said = [...svg.querySelectorAll("text")].map((text) => [
      text.textContent,
      getComputedStyle(text).fill,
      4.5,
    ]);
    const drawn = [...svg.querySelectorAll("path[fill^='var(--chart'], path[stroke^='var(--chart']")].map(
      (path) => {
        const { fill, stroke } = getComputedStyle(path);
        return ["drawn", fill === "none" ? stroke : fill, 3];
      },
    );
    if (said.length === 0 || drawn.length === 0) return [`nothing in ${svg.closest("figure").id}`];
    return [...said, ...drawn]
      .filter(([, color, least]) => contrast(color, ground) < least)
      .map(([what, color]) => `${what}: ${color} on ${ground}`);
  });
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one, other) {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color) {
  const channels = color.match(/[\d.]+/g).slice(0, 3);
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function watch() {
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    inPage.violations.push(`${violatedDirective} ${blockedURI}`),
  );
}
