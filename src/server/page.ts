import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e6eaf0); --soft: light-dark(#5b6675, #9aa6b5);
  --paper: light-dark(#ffffff, #12171e); --line: light-dark(#d5dbe3, #2c3642); --accent: light-dark(#0b62c4, #6db3ff); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; padding: 2rem 1rem; max-width: 76rem; }
h1 { margin: 0; font-size: 1.5rem; } p { color: var(--soft); margin: .25rem 0 1.25rem; }
label { display: block; border: 2px dashed var(--line); border-radius: .75rem; padding: 2rem; text-align: center; cursor: pointer; }
label:hover, label.over, label:focus-within { border-color: var(--accent); }
input { display: block; margin: .75rem auto 0; font: inherit; max-width: 100%; }
output { display: block; min-height: 1.5rem; margin: 1rem 0; }
iframe { width: 100%; height: 75vh; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); }
a { color: var(--accent); }
`;

const SCRIPT = `
const file = document.querySelector('input'), drop = document.querySelector('label');
const say = document.querySelector('output'), frame = document.querySelector('iframe');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
async function send(capture) {
  frame.hidden = true;
  say.textContent = 'Sending ' + capture.name + ' …';
  try {
    let answer = await fetch('/v1/captures', { method: 'POST', body: capture, headers: { 'content-type': 'application/octet-stream' } });
    let job = await answer.json();
    if (!answer.ok) throw new Error(job.error.message);
    const { id } = job;
    while (job.state === 'waiting' || job.state === 'running') {
      say.textContent = job.state === 'waiting' ? 'Waiting for another capture …' : 'Reading: ' + (job.bytes / 1e6).toFixed(1) + ' MB …';
      await wait(400);
      job = await (await fetch('/v1/jobs/' + id)).json();
    }
    if (job.state === 'failed') throw new Error(job.error);
    say.textContent = capture.name + ': ' + job.verdicts.length + ' verdicts.';
    frame.src = '/v1/jobs/' + id + '/report';
    frame.hidden = false;
  } catch (error) {
    say.textContent = 'Not done: ' + error.message;
  }
}
file.addEventListener('change', () => { if (file.files[0]) void send(file.files[0]); });
for (const name of ['dragover', 'dragleave', 'drop']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files[0]) void send(event.dataTransfer.files[0]);
  });
}
`;

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing from elsewhere, no inline code but ours. */
export const PAGE_POLICY = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`;

/** Drop a capture, read its report. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rapsheet</title>
<style>${STYLE}</style>
</head>
<body>
<h1>rapsheet</h1>
<p>A rap sheet for every host in your traffic. The API is described in <a href="/openapi.json">/openapi.json</a>.</p>
<label>Drop a capture or a log here, or choose one<input type="file"></label>
<output role="status" aria-live="polite"></output>
<iframe title="Report of the capture" sandbox="allow-scripts" hidden></iframe>
<script>${SCRIPT}</script>
</body>
</html>
`;
