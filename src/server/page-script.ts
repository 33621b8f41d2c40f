/** What the page does: sends the file, follows its job, frames the report. It never writes markup. */
export const PAGE_SCRIPT = `
'use strict';
const [drop, file, say, progress, links, report] = ['drop', 'file', 'say', 'progress', 'links', 'report']
  .map((id) => document.getElementById(id));
const inMB = (bytes) => (bytes / 1e6).toFixed(1) + ' MB';
let busy = false;

function show(text, share, wrong = false) {
  say.textContent = text;
  say.classList.toggle('wrong', wrong);
  progress.hidden = share === undefined;
  if (share !== undefined) progress.value = share;
}

// fetch does not tell how much was sent.
function upload(capture) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/captures?name=' + encodeURIComponent(capture.name.slice(-255)));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) =>
      show('Sending ' + capture.name + ': ' + inMB(loaded) + ' of ' + inMB(total), loaded / total);
    request.onload = () => resolve(request.response);
    request.onerror = () => reject(new Error('the server cannot be reached'));
    request.send(capture);
  });
}

async function ask(url) {
  const answer = await fetch(url).catch(() => { throw new Error('the server cannot be reached'); });
  return answer.json();
}

function orThrow(answer) {
  const error = answer?.error ?? answer?.job?.error;
  if (error) throw new Error(error.message);
  return answer.job;
}

function tell({ state, name, bytes, totalBytes }) {
  if (state === 'waiting') show(name + ' waits for another capture', 0);
  else if (bytes < totalBytes) show('Reading ' + name + ': ' + inMB(bytes) + ' of ' + inMB(totalBytes), bytes / totalBytes);
  else show('Judging the hosts of ' + name, 1);
}

async function judge(capture) {
  if (busy) return;
  busy = true;
  report.hidden = links.hidden = true;
  show('Sending ' + capture.name, 0);
  try {
    const { url } = orThrow(await upload(capture));
    let job;
    do {
      job = orThrow(await ask(url + '?top=0'));
      if (job.state === 'done') break;
      tell(job);
      await new Promise((done) => setTimeout(done, 300));
    } while (true);
    show(capture.name);
    document.body.classList.add('small');
    report.src = document.getElementById('open').href = job.report;
    document.getElementById('json').href = job.url;
    report.hidden = links.hidden = false;
  } catch (error) {
    show(error.message, undefined, true);
  } finally {
    busy = false;
  }
}

file.addEventListener('change', () => {
  if (file.files[0]) void judge(file.files[0]);
  file.value = '';
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files[0]) void judge(event.dataTransfer.files[0]);
  });
}
`;
