// The frame: the bar on top, the address, the keyboard.
import * as api from './api.js';
import { button, fill, h } from './dom.js';
import { List, chosen, query, search } from './list.js';
import { language, reviewer, setLanguage, setReviewer } from './settings.js';
import { Submission, openConflicts } from './submission.js';
import { t } from './words.js';

const bar = document.getElementById('bar');
const view = document.getElementById('view');
const notes = document.getElementById('notes');

const app = {
  shown: null, // the List or Submission that is shown
  order: [], // ids of the list as it was when a submission was opened
  held: new Map(), // submissions fetched ahead or just answered
  top: 0, // where the list was scrolled to
  selected: '',

  show(part) {
    this.shown?.close();
    this.shown = part;
    fill(view, part.root);
  },
  shows(part) { return this.shown === part; },

  // mayLeave says whether nothing unsaved would be lost.
  mayLeave() { return this.shown?.leave ? this.shown.leave() : true; },

  openList(push = true) {
    if (!this.mayLeave()) return;
    if (push) history.pushState(null, '', `/${search(query())}`);
    if (this.shown instanceof Submission) this.selected = this.shown.id;
    document.title = t('title');
    api.at('');
    const list = new List({ open: (id) => this.open(id), go: (s) => history.replaceState(null, '', `/${s}`) });
    list.selected = this.selected;
    this.show(list);
    list.update();
    list.body.scrollTop = this.top;
    if (this.selected) list.move(0);
    drawBar();
  },

  async open(id, path = '', then = null, push = true) {
    if (!this.mayLeave()) return;
    if (this.shown instanceof List) {
      this.top = this.shown.body.scrollTop;
      this.order = chosen().map((r) => r.id);
    }
    if (this.order.length === 0) this.order = chosen().map((r) => r.id);
    this.want = id;
    let data = this.held.get(id);
    const row = api.rows.get(id);
    if (!data || (row && row.seq > data.row.seq)) {
      try {
        data = await api.submission(id);
      } catch (e) {
        if (this.want === id) {
          this.note(e.status === 404 ? t('not_there') : String(e.message), true);
          if (!this.shown) this.openList();
        }
        return;
      }
    }
    if (this.want !== id) return; // somebody went on meanwhile
    this.held.delete(id);
    if (push && !window.location.pathname.endsWith(`/${id}`)) history.pushState(null, '', `/s/${id}${search(query())}`);
    document.title = `${data.enterprise || data.key} · ${t('title')}`;
    this.show(new Submission(this, structuredClone(data), path));
    drawBar();
    this.ahead(id);
    then?.();
  },

  // place is where a submission stands in the list: [n, of].
  place(id) { return [this.order.indexOf(id) + 1, this.order.length]; },

  // following lists what comes after a submission, from there around.
  following(id, by = 1) {
    const at = this.order.indexOf(id);
    const list = [...this.order.slice(at + 1), ...this.order.slice(0, Math.max(at, 0))];
    return (by > 0 ? list : list.reverse()).filter((x) => api.rows.has(x));
  },
  wants: (id) => api.rows.get(id)?.review > 0,

  next(id, wanting) {
    const to = this.following(id).find((x) => !wanting || this.wants(x)) ?? (wanting ? chosen({ ...query(), show: 'all', flag: '', q: '' }).map((r) => r.id).find((x) => x !== id && this.wants(x)) : null);
    if (!to) {
      this.note(t('all_done'));
      return this.openList();
    }
    if (wanting) this.note(t('next_one', api.rows.get(to).enterprise));
    this.open(to);
  },
  prev(id) {
    const to = this.following(id, -1)[0];
    if (to) this.open(to);
  },

  // ahead fetches what will be wanted next, so that it is there at once.
  async ahead(id) {
    const to = this.following(id).find((x) => this.wants(x));
    if (!to || this.held.has(to)) return;
    try {
      const data = await api.submission(to);
      this.cache(data);
      const f = data.fields.find((x) => x.review);
      const e = f?.evidence[0];
      const sheet = e && data.documents.find((d) => `sha256:${d.sha256}` === e.document)?.pages.find((p) => p.page === e.page);
      if (sheet) new Image().src = `/pages/${sheet.file}`;
    } catch {
      // it will be fetched when it is wanted
    }
  },
  cache(data) {
    this.held.set(data.id, data);
    if (this.held.size > 20) this.held.delete(this.held.keys().next().value);
  },

  // where keeps the field in the address, so that a reload comes back to it.
  where(id, path) { history.replaceState(null, '', `/s/${id}${search(query())}#${encodeURIComponent(path)}`); },

  undo() { this.shown.undo?.(); },

  // busy says whether somebody is typing.
  busy() { return Boolean(this.shown?.card?.editing) || document.activeElement?.matches?.('input, textarea, select') || false; },

  // back returns to a field that wants another look.
  back(id, path, then) {
    this.want = id;
    if (this.shown instanceof Submission && this.shown.id === id) {
      this.shown.select(path);
      then(this.shown);
    } else this.open(id, path, () => then(this.shown));
  },

  note(text, bad = false) {
    const n = h('p', { class: bad ? 'bad' : '', text });
    notes.append(n);
    while (notes.children.length > 4) notes.firstChild.remove();
    setTimeout(() => n.remove(), bad ? 12000 : 3500);
  },

  ask() { askName(); },
};

function route() {
  const m = /^\/s\/([^/]+)$/.exec(window.location.pathname);
  if (!m) return app.openList(false);
  let path = '';
  try {
    path = decodeURIComponent(window.location.hash.slice(1));
  } catch { /* not of this page's making */ }
  return app.open(m[1], path, null, false);
}

