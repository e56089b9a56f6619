import { chromium } from "playwright-core";
import { readdirSync, readFileSync } from "node:fs";
import { serveSite } from "../apps/docs/scripts/serve.mjs";
const dist=new URL("../apps/docs/dist/",import.meta.url).pathname;
const server=await serveSite(dist,0);
const b=await chromium.launch({executablePath:"/usr/bin/chromium-headless-shell",args:["--no-sandbox","--disable-gpu"]});
const ctx=await b.newContext();
const page=await ctx.newPage();
function snap(){const m=new Map();for(const d of readdirSync("/proc")) if(/^\d+$/.test(d)){ try{ const cl=readFileSync(`/proc/${d}/cmdline`,"utf8"); if(!cl.includes("chromium-headless")) continue; const ppid=readFileSync(`/proc/${d}/stat`,"utf8"); const type=/--type=([a-z-]+)/.exec(cl)?.[1]??"browser";
 for(const th of readdirSync(`/proc/${d}/task`)){const s=readFileSync(`/proc/${d}/task/${th}/stat`,"utf8");const n=s.slice(s.indexOf('(')+1,s.lastIndexOf(')'));const f=s.slice(s.lastIndexOf(')')+2).split(' ');m.set(d+"/"+th,[(+f[11]+ +f[12])/100,type+" "+n]);}}catch(e){}} return m;}
function diff(a,b){const o=new Map();let s=0;for(const [k,[v,n]] of b){const dlt=v-(a.get(k)?.[0]??0); if(dlt>0.02)o.set(n,(o.get(n)??0)+dlt); s+=dlt;} return 'sum '+s.toFixed(2)+' '+[...o].sort((x,y)=>y[1]-x[1]).slice(0,9).map(([n,v])=>n+' '+v.toFixed(2)).join(' | ');}
// only own processes: the others' browsers would count too
const mine=new Set();
for(const p of process.argv.slice(2)){
 const a0=snap(); await page.goto(server.url+p); 
 const root=page.locator(".live").first(); await root.scrollIntoViewIfNeeded(); await root.and(page.locator("[data-ready]")).waitFor();
 const a1=snap(); const t=Date.now(); await root.locator("button.run-start").click();
 await root.and(page.locator("[data-phase=finished]")).waitFor({timeout:60000});
 const a2=snap(); const t2=Date.now();
 const video=root.locator("video"); await video.waitFor({timeout:60000}); 
 await video.evaluate(e=>new Promise(r=>{const l=()=>e.currentTime>0?r():requestAnimationFrame(l);l()}));
 const a3=snap(); const t3=Date.now();
 console.log(p,'\n load',diff(a0,a1),'\n run->finished',t2-t,diff(a1,a2),'\n finished->plays',t3-t2,diff(a2,a3), await video.evaluate(v=>[v.videoWidth,v.videoHeight,v.duration]));
}
await b.close(); server.close();
