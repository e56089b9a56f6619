/** The contact sheet's look: klingkit's darkroom, or paper by day. */
export const style = `
:root{--ground:#14110f;--panel:#1d1916;--line:#38302a;--text:#f3ece4;--muted:#b5a99c;--accent:#ffb454;--failed:#ff6b57;--done:#7fd1a0;--info:#8ab8ff;color-scheme:dark}
@media (prefers-color-scheme:light){:root{--ground:#faf6ef;--panel:#fff;--line:#ded4c6;--text:#221b15;--muted:#6b5e51;--accent:#8f4e00;--failed:#b3261e;--done:#1f6b45;--info:#1f4fa3;color-scheme:light}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 "Instrument Sans",system-ui,sans-serif}
header{padding:16px;border-bottom:1px solid var(--line);position:sticky;top:0;background:var(--ground);z-index:1}
h1{font-size:20px;margin:0 0 4px;overflow-wrap:anywhere}
header p{margin:0 0 12px;color:var(--muted)}
form{display:flex;flex-wrap:wrap;gap:8px}
input,select{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:6px 8px;min-height:36px;max-width:100%}
input{flex:1 1 160px;min-width:0}
select{flex:0 1 auto}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main{position:relative;margin:16px}
@media (max-width:600px){header{position:static}select{flex:1 1 0}}
article{position:absolute;contain:layout paint style;background:var(--panel);border:1px solid var(--line);border-radius:6px;overflow:hidden;display:flex;flex-direction:column}
.frame{aspect-ratio:16/9;background:var(--ground);display:grid;place-items:center;color:var(--muted);font-size:32px;overflow:hidden}
.frame video,.frame img{width:100%;height:100%;object-fit:contain;display:block}
.text{padding:8px;min-height:0;flex:1;overflow:hidden;font-size:13px}
.text b{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:14px}
.text span{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.why{color:var(--muted)}
.text .long{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;white-space:normal}
.done,.skipped{color:var(--done)}.failed{color:var(--failed)}.unknown,.open{color:var(--accent)}.not-started{color:var(--info)}
a{color:var(--accent)}
.none{color:var(--muted);padding:32px 0;text-align:center}
`;
