/**
 * What the page does when scripts run: expand, sort, filter. Without them every host's details stand open.
 * It reads and moves elements and never writes markup, so that nothing hostile in a text can become code.
 */
export const PAGE_SCRIPT = `
'use strict';
const table = document.querySelector('table');
if (table) {
  const hosts = [...table.querySelectorAll('tbody.host')];
  const text = new Map(hosts.map((host) => [host, host.textContent.toLowerCase()]));
  const search = document.querySelector('#search');
  const count = document.querySelector('#count');
  const toggleAll = document.querySelector('#toggle-all');
  const bars = [...document.querySelectorAll('.bar')];
  const setOpen = (host, open) => {
    host.querySelector('.open').setAttribute('aria-expanded', String(open));
    host.querySelector('.detail').hidden = !open;
  };
  for (const [index, host] of hosts.entries()) {
    setOpen(host, index === 0 && host.hasAttribute('data-alarm'));
    host.querySelector('.row').addEventListener('click', () => {
      if (String(getSelection()) !== '') return;
      setOpen(host, host.querySelector('.detail').hidden);
    });
  }
  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const label = bars.find((bar) => bar.getAttribute('aria-pressed') === 'true')?.dataset.label;
    let shown = 0;
    for (const host of hosts) {
      const fits =
        (label === undefined || host.dataset.label === label) &&
        words.every((word) => text.get(host).includes(word));
      host.hidden = !fits;
      if (fits) shown++;
    }
    count.textContent = shown === hosts.length ? count.dataset.all : shown + ' of ' + count.dataset.all;
    document.querySelector('#nothing').hidden = shown > 0;
  };
  search.addEventListener('input', filter);
  for (const bar of bars) {
    bar.addEventListener('click', () => {
      const pressed = bar.getAttribute('aria-pressed') !== 'true';
      for (const other of bars) other.setAttribute('aria-pressed', String(other === bar && pressed));
      filter();
    });
  }
  toggleAll.addEventListener('click', () => {
    const open = hosts.some((host) => !host.hidden && host.querySelector('.detail').hidden);
    for (const host of hosts) if (!host.hidden) setOpen(host, open);
  });
  const headers = [...table.querySelectorAll('th[data-kind]')];
  for (const header of headers) {
    header.firstElementChild.addEventListener('click', () => {
      const numeric = header.dataset.kind === 'number';
      const before = header.getAttribute('aria-sort');
      const down = before === null ? numeric : before === 'ascending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const column = header.cellIndex;
      const key = (host) => host.rows[0].cells[column].dataset.v;
      const compare = (a, b) => {
        if (!numeric) return key(a) < key(b) ? -1 : Number(key(a) > key(b));
        return Number(key(a)) - Number(key(b));
      };
      hosts.sort((a, b) => (down ? -compare(a, b) : compare(a, b)) || a.dataset.rank - b.dataset.rank);
      table.append(...hosts);
    });
  }
  for (const element of document.querySelectorAll('.needs-script')) element.hidden = false;
}
`;
