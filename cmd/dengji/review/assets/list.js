// The list of submissions. Rows have one height, and only those in sight are
// in the page, so that a thousand are as quick as ten.
import { others, rows, state } from './api.js';
import { button, clock, fill, h, place, px } from './dom.js';
import { named, t } from './words.js';

const rowHeight = 46;

// What is shown and in which order stands in the address.
export function query() {
  const q = new URLSearchParams(window.location.search);
  return { q: q.get('q') ?? '', show: q.get('show') ?? 'all', flag: q.get('flag') ?? '', sort: q.get('sort') ?? 'key', desc: q.get('desc') === '1' };
}

export function search(q) {
  const p = new URLSearchParams();
  if (q.q) p.set('q', q.q);
  if (q.show !== 'all') p.set('show', q.show);
  if (q.flag) p.set('flag', q.flag);
  if (q.sort !== 'key') p.set('sort', q.sort);
  if (q.desc) p.set('desc', '1');
  const s = p.toString();
  return s ? `?${s}` : '';
}

const shows = {
  all: () => true, open: (r) => r.review > 0, done: (r) => r.review === 0, failed: (r) => r.failed.length > 0, missing: (r) => r.missing > 0,
};

const order = new Intl.Collator('zh-CN', { numeric: true });
const sorts = {
  key: (a, b) => order.compare(a.key, b.key), name: (a, b) => order.compare(a.enterprise, b.enterprise), review: (a, b) => b.review - a.review,
  failed: (a, b) => b.failed.length - a.failed.length, missing: (a, b) => b.missing - a.missing, last: (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0),
};

const fold = (s) => s.normalize('NFKC').toLowerCase();

// chosen lists the rows that fit, in their order.
export function chosen(q = query()) {
  const words = fold(q.q).split(/\s+/).filter(Boolean);
  const fits = (r) => {
    if (!(shows[q.show] ?? shows.all)(r) || (q.flag && !r.codes.includes(q.flag))) return false;
    if (words.length === 0) return true;
    const text = fold([r.enterprise, r.key, r.id, r.by, ...r.products].join(' '));
    return words.every((w) => text.includes(w));
  };
  const sort = sorts[q.sort] ?? sorts.key;
  const list = [...rows.values()].filter(fits).sort((a, b) => sort(a, b) || sorts.key(a, b) || (a.id < b.id ? -1 : 1));
  return q.desc ? list.reverse() : list;
}

export class List {
  // open(id) opens a submission, go(search) changes the address.
  constructor({ open, go }) {
    this.open = open;
    this.go = go;
    this.selected = '';
    this.field = h('input', { type: 'search', class: 'search', placeholder: t('search'), 'aria-label': t('search'), value: query().q, spellcheck: 'false', oninput: () => this.set({ q: this.field.value }) });
    this.chips = h('span', { class: 'chips' });
    this.flags = h('select', { 'aria-label': t('any_flag'), onchange: () => this.set({ flag: this.flags.value }) });
    this.count = h('span', { class: 'quiet count' });
    this.resume = button('', 'n', () => this.goOn(), 'main');
    this.head = h('div', { class: 'row head', role: 'row' });
    this.inner = h('div', { class: 'inner' });
    this.body = h('div', { class: 'rows', tabindex: '-1', onscroll: () => this.window() }, this.inner);
    this.root = h('section', { class: 'list' }, h('div', { class: 'filters' }, this.field, this.chips, this.flags, this.count, this.resume), this.head, this.body);
    this.resize = new ResizeObserver(() => this.window());
    this.resize.observe(this.body);
  }

  close() { this.resize.disconnect(); }

  set(change) {
    const q = { ...query(), ...change };
    this.go(search(q));
    this.body.scrollTop = 0;
    this.update();
  }

  sortBy(key) {
    const q = query();
    this.set({ sort: key, desc: q.sort === key ? !q.desc : false });
  }

  // update draws anew what is shown.
  update() {
    const q = query();
    this.rows = chosen(q);
    const all = [...rows.values()];
    fill(this.chips, ['all', 'open', 'done', 'failed', 'missing'].map((key) => {
      const n = all.filter(shows[key]).length;
      const b = button(t(key), '', () => this.set({ show: key }), q.show === key ? 'chip on' : 'chip');
      b.dataset.show = key;
      b.append(h('i', { text: String(n) }));
      return b;
    }));
    this.drawFlags(q, all);
    this.drawHead(q);
    this.count.textContent = t('shown_n', this.rows.length);
    const next = this.nextOpen();
    this.resume.hidden = !next;
    this.resume.textContent = `${t('go_on')} (n)`;
    this.window(true);
  }

  drawFlags(q, all) {
    const codes = new Map();
    for (const r of all) for (const c of r.codes) codes.set(c, (codes.get(c) ?? 0) + 1);
    if (q.flag && !codes.has(q.flag)) codes.set(q.flag, 0);
    const options = [...codes].sort((a, b) => b[1] - a[1]).map(([c, n]) => h('option', { value: c, text: `${named('flag', c)} (${n})` }));
    if (document.activeElement === this.flags) return; // somebody is choosing
    fill(this.flags, h('option', { value: '', text: t('any_flag') }), options);
    this.flags.value = q.flag;
  }