function drawBar() {
  let [open, decided, ready] = [0, 0, 0];
  for (const r of api.rows.values()) {
    open += r.review;
    decided += r.decided;
    if (r.review === 0) ready += 1;
  }
  const share = decided + open > 0 ? (100 * decided) / (decided + open) : 0;
  const meter = h('progress', { max: '100', value: share, title: t('progress', decided, open) });
  const clashes = openConflicts();
  const state = api.state.restarted ? h('span', { class: 'tag red' }, t('restarted'), ' ', button(t('reload'), '', () => window.location.reload()))
    : !api.state.online ? h('span', { class: 'tag red', text: t('offline') }) : api.state.saving > 0 ? h('span', { class: 'tag', id: 'saving', text: t('saving') })
      : api.state.saved ? h('span', { class: 'tag green', id: 'saved', text: t('saved') }) : null;
  fill(bar, h('a', { class: 'home', href: '/', onclick: (ev) => { ev.preventDefault(); app.openList(); } }, h('b', { text: 'dengji' }), ` ${t('title')}`),
    meter, h('span', { class: 'quiet', text: t('progress', decided, open) }), h('span', { class: 'quiet', text: t('submissions_done', ready, api.rows.size) }),
    h('span', { class: 'grow' }), clashes.length > 0 && button(t('conflicts', clashes.length), '', () => app.open(clashes[0].id, clashes[0].path), 'red'), state,
    button(reviewer() || t('name'), t('who'), () => askName(), 'plain'), button(t('other_language'), '', () => switchLanguage(), 'plain'), button(`${t('keys')} ?`, '', () => showKeys(), 'plain'));
}

function switchLanguage() {
  setLanguage(language() === 'en' ? 'zh' : 'en');
  document.documentElement.lang = language() === 'en' ? 'en' : 'zh-CN';
  drawBar();
  route();
}

// dialog shows something over the page until it is closed.
function dialog(...parts) {
  const d = h('dialog', {}, parts);
  document.body.append(d);
  d.addEventListener('close', () => d.remove());
  d.showModal();
  return d;
}

function askName() {
  if (document.querySelector('dialog')) return;
  const field = h('input', { type: 'text', id: 'name', maxlength: '40', value: reviewer(), autocomplete: 'name', 'aria-label': t('name') });
  const d = dialog(h('form', { method: 'dialog', onsubmit: (ev) => {
    if (!field.value.trim()) return ev.preventDefault();
    setReviewer(field.value);
    drawBar();
  } }, h('h3', { text: t('who') }), h('p', { class: 'quiet', text: t('who_why') }), field, h('button', { class: 'main', text: t('start') })));
  d.addEventListener('cancel', (ev) => { if (!reviewer()) ev.preventDefault(); });
}

const keys = [['Enter', 'k_enter'], ['e  F2', 'k_edit'], ['1 … 9', 'k_digit'], ['u', 'k_undo'], ['j  k  ↓  ↑', 'k_move'], ['Tab', 'k_open'], ['n  p', 'k_sub'], ['+  −  0  f', 'k_zoom'], ['r', 'k_turn'], ['PgDn  PgUp', 'k_page'],
  ['m  c  h', 'k_sections'], ['Shift+Enter', 'k_newline'], ['Esc', 'k_list'], ['j  k  Enter  n', 'k_in_list'], ['/', 'k_search'], ['?', 'k_help']];

function showKeys() {
  const open = document.querySelector('dialog.keys');
  if (open) return open.close();
  const d = dialog(h('h3', { text: t('keys') }), h('table', {}, keys.map(([k, what]) => h('tr', {}, h('td', {}, k.split('  ').map((x) => h('kbd', { text: x }))), h('td', { text: t(what) })))),
    h('form', { method: 'dialog' }, h('button', { text: t('close') })));
  d.classList.add('keys');
}

document.addEventListener('keydown', (ev) => {
  if (ev.ctrlKey || ev.metaKey || ev.altKey) return;
  const into = ev.target;
  if (document.querySelector('dialog')) {
    if (ev.key === '?' && into.tagName !== 'INPUT') {
      ev.preventDefault();
      showKeys();
    }
    return;
  }
  let used = false;
  if (into.matches?.('input, textarea, select')) used = app.shown?.keyInSearch && into.type === 'search' ? app.shown.keyInSearch(ev) : into.closest('.correction') ? app.shown.keyInEdit(ev) : false;
  else if (ev.key === '?') {
    showKeys();
    used = true;
  } else if (!(ev.key === 'Enter' && into.matches?.('button, a'))) used = app.shown?.key(ev) ?? false;
  if (used) ev.preventDefault();
});

window.addEventListener('popstate', route);
window.addEventListener('beforeprint', () => app.shown?.print?.(true));
window.addEventListener('afterprint', () => app.shown?.print?.(false));

let drawn = 0;
api.listen((what) => {
  cancelAnimationFrame(drawn);
  drawn = requestAnimationFrame(drawBar);
  if (app.shown instanceof List) {
    if (what.rows.length > 0 || what.first || what.others) app.shown.update();
    else app.shown.window(true);
  } else if (app.shown) {
    if (app.order.length === 0 && api.rows.size > 0) {
      app.order = chosen().map((r) => r.id);
      app.shown.drawTitle();
      app.ahead(app.shown.id);
    }
    app.shown.changed(what).catch(() => {});
  }
});

document.documentElement.lang = language() === 'en' ? 'en' : 'zh-CN';
api.begin();
drawBar();
route();
if (!reviewer()) askName();
