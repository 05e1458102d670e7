import { Markup } from "../markup.ts";
import type { Chart, ChartSize } from "./chart.ts";

export type DrawChart = (chart: Chart, size: ChartSize & { readonly name: string }) => Markup;

/** What draws charts, as SVG, without a browser. Loaded only when there is something to draw: it is large. */
export async function loadDrawing(): Promise<DrawChart> {
  const { init, use } = await import("echarts/core");
  const { BarChart, LineChart } = await import("echarts/charts");
  const { GridComponent, TitleComponent } = await import("echarts/components");
  const { SVGRenderer } = await import("echarts/renderers");
  use([BarChart, LineChart, GridComponent, TitleComponent, SVGRenderer]);
  return ({ id, option }, { name, width, height }) => {
    const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
    try {
      drawing.setOption({ animation: false, ...option({ width, height }) });
      return still(drawing.renderToSVGString(), { id: `${id}-${name}`, labelledBy: `${id}-sentence`, name });
    } finally {
      drawing.dispose();
    }
  };
}

/**
 * The drawing without what the policy of the page forbids, and without what is different each time. In what the renderer writes,
 * `"`, `<` and `>` of texts are entities: what looks like an attribute here is one.
 */
function still(
  svg: string,
  { id, labelledBy, name }: { id: string; labelledBy: string; name: string },
): Markup {
  const drawn = svg
    .replace(/<style\b[\s\S]*?<\/style>/g, "")
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xmlns(?::\w+)?|version|baseProfile)="[^"]*"/g, "")
    // An element's own style is no part of the style sheet whose hash the policy names; its attributes are no style.
    .replace(/ style="([^"]*)"/g, (_whole, style: string) => attributesOf(style))
    // Numbered through the life of the process.
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/\n+/g, "\n");
  const head = `<svg role="img" aria-labelledby="${labelledBy}" class="chart ${name}"`;
  return new Markup(drawn.replace(/^<svg(?: width="[^"]*" height="[^"]*")?/, head).trim());
}

/** `font-size:12px;font-weight:bold` as attributes of the same names; the page chooses the font. */
function attributesOf(style: string): string {
  return style
    .split(";")
    .map((declaration) => declaration.split(":"))
    .filter(([property, value]) => value !== undefined && property !== "font-family")
    .map(([property, value]) => ` ${property}="${value}"`)
    .join("");
}
