/** The page's look: one accent for alarms, one for doubt, the rest quiet; light and dark by the reader's system. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f29;--soft:#5a6475;--line:#e2e6ec;--hover:#f1f4f8;
--alarm:#b42318;--alarm-bg:#fdecea;--alarm-bar:#d9412f;--doubt:#7a5200;--doubt-bg:#fcf1d8;--doubt-bar:#d69a1c;
--calm:#3d5166;--calm-bg:#e9eef4;--calm-bar:#9fb0c3;--link:#1d5fbf;--track:#e9edf2}
@media(prefers-color-scheme:dark){:root{--bg:#0f1319;--card:#171c24;--ink:#e6eaf0;--soft:#97a3b4;--line:#2a323d;
--hover:#1d242e;--alarm:#ff9a8d;--alarm-bg:#3d1a17;--alarm-bar:#e5604f;--doubt:#f2c563;--doubt-bg:#372a0d;
--doubt-bar:#c8912a;--calm:#b3c2d3;--calm-bg:#232c38;--calm-bar:#56687d;--link:#84b4ff;--track:#262e39}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1280px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:30px;line-height:1.2;margin:6px 0 4px;letter-spacing:-.015em;text-wrap:balance}
h1 b{color:var(--alarm);font-weight:inherit}
h2{font-size:13px;margin:0 0 10px;color:var(--soft);font-weight:600}
h3{font-size:13px;margin:0 0 6px;color:var(--soft);font-weight:600}
.brand{display:flex;justify-content:space-between;gap:16px;color:var(--soft);font-size:13px}
.brand b{color:var(--ink);letter-spacing:.02em}
.lead{margin:0;color:var(--soft);font-size:16px}
.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em}
.panels{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:16px;margin:22px 0 16px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px}
.bars{display:grid;gap:3px;margin:0}
.bar{display:grid;grid-template-columns:110px minmax(0,1fr) 70px;gap:10px;align-items:center;border:0;background:none;
font:inherit;color:inherit;text-align:left;padding:3px 6px;margin:0 -6px;border-radius:6px;cursor:pointer}
.bar:hover{background:var(--hover)}
.bar[aria-pressed=true]{background:var(--hover);outline:2px solid var(--link);outline-offset:-2px}
.bar svg,.score svg{display:block;width:100%;height:12px;border-radius:3px;overflow:hidden}
.bar .n{text-align:right;font-variant-numeric:tabular-nums}
.note{margin:10px 0 0;color:var(--soft);font-size:12.5px}
rect.track{fill:var(--track)}rect.alarm{fill:var(--alarm-bar)}rect.doubt{fill:var(--doubt-bar)}rect.calm{fill:var(--calm-bar)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 16px;margin:0;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.tools{display:flex;gap:12px;align-items:center;justify-content:space-between;margin:0 0 10px;flex-wrap:wrap}
.tools input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:7px 12px;width:min(380px,100%)}
.tools span{color:var(--soft);font-size:13.5px}
.tools button,.why-all{font:inherit;font-size:13.5px;color:var(--link);background:none;border:0;cursor:pointer;padding:4px 6px}
.scroll{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12.5px;white-space:nowrap;padding:0;border-bottom:1px solid var(--line)}
th button{font:inherit;color:inherit;background:none;border:0;padding:10px 12px;cursor:pointer;width:100%;text-align:inherit}
th.plain{padding:10px 12px}
th button:hover{color:var(--ink)}
th[aria-sort] button::after{content:" \\2193"}th[aria-sort=ascending] button::after{content:" \\2191"}
td{padding:9px 12px;vertical-align:baseline}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tbody.host+tbody.host tr:first-child td{border-top:1px solid var(--line)}
tbody.host tr.row{cursor:pointer}
tbody.host tr.row:hover{background:var(--hover)}
.open{font:inherit;color:var(--soft);background:none;border:0;cursor:pointer;padding:0 2px;width:18px}
.open::before{content:"\\25B8"}.open[aria-expanded=true]::before{content:"\\25BE"}
.addr>span{display:grid;grid-template-columns:20px minmax(0,1fr);align-items:baseline;overflow-wrap:anywhere;min-width:140px;max-width:250px;font-weight:600}
.tag{display:inline-block;border-radius:5px;padding:1px 8px;font-size:13px;white-space:nowrap;font-weight:600}
.tag.alarm{color:var(--alarm);background:var(--alarm-bg)}.tag.doubt{color:var(--doubt);background:var(--doubt-bg)}
.tag.calm{color:var(--calm);background:var(--calm-bg)}
.score{display:grid;grid-template-columns:minmax(40px,1fr) 36px;gap:8px;align-items:center;min-width:104px;font-variant-numeric:tabular-nums}
.score svg{height:8px}
.quiet{color:var(--soft)}
tr.detail td{padding:4px 18px 20px 42px}
.facts{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:18px 32px}
section{min-width:0}
.reasons,.flows{list-style:none;margin:0;padding:0;display:grid;gap:6px}
.reasons li{display:grid;grid-template-columns:90px minmax(0,1fr);gap:12px;align-items:start}
.reasons svg{display:block;width:90px;height:10px;margin-top:6px}
.reasons line{stroke:var(--line);stroke-width:1}
.reasons small{color:var(--soft);display:block;overflow-wrap:anywhere}
.flows li{overflow-wrap:anywhere}.flows small{color:var(--soft);display:block}
.facts dl{grid-column:1/-1;border-top:1px solid var(--line);padding-top:12px}
a{color:var(--link)}
.empty{padding:28px;text-align:center;color:var(--soft)}
[hidden]{display:none!important}
:focus-visible{outline:2px solid var(--link);outline-offset:1px}
@media(max-width:820px){main{padding:18px 12px 40px}.panels,.facts{grid-template-columns:minmax(0,1fr)}.wide{display:none}
.score{grid-template-columns:36px;min-width:0}.score svg{display:none}
tr.detail td{padding-left:18px}h1{font-size:24px}}
@media print{body{background:none}.tools,.open{display:none}.card,.scroll{border:0}tr.row{break-inside:avoid}}
`;
