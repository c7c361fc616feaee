# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""How the page looks, and the one thing in it that acts. Nothing is loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root {
  color-scheme:light dark; --bg:#f6f7f9; --card:#fff; --ink:#1b2330; --soft:#5d6878; --line:#e0e4ea; --faint:#eef1f5; --blue:#2a5bd7;
  --blue-bg:#e8eefc; --green:#157347; --green-2:#2f9e68; --green-bg:#e5f4ec; --red:#b4232c; --red-bg:#fcebec; --grey:#6b7686; --grey-bg:#eceff3;
  --amber:#8a5a00; --amber-bg:#fdf3dc; --shadow:0 1px 2px rgba(20,30,50,.05),0 4px 16px rgba(20,30,50,.04);
}
@media (prefers-color-scheme:dark) {
  :root {
    --bg:#10141a; --card:#181e27; --ink:#e6eaf0; --soft:#9aa6b6; --line:#2a323e; --faint:#202732; --blue:#7aa2ff; --blue-bg:#1c2a4a; --green:#5fd39a;
    --green-2:#37a873; --green-bg:#14352a; --red:#ff8d92; --red-bg:#43191d; --grey:#9aa6b6; --grey-bg:#262e39; --amber:#f0c36a; --amber-bg:#3b2e11;
    --shadow:none;
  }
}
* {box-sizing:border-box}
html {-webkit-text-size-adjust:100%}
body {margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header.top,footer {max-width:1180px;margin:0 auto;padding:0 20px}
header.top {padding-top:28px}
footer {padding-top:4px;padding-bottom:40px;color:var(--soft);font-size:13px}
h1 {font-size:28px;line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2 {font-size:17px;margin:0 0 14px;letter-spacing:-.005em}
h3 {font-size:14px;margin:18px 0 8px}
p {margin:0 0 8px}
code,pre,.mono {font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre {margin:8px 0 0;padding:10px 12px;background:var(--faint);border-radius:8px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
code {overflow-wrap:anywhere}
.skip {position:absolute;left:-9999px}
.skip:focus {left:12px;top:12px;background:var(--card);padding:8px 12px;border-radius:8px}
.eyebrow {color:var(--soft);font-size:13px;margin:0 0 4px}
.title {display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center}
.pill {
  display:inline-flex; align-items:center; gap:6px; padding:2px 11px 2px 9px; border-radius:999px; font-size:13px; font-weight:600;
  white-space:nowrap; background:var(--grey-bg); color:var(--grey);
}
.pill.small {font-size:12px;padding:1px 9px 1px 7px}
.SUCCESSFUL.pill {background:var(--green-bg);color:var(--green)}
.FAILED.pill,.UNREACHABLE.pill {background:var(--red-bg);color:var(--red)}
.RUNNING.pill {background:var(--blue-bg);color:var(--blue)}
.lead {color:var(--soft);margin:6px 0 0}
.numbers {
  display:grid; grid-template-columns:repeat(auto-fit,minmax(132px,1fr)); gap:1px; margin:22px 0 0; background:var(--line);
  border:1px solid var(--line); border-radius:12px; overflow:hidden; box-shadow:var(--shadow);
}
.numbers div {background:var(--card);padding:11px 16px}
.numbers dt {color:var(--soft);font-size:12.5px}
.numbers dd {margin:1px 0 0;font-size:18px;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
dl.numbers {margin-bottom:0}
section,.card {background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:18px 0;box-shadow:var(--shadow)}
.note {background:var(--amber-bg);color:var(--amber);border-color:transparent;padding:12px 18px;box-shadow:none}
.now {background:var(--blue-bg);border-color:transparent;box-shadow:none}
.now strong {font-size:17px}
.now p {margin:2px 0 0}
.bar {height:8px;border-radius:4px;background:var(--grey-bg);overflow:hidden;margin:12px 0 0;display:flex}
.bar i {display:block;height:100%}
.bar .s {background:var(--green-2)}
.bar .f {background:var(--red)}
.bar .r {background:var(--blue)}
.bar .k {background:var(--grey);opacity:.45}
.stale {display:none}
.failure {border-left:4px solid var(--red);padding-left:16px;margin:14px 0 0}
.failure+.failure {margin-top:22px}
.failure .what {font-size:16px;font-weight:600;margin:4px 0 8px;overflow-wrap:anywhere;white-space:pre-line}
.failure dl {margin:0;display:grid;grid-template-columns:max-content 1fr;gap:4px 14px}
.failure dt {color:var(--soft)}
.failure dd {margin:0;overflow-wrap:anywhere}
.failure .remedy {color:var(--green);font-weight:600}
ol.graph {list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(124px,1fr));row-gap:20px}
ol.graph li {position:relative;text-align:center;padding:0 6px}
ol.graph li::before,ol.graph li::after {content:"";position:absolute;top:16px;height:2px;background:var(--line);width:50%}
ol.graph li::before {left:0}
ol.graph li::after {right:0}
ol.graph li:first-child::before,ol.graph li:last-child::after {display:none}
ol.graph li.SUCCESSFUL::before,ol.graph li.SUCCESSFUL::after {background:var(--green-2)}
ol.graph .dot {
  position:relative; z-index:1; display:inline-flex; width:34px; height:34px; border-radius:50%; align-items:center; justify-content:center;
  font-weight:600; font-size:13px; background:var(--card); border:2px solid var(--line); color:var(--soft); font-variant-numeric:tabular-nums;
}
ol.graph .SUCCESSFUL .dot {background:var(--green-2);border-color:var(--green-2);color:#fff}
ol.graph .FAILED .dot {background:var(--red);border-color:var(--red);color:#fff}
@media (prefers-color-scheme:dark) {
  ol.graph .FAILED .dot {color:#2b0d10}
  ol.graph .SUCCESSFUL .dot {color:#062015}
}
ol.graph .RUNNING .dot {border-color:var(--blue);color:var(--blue);box-shadow:0 0 0 4px var(--blue-bg);animation:pulse 1.6s ease-in-out infinite}
ol.graph .SKIPPED .dot {border-style:dashed;border-color:var(--grey);color:var(--grey)}
@keyframes pulse {
  50% {box-shadow:0 0 0 8px var(--blue-bg)}
}
@media (prefers-reduced-motion:reduce) {
  * {animation:none!important}
}
ol.graph b {display:block;font-weight:600;font-size:13px;line-height:1.3;margin-top:7px}
ol.graph small {display:block;color:var(--soft);font-size:12px;margin-top:1px}
ol.graph .FAILED small {color:var(--red);font-weight:600}
ol.graph .RUNNING small {color:var(--blue);font-weight:600}
ol.graph .SKIPPED b,ol.graph .PENDING b {color:var(--soft);font-weight:500}
.scroll {overflow-x:auto;margin:0 -22px;padding:0 22px}
svg.gantt {display:block;width:100%;min-width:960px;height:auto;font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg.gantt text {fill:var(--soft)}
svg.gantt .name {fill:var(--ink)}
svg.gantt .grid {stroke:var(--line);stroke-width:1}
svg.gantt .lane {fill:var(--faint)}
svg.gantt .SUCCESSFUL {fill:var(--green-2)}
svg.gantt .odd.SUCCESSFUL {opacity:.68}
svg.gantt .FAILED,svg.gantt .UNREACHABLE {fill:var(--red)}
svg.gantt .RUNNING {fill:var(--blue)}
svg.gantt .SKIPPED {fill:var(--grey);opacity:.4}
svg.gantt text.in {fill:#fff;font-weight:600;font-size:10px}
@media (prefers-color-scheme:dark) {
  svg.gantt text.in {fill:#0b1410}
}
.legend {display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:12.5px;margin:10px 0 0}
.legend i {display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.two {display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:18px}
.two>section {margin:0}
.two {margin:18px 0}
ul.slow {list-style:none;margin:0;padding:0}
ul.slow li {display:grid;grid-template-columns:1fr max-content;gap:0 12px;margin:0 0 10px}
ul.slow .track {grid-column:1/-1;height:6px;border-radius:3px;background:var(--faint);margin-top:3px}
ul.slow .track i {display:block;height:100%;border-radius:3px;background:var(--blue);min-width:3px}
ul.slow .t {font-variant-numeric:tabular-nums;color:var(--soft)}
table {border-collapse:collapse;width:100%;font-size:13.5px}
caption {text-align:left;color:var(--soft);font-size:13px;padding:0 0 8px}
th {text-align:left;font-weight:600;color:var(--soft);font-size:12.5px}
th,td {padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
tbody th {color:var(--ink);font-size:13.5px}
tr:last-child>td,tr:last-child>th {border-bottom:0}
td.n,th.n {text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.wide {overflow-wrap:anywhere;min-width:150px}
details {margin:0}
summary {cursor:pointer;color:var(--blue);font-size:13px}
details[open]>summary {margin-bottom:6px}
details table {font-size:13px;margin-bottom:6px}
details th,details td {padding:4px 14px 4px 0;overflow-wrap:normal}
details td.wide {overflow-wrap:anywhere;min-width:180px}
.stack>tbody>tr>td.n {padding-right:24px}
.stack>thead>tr>th.n {padding-right:24px}
.paper {display:none}
.idcs {display:flex;flex-wrap:wrap;gap:14px;align-items:stretch}
.idc {flex:1 1 250px;border:1px dashed var(--grey);border-radius:12px;padding:12px 14px 14px}
.idc>h3,.zone>h4 {margin:0 0 10px;font-size:13px;color:var(--soft);font-weight:600}
.zones {display:grid;grid-template-columns:repeat(auto-fit,minmax(205px,1fr));gap:12px}
.zone {background:var(--faint);border-radius:10px;padding:10px 12px 12px}
.zone>h4 {color:var(--ink);margin-bottom:8px}
.server {
  display:grid; grid-template-columns:26px 1fr; gap:2px 10px; background:var(--card); border:1px solid var(--line); border-radius:8px;
  padding:9px 11px; margin-top:8px; align-items:start;
}
.server svg {width:26px;height:26px;color:var(--green-2)}
.server.bad svg {color:var(--red)}
.server.bad {border-color:var(--red)}
.server.idle svg {color:var(--grey)}
.server b {font-size:13.5px;overflow-wrap:anywhere}
.server span {display:block;color:var(--soft);font-size:12.5px}
.server .root {color:var(--blue);font-weight:600}
dl.facts {display:grid;grid-template-columns:max-content 1fr;gap:6px 18px;margin:0;font-size:13.5px}
dl.facts dt {color:var(--soft)}
dl.facts dd {margin:0;overflow-wrap:anywhere}
@media (min-width:900px) {
  .stack>tbody>tr>th {white-space:nowrap}
}
.vh {position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:560px) {
  main,header.top,footer {padding-left:12px;padding-right:12px}
  section,.card {padding:16px 14px}
  .scroll {margin:0 -14px;padding:0 14px}
  h1 {font-size:23px}
  ol.graph {display:block}
  ol.graph li {display:grid;grid-template-columns:34px 1fr max-content;gap:0 12px;text-align:left;align-items:center;padding:0 0 10px;min-height:44px}
  ol.graph li::before {display:none}
  ol.graph li::after {left:16px;top:17px;width:2px;height:100%}
  ol.graph b {margin:0}
  ol.graph small {text-align:right}
  .numbers {grid-template-columns:1fr 1fr}
  .stack>tbody>tr>td.n {padding-right:0}
  dl.facts,.failure dl {grid-template-columns:1fr;gap:0}
  dl.facts dd,.failure dd {margin-bottom:8px}
  table.stack thead {position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
  table.stack>tbody>tr {display:grid;grid-template-columns:1fr max-content;gap:2px 12px;padding:10px 0;border-bottom:1px solid var(--line)}
  table.stack>tbody>tr>* {border:0;padding:0}
  table.stack>tbody>tr>.wide,table.stack>tbody>tr>.full {grid-column:1/-1}
}
@media print {
  :root {
    --bg:#fff; --card:#fff; --ink:#000; --soft:#444; --line:#ccc; --faint:#f4f4f4; --blue:#1d4fc4; --blue-bg:#eef2fc; --green:#0f6b3f;
    --green-2:#2f9e68; --green-bg:#e9f5ee; --red:#b4232c; --red-bg:#fceeee; --grey:#666; --grey-bg:#eee; --amber:#6b4600; --amber-bg:#fdf6e6;
    --shadow:none; color-scheme:light;
  }
  @page {size:A4;margin:14mm 12mm}
  * {-webkit-print-color-adjust:exact;print-color-adjust:exact}
  body {font-size:11.5px}
  main,header.top,footer {max-width:none;padding:0}
  section,.card {border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0 4px;margin:10px 0}
  .note,.now {border:0;padding:8px 12px}
  .two {grid-template-columns:1fr 1fr}
  .failure,.server,.zone,ol.graph li,tr,figure {break-inside:avoid}
  h2,h3 {break-after:avoid}
  .scroll {overflow:visible;margin:0;padding:0}
  svg.gantt {min-width:0}
  table,dl.facts {font-size:10.5px}
  details table {font-size:10px}
  th,td {padding:4px 8px 4px 0}
  ol.graph {grid-template-columns:repeat(8,1fr)}
  ol.graph b {font-size:10.5px}
  ol.graph small {font-size:10px}
  ol.graph .SUCCESSFUL .dot,ol.graph .FAILED .dot,svg.gantt text.in {color:#fff;fill:#fff}
  .numbers {grid-template-columns:repeat(6,1fr)}
  .numbers dd {font-size:14px}
  .numbers dt {font-size:10px; white-space:nowrap}
  .numbers div {padding:8px 10px}
  td.wide {width:46%}
  .stack details {display:none}
  .paper {display:inline}
  .two>section,.idc {break-inside:avoid}
  svg.gantt {font-size:15px}
  svg.gantt text.in {font-size:12px}
  details::details-content {content-visibility:visible!important;block-size:auto!important}
  summary {list-style:none}
  summary::-webkit-details-marker {display:none}
  .skip,.screen {display:none}
}
"""

# Says on an open page how old the last sign of life is: a run that was killed cannot say so itself.
SCRIPT = """(function(){var b=document.body,t=Date.parse(b.dataset.heartbeat),m=Number(b.dataset.patience)*1000;
function look(){var s=Date.now()-t,e=document.getElementById("stale");if(e&&s>m){e.style.display="block";
e.querySelector("span").textContent=Math.round(s/1000)+" s";}}
if(b.dataset.heartbeat){look();setInterval(look,1000);}
addEventListener("beforeprint",function(){document.querySelectorAll("details").forEach(function(d){d.open=true;});});})();"""

_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
