// Text has a contrast of at least 4.5 on every ground it stands on, in both modes; bars and lines 3 (WCAG 2.2, 1.4.3 and 1.4.11).
const light = `
--page:#f5f6f8;--card:#fff;--ink:#18212f;--muted:#525d6e;--line:#dce0e7;--link:#1f55a8;
--good:#17683a;--warn:#8a5200;--bad:#b0261d;--good-ground:#eaf5ee;--warn-ground:#fdf4e3;--bad-ground:#fdeeec;
--chart:#3f73b8;--chart-error:#c23b30;--chart-second:#a3611a;--chart-third:#6b5aa8;`;

const dark = `
--page:#10141a;--card:#181e27;--ink:#e7ebf1;--muted:#a5afbd;--line:#313a48;--link:#8fb8ff;
--good:#7fdca0;--warn:#f3c46d;--bad:#ff9288;--good-ground:#14261c;--warn-ground:#2a2214;--bad-ground:#2e1917;
--chart:#6c9fe6;--chart-error:#f0776b;--chart-second:#dba052;--chart-third:#a898ea;`;

/** How a report looks: on a wide and a narrow screen, in the dark, and on paper. */
export const pageStyle = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px;text-decoration-color:color-mix(in srgb,currentColor 45%,transparent)}
a:hover{text-decoration-color:currentColor}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
h1,h2,h3{line-height:1.2;margin:0;text-wrap:balance}
h1{font-size:2rem;letter-spacing:-.02em}
h2{font-size:1.35rem;margin:3rem 0 1rem;letter-spacing:-.01em}
h3{font-size:1.05rem}
p{margin:.4rem 0}
.over{color:var(--muted);font-weight:600;margin:0 0 .3rem}
.muted,caption,.about{color:var(--muted)}
.about,code,bdi,dd,li{overflow-wrap:anywhere}
code,.command{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.command{display:block;margin:.5rem 0;padding:.7rem .9rem;border:1px solid var(--line);border-radius:8px;background:var(--card);white-space:pre-wrap}
em{color:var(--muted)}

.verdict{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;align-items:center;margin:1.5rem 0 1rem;padding:1.1rem 1.3rem;border:1px solid;border-left-width:8px;border-radius:12px}
.verdict .mark{grid-row:span 2;width:2.6rem;height:2.6rem;fill:none;stroke:currentColor;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.verdict h2{margin:0;font-size:1.6rem;letter-spacing:.01em}
.verdict p{margin:0}
.verdict .what{color:var(--ink)}
.verdict .key{grid-column:1/-1;margin-top:.5rem;font-size:.9rem;color:var(--muted)}
.intact{color:var(--good);background:var(--good-ground)}
.incomplete,.unverified{color:var(--warn);background:var(--warn-ground)}
.tampered{color:var(--bad);background:var(--bad-ground)}

.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.2rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
.figures>div,.card{background:var(--card);border:1px solid var(--line);border-radius:12px}
.figures>div{padding:.8rem 1rem}
.figures dt{color:var(--muted);font-size:.9rem}
.figures dd{margin:0}
.figures .value{font-size:1.5rem;font-weight:650;letter-spacing:-.02em;line-height:1.3}
.figures .long{font-size:1.15rem;line-height:1.7}
.figures .beside{color:var(--muted);font-size:.85rem;line-height:1.35}
.card{padding:1.1rem 1.25rem}

.attention h2{margin:0 0 .6rem;font-size:1.15rem}
.attention ul{list-style:none;margin:0;padding:0;columns:2 24rem;column-gap:2rem}
.attention li{display:grid;grid-template-columns:4.4rem 1fr;gap:.6rem;padding:.22rem 0;break-inside:avoid}
.attention .weight{align-self:start;margin-top:.12rem;font-size:.8rem;font-weight:650;text-align:center;border:1px solid;border-radius:999px}
.alarm .weight{color:var(--bad);background:var(--bad-ground)}
.notice .weight{color:var(--muted)}
nav{font-size:.93rem}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none;margin:1.2rem 0 0;padding:0}

.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
figure{margin:0;min-width:0;display:flex;flex-direction:column}
figcaption{margin-bottom:.8rem}
figcaption p{color:var(--muted);font-size:.92rem;overflow-wrap:anywhere}
.chart{display:block;width:100%;height:auto;margin-top:auto}
.chart text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
.chart.narrow{display:none}
summary{color:var(--link);cursor:pointer;margin-top:.6rem;width:fit-content;font-size:.92rem}

.table{margin:0 0 1.75rem}
.table h3{margin-bottom:.15rem}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.1rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .7rem;border-bottom:1px solid var(--line)}
thead th{color:var(--muted);font-weight:600;white-space:nowrap;border-bottom-color:var(--muted)}
tbody th{font-weight:500;min-width:9rem;max-width:24rem}
th:first-child,td:first-child{padding-left:0}
tr>:last-child{padding-right:0}
.right{text-align:right;white-space:nowrap}
.whole{white-space:nowrap}
.log{min-width:8rem}
.wide thead th{vertical-align:bottom}
.wide thead .right{white-space:normal}
.wide th,.wide td{padding-left:.45rem;padding-right:.45rem}
.wide tbody th,.wide thead th:first-child{padding-left:0;position:sticky;left:0;background:var(--card)}
.facts table{width:auto;min-width:min(100%,26rem)}
.more{color:var(--muted);font-size:.9rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:0 2.5rem}
.two .broad{grid-column:1/-1}
.terms dt{font-weight:650;margin-top:.7rem}
.terms dd{margin:0;color:var(--muted)}
footer{margin-top:3rem;padding-bottom:2.5rem;color:var(--muted);font-size:.9rem}

@media screen and (max-width:34rem){
header,main,footer{padding:0 .9rem}
header{padding-top:1.2rem}
h1{font-size:1.6rem}
.verdict{padding:.9rem 1rem}
.verdict .mark{grid-row:auto}
.verdict .what{grid-column:1/-1}
.figures{grid-template-columns:1fr 1fr}
.figures .value{font-size:1.2rem}
.figures .long{font-size:1rem}
.attention li{grid-template-columns:3.9rem 1fr}
.card{padding:.9rem}
caption span{display:block;position:sticky;left:0;max-width:calc(100vw - 3.8rem)}
tbody th{min-width:6.5rem}
.chart.narrow{display:block}
.chart.broad{display:none}
.wide tbody th{max-width:9.5rem}
}

@page{size:A4;margin:14mm 12mm}
@media print{
:root{color-scheme:light;--page:#fff}
html{font-size:9.5pt}
header,main,footer{max-width:none;padding:0}
nav,details{display:none}
a{color:inherit;text-decoration:none}
h2{margin-top:1.6rem}
h2,h3,caption,figcaption{break-after:avoid}
.card,.verdict,.figures>div,figure,tr{break-inside:avoid}
.verdict{margin:.8rem 0;border-left-width:4pt}
.figures{grid-template-columns:repeat(3,1fr)}
.charts{grid-template-columns:1fr 1fr}
.chart.narrow{display:block}
.chart.broad{display:none}
.card{padding:.7rem .8rem}
.tables.card{border:0;padding:0}
.scroll{overflow:visible}
table{font-size:7pt}
.facts table,.found table{font-size:8pt}
thead{display:table-header-group}
thead th,thead .right,thead .whole{white-space:normal;vertical-align:bottom}
th,td{padding:.16rem .3rem}
tbody th{min-width:0}
.log{min-width:7rem}
.wide tbody th,.wide thead th:first-child{position:static;background:none}
.command{white-space:pre-wrap}
}
`;