  drawHead(q) {
    const head = (key, text, cls) => {
      const b = button(text, `${t('sort')}: ${text}`, () => this.sortBy(key), q.sort === key ? 'on' : '');
      if (q.sort === key) b.append(q.desc ? ' ↑' : ' ↓');
      return h('span', { class: cls }, b);
    };
    fill(this.head, h('span', { class: 'name' }, head('name', t('by_name'), ''), ' ', head('key', t('by_key'), '')), head('review', t('open'), 'number'), head('failed', t('by_failed'), 'number'),
      head('missing', t('missing'), 'number'), head('last', t('last'), 'last'), h('span', { class: 'here', text: t('here') }));
  }

  // window puts the rows in sight into the page.
  window(anew = false) {
    const list = this.rows ?? [];
    const first = this.printing ? 0 : Math.max(0, Math.floor(this.body.scrollTop / rowHeight) - 8);
    const last = this.printing ? list.length : Math.min(list.length, Math.ceil((this.body.scrollTop + (this.body.clientHeight || 600)) / rowHeight) + 8);
    if (!anew && this.first === first && this.last === last) return;
    Object.assign(this, { first, last });
    this.inner.style.height = px(list.length * rowHeight);
    const parts = list.slice(first, last).map((r, i) => this.line(r, first + i));
    if (list.length === 0) parts.push(h('p', { class: 'nothing', text: rows.size > 0 ? t('nothing') : state.loaded ? t('empty') : '…' }));
    fill(this.inner, parts);
  }

  // print has all rows in the page, or again those in sight.
  print(on) {
    this.printing = on;
    this.window(true);
  }

  line(r, i) {
    const here = (others[r.id] ?? []).map((p) => p.by || '?');
    const number = (n, cls, title) => h('span', { class: `number ${n > 0 ? cls : 'zero'}`, text: String(n), title });
    const e = h('a', { class: `row ${r.id === this.selected ? 'selected' : ''} ${r.review === 0 ? 'done' : ''}`, href: `/s/${r.id}${search(query())}`, data: { id: r.id }, role: 'row',
      onclick: (ev) => {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) return;
        ev.preventDefault();
        this.open(r.id);
      } },
    h('span', { class: 'name' }, h('b', { text: r.enterprise || r.key, title: r.enterprise }), h('small', { text: [r.key === r.enterprise ? '' : r.key, ...r.products].filter(Boolean).join(' · '), title: [r.key, ...r.products].join('\n') })),
    h('span', { class: 'number' }, h('b', { class: r.review > 0 ? 'amber' : 'green', text: r.review > 0 ? String(r.review) : '✓', title: r.codes.map((c) => named('flag', c)).join('、') }), r.decided > 0 && h('small', { text: t('decided_n', r.decided) })),
    number(r.failed.length, 'red', r.failed.join(', ')), number(r.missing, 'red', ''),
    h('span', { class: 'last' }, r.by && h('b', { text: r.by }), h('small', { text: r.by ? clock(r.at) : r.revision > 1 ? t('revision_n', r.revision) : '' })),
    h('span', { class: 'here', text: here.join('、') }));
    place(e, { top: px(i * rowHeight) });
    return e;
  }

  move(by) {
    const list = this.rows ?? [];
    if (list.length === 0) return;
    const at = list.findIndex((r) => r.id === this.selected);
    const i = Math.min(list.length - 1, Math.max(0, at >= 0 ? at + by : by > 1 ? by : 0));
    this.selected = list[i].id;
    const top = i * rowHeight;
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    if (top + rowHeight > this.body.scrollTop + this.body.clientHeight) this.body.scrollTop = top + rowHeight - this.body.clientHeight;
    this.window(true);
  }

  nextOpen() { return (this.rows ?? []).find((r) => r.review > 0) ?? null; }

  goOn() {
    const next = this.nextOpen();
    if (next) this.open(next.id);
  }

  key(ev) {
    const act = {
      j: () => this.move(1), ArrowDown: () => this.move(1), k: () => this.move(-1), ArrowUp: () => this.move(-1), n: () => this.goOn(),
      '/': () => { this.field.focus(); this.field.select(); }, Enter: () => (this.selected ? this.open(this.selected) : this.goOn()),
      Home: () => this.move(-1e9), End: () => this.move(1e9), PageDown: () => this.move(12), PageUp: () => this.move(-12),
    }[ev.key];
    if (!act) return false;
    act();
    return true;
  }

  // keyInSearch lets go of the search field.
  keyInSearch(ev) {
    if (ev.key === 'Escape') {
      if (this.field.value) {
        this.field.value = '';
        this.set({ q: '' });
      } else this.field.blur();
    } else if (ev.key === 'Enter' || ev.key === 'ArrowDown') {
      this.field.blur();
      this.selected = '';
      this.move(1);
    } else return false;
    return true;
  }
}
