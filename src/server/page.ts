import { createHash } from 'node:crypto';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing from elsewhere, no inline code but ours, and nobody else's frame around it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${hash(PAGE_STYLE)}`,
  `script-src ${hash(PAGE_SCRIPT)}`,
  'img-src data:',
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Drop a capture, read its report. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rapsheet</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>rapsheet</h1>
<p>A rap sheet for every host in your traffic</p>
<nav><a href="/openapi.json">API</a> <a href="/v1/model">Model</a> <a href="/v1/schema">Features</a></nav>
</header>
<main>
<label id="drop">
<b>Drop a capture or a log here</b>
<span>pcap, pcapng, Zeek, Argus, CICFlowMeter, web server logs; gzip and zstd too</span>
<i>Choose a file</i>
<input type="file" id="file">
</label>
<div id="line"><p id="say" role="status"></p>
<p id="links" hidden><a id="open" target="_blank">Report in its own tab</a> <a id="json" target="_blank">JSON</a></p></div>
<progress id="progress" aria-label="Progress" max="1" hidden></progress>
<noscript><p>This page needs scripts. Without them: <code>curl -T capture.pcap -X POST -H 'content-type: application/octet-stream' 'http://…/v1/captures?wait=true'</code></p></noscript>
</main>
<iframe id="report" title="Report of the capture" sandbox="allow-scripts" hidden></iframe>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
