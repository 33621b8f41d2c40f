/** In the colours of the report, which it frames; light and dark by the reader's system. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f29;--soft:#5a6475;--line:#c5ccd6;--alarm:#b42318;--link:#1d5fbf}
@media(prefers-color-scheme:dark){:root{--bg:#0f1319;--card:#171c24;--ink:#e6eaf0;--soft:#97a3b4;--line:#3a4552;--alarm:#ff9a8d;--link:#84b4ff}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%}
body{margin:0;display:flex;flex-direction:column;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;width:100%;max-width:1280px;margin:0 auto;padding:20px 24px 14px}
h1{font-size:20px;line-height:1.2;margin:0;letter-spacing:.01em}
p{margin:0;color:var(--soft)}
nav{margin-left:auto;display:flex;gap:16px}
a{color:var(--link)}
main{width:100%;max-width:1280px;margin:0 auto;padding:0 24px 16px;display:grid;gap:10px}
#drop{position:relative;display:grid;gap:6px;justify-items:center;align-content:center;min-height:60vh;padding:24px;text-align:center;cursor:pointer;
background:var(--card);border:2px dashed var(--line);border-radius:10px}
#drop b{font-size:22px;letter-spacing:-.01em}
#drop span{color:var(--soft);text-wrap:balance}
#drop input{position:absolute;opacity:0;width:1px;height:1px}
#drop i{font-style:normal;color:var(--link);border:1px solid var(--line);border-radius:8px;padding:6px 16px;margin-top:12px}
#drop:hover,#drop.over,#drop:focus-within{border-color:var(--link)}
#drop:focus-within i{outline:2px solid var(--link);outline-offset:2px}
#drop.over{border-style:solid}
.small #drop{min-height:0;padding:10px 18px;display:flex;flex-wrap:wrap;align-items:center;gap:4px 16px;text-align:left}
.small #drop b{font-size:15px}.small #drop span{display:none}
.small #drop i{margin:0 0 0 auto;padding:2px 12px}
#line{display:flex;flex-wrap:wrap;gap:4px 16px}
#say:empty{display:none}
#say.wrong{color:var(--alarm);font-weight:600;overflow-wrap:anywhere}
progress{width:100%;accent-color:var(--link)}
#links{display:flex;gap:16px;margin-left:auto}
iframe{flex:1 0 60vh;width:100%;border:0;border-top:1px solid var(--line)}
code{overflow-wrap:anywhere}
`;
