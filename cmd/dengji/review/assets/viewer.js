// The page picture with boxes over what was read. Boxes are in points from the
// top left of the upright page; the picture is stretched over the page.
import { button, fill, h, place, px } from './dom.js';
import { named, t } from './words.js';

const steps = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6];

export class Viewer {
  // pick(path) is called when a box is clicked.
  constructor(pick) {
    this.pick = pick;
    this.docs = [];
    this.marks = [];
    this.at = { doc: 0, page: 0 };
    this.zoom = 'width';
    this.turns = new Map(); // quarter turns by picture
    this.boxes = true;
    this.stage = h('div', { class: 'stage', tabindex: '-1' });
    this.tabs = h('nav', { class: 'papers' });
    this.tools = h('div', { class: 'tools' });
    this.root = h('section', { class: 'viewer' }, this.tabs, this.tools, this.stage);
    this.resize = new ResizeObserver(() => { if (typeof this.zoom === 'string') this.layout(); });
    this.resize.observe(this.stage);
    this.drag();
  }

  close() { this.resize.disconnect(); }

  // show gives the viewer a submission's documents; what is looked at stays
  // where it is, as far as it is still there.
  show(docs) {
    const key = JSON.stringify(docs.map((d) => [d.sha256, d.path, d.pages, d.superseded_by, d.gone]));
    if (key === this.shown) {
      this.docs = docs; // the picture stays as it is, and does not flash
      return;
    }
    this.shown = key;
    const before = this.doc();
    this.docs = docs;
    const same = before ? docs.findIndex((d) => d.sha256 === before.sha256 && d.path === before.path) : -1;
    if (same >= 0) this.at.doc = same;
    else {
      const first = docs.findIndex((d) => d.pages.length > 0 && !d.superseded_by);
      this.at = { doc: Math.max(first, 0), page: 0 };
    }
    this.draw();
  }

  doc() { return this.docs[this.at.doc] ?? null; }
  sheet() { return this.doc()?.pages[this.at.page] ?? null; }

  // mark sets the boxes: {sha, page, box, path, kind, title, cell, text}.
  mark(marks) {
    this.marks = marks;
    this.drawBoxes();
  }

  // go shows a place; without a box the page as a whole.
  go(sha, page, box) {
    const doc = this.docs.findIndex((d) => d.sha256 === sha);
    if (doc < 0) return;
    const n = page ? this.docs[doc].pages.findIndex((p) => p.page === page) : 0;
    if (doc !== this.at.doc || Math.max(n, 0) !== this.at.page) {
      this.at = { doc, page: Math.max(n, 0) };
      this.draw();
    }
    if (box && n >= 0) this.center(box);
    else if (!box) this.stage.scrollTo(0, 0);
  }

  open(doc, page = 0) {
    this.at = { doc, page };
    this.draw();
    this.stage.scrollTo(0, 0);
  }

  step(by) {
    const doc = this.doc();
    if (!doc) return;
    const page = this.at.page + by;
    if (doc.pages[page]) return this.open(this.at.doc, page);
    const next = this.at.doc + by;
    if (this.docs[next]) this.open(next, by > 0 ? 0 : Math.max(0, this.docs[next].pages.length - 1));
  }

  turn(by = 1) {
    const s = this.sheet();
    if (!s) return;
    this.turns.set(s.file, ((this.turns.get(s.file) ?? 0) + by + 4) % 4);
    this.draw();
  }

  zoomBy(dir) {
    if (!this.sheet()) return;
    const now = this.scale();
    const next = dir > 0 ? steps.find((s) => s > now * 1.02) : steps.findLast((s) => s < now / 1.02);
    if (next) this.setZoom(next);
  }

  setZoom(zoom) {
    const { stage } = this;
    const x = (stage.scrollLeft + stage.clientWidth / 2) / Math.max(1, stage.scrollWidth);
    const y = (stage.scrollTop + stage.clientHeight / 2) / Math.max(1, stage.scrollHeight);
    this.zoom = zoom;
    this.layout();
    this.drawTools();
    stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
  }

  // turned is how many quarter turns the page is turned, clockwise.
  turned() { return this.turns.get(this.sheet()?.file) ?? 0; }

  // scale is CSS pixels a point.
  scale() {
    const s = this.sheet();
    if (!s || typeof this.zoom === 'number') return typeof this.zoom === 'number' ? this.zoom * (96 / 72) : 1;
    const [w, ht] = this.turned() % 2 ? [s.height, s.width] : [s.width, s.height];
    const room = (this.stage.clientWidth || 700) - 16;
    const high = (this.stage.clientHeight || 500) - 16;
    return this.zoom === 'page' ? Math.min(room / w, high / ht) : room / w;
  }

  draw() {
    fill(this.tabs, this.docs.map((d, i) => this.tab(d, i)));
    this.drawTools();
    const s = this.sheet();
    if (!s) {
      this.paper = null;
      fill(this.stage, this.withoutPicture());
      return;
    }
    const img = h('img', { src: `/pages/${s.file}`, alt: '', draggable: 'false' });
    this.layer = h('div', { class: 'layer' });
    this.turner = h('div', { class: 'turner' }, img, this.layer);
    this.paper = h('div', { class: 'sheet' }, this.turner);
    fill(this.stage, this.paper);
    this.layout();
    this.drawBoxes();
  }

  tab(d, i) {
    const name = d.path.split('/').at(-1);
    const kind = d.kinds.map((k) => named('kind', k)).join(' ');
    const pages = d.pages.length > 1 ? ` ${t('pages_n', d.pages.length)}` : '';
    const state = d.superseded_by ? t('superseded') : d.gone ? t('vanished') : '';
    const b = button('', `${d.path}${state ? ` (${state})` : ''}`, () => this.open(i), i === this.at.doc ? 'on' : '');
    if (d.superseded_by) b.classList.add('old');
    b.append(h('b', { text: kind + pages }), h('span', { text: state || name }));
    return b;
  }

  drawTools() {
    const d = this.doc();
    const s = this.sheet();
    const pages = (d?.pages ?? []).length > 1 ? d.pages.map((p, i) => button(String(p.page), t('page_n', p.page), () => this.open(this.at.doc, i), i === this.at.page ? 'on' : '')) : [];
    fill(this.tools, h('span', { class: 'group' }, pages), h('span', { class: 'file', text: d?.path ?? '', title: d?.path }), s && h('span', { class: 'group' },
      button('−', t('k_zoom'), () => this.zoomBy(-1)), h('span', { class: 'percent', text: `${Math.round((this.scale() * 72) / 96 * 100)}%` }), button('+', t('k_zoom'), () => this.zoomBy(1)),
      button(t('fit_width'), '0', () => this.setZoom('width'), this.zoom === 'width' ? 'on' : ''), button(t('fit_page'), 'f', () => this.setZoom('page'), this.zoom === 'page' ? 'on' : ''),
      button('↻', `${t('turn')} (r)`, () => this.turn()), button(t('boxes'), 'b', () => this.toggleBoxes(), this.boxes ? 'on' : '')));
  }

  toggleBoxes() {
    this.boxes = !this.boxes;
    this.drawTools();
    this.drawBoxes();
  }

  layout() {
    const s = this.sheet();
    if (!s || !this.paper) return;
    const k = this.scale();
    const [w, ht] = [s.width * k, s.height * k];
    const q = this.turned();
    place(this.paper, q % 2 ? { width: px(ht), height: px(w) } : { width: px(w), height: px(ht) });
    const moves = ['none', `translateX(${px(ht)}) rotate(90deg)`, `translate(${px(w)}, ${px(ht)}) rotate(180deg)`, `translateY(${px(w)}) rotate(270deg)`];
    place(this.turner, { width: px(w), height: px(ht), transform: moves[q] });
    const percent = this.tools.querySelector('.percent');
    if (percent) percent.textContent = `${Math.round((k * 72) / 96 * 100)}%`;
  }

  drawBoxes() {
    const s = this.sheet();
    const d = this.doc();
    if (!s) {
      fill(this.stage, this.withoutPicture());
      return;
    }
    const here = this.marks.filter((m) => m.sha === d.sha256 && m.page === s.page && m.box && (this.boxes || m.kind.includes('on')));
    fill(this.layer, here.map((m) => this.box(m, s)));
  }

  box(m, s) {
    const [x0, y0, x1, y1] = m.box;
    const pad = m.path ? 1 : 0;
    const b = h('div', { class: `box ${m.kind}`, title: m.title });
    place(b, { left: `${((x0 - pad) / s.width) * 100}%`, top: `${((y0 - pad) / s.height) * 100}%`, width: `${((x1 - x0 + 2 * pad) / s.width) * 100}%`, height: `${((y1 - y0 + 2 * pad) / s.height) * 100}%` });
    if (m.path) b.addEventListener('click', () => { if (!this.dragged) this.pick(m.path); });
    return b;
  }

  center([x0, y0, x1, y1]) {
    const s = this.sheet();
    if (!s) return;
    const k = this.scale();
    const [x, y] = [((x0 + x1) / 2) * k, ((y0 + y1) / 2) * k];
    const [w, ht] = [s.width * k, s.height * k];
    const [cx, cy] = [[x, y], [ht - y, x], [w - x, ht - y], [y, w - x]][this.turned()];
    this.stage.scrollTo(cx - this.stage.clientWidth / 2, cy - this.stage.clientHeight / 2);
  }

  // withoutPicture lists what was read from a file that has no pages.
  withoutPicture() {
    const d = this.doc();
    if (!d) return h('p', { class: 'quiet', text: t('no_papers') });
    const read = this.marks.filter((m) => m.sha === d.sha256 && m.path);
    return h('div', { class: 'flow' }, h('p', { class: 'quiet', text: t('no_picture', d.path.split('.').at(-1).toUpperCase()) }),
      h('table', {}, read.map((m) => h('tr', { class: m.kind, onclick: () => this.pick(m.path) }, h('th', { text: m.title }), h('td', { text: m.text }), h('td', { class: 'quiet', text: m.cell ?? '' })))));
  }

  // drag moves the page under the pointer, as a hand would.
  drag() {
    let from = null;
    this.stage.addEventListener('pointerdown', (ev) => {
      if (ev.button !== 0) return;
      from = { x: ev.clientX, y: ev.clientY, left: this.stage.scrollLeft, top: this.stage.scrollTop };
      this.dragged = false;
    });
    this.stage.addEventListener('pointermove', (ev) => {
      if (!from || !(ev.buttons & 1)) return;
      const [dx, dy] = [ev.clientX - from.x, ev.clientY - from.y];
      if (Math.hypot(dx, dy) < 5 && !this.dragged) return;
      this.dragged = true;
      this.stage.scrollTo(from.left - dx, from.top - dy);
    });
    this.stage.addEventListener('wheel', (ev) => {
      if (!ev.ctrlKey) return;
      ev.preventDefault();
      this.zoomBy(ev.deltaY < 0 ? 1 : -1);
    }, { passive: false });
  }
}

// crop is the piece of page around a box, at most so many pixels wide and high.
export function crop(sheet, box, wide, high, tall = 26) {
  const [x0, y0, x1, y1] = box;
  const [mx, my] = [10, 4]; // margins, in points
  const left = Math.max(0, x0 - mx);
  const top = Math.max(0, y0 - my);
  const w = Math.min(sheet.width, x1 + mx) - left;
  const ht = Math.min(sheet.height, y1 + my) - top;
  const line = Math.min(y1 - y0, 13); // of one line of print
  let k = Math.min(tall / Math.max(line, 4), wide / w, 5);
  k = Math.max(k, Math.min(1.1, wide / w));
  const img = h('img', { src: `/pages/${sheet.file}`, alt: '', draggable: 'false' });
  place(img, { width: px(sheet.width * k), height: px(sheet.height * k), left: px(-left * k), top: px(-top * k) });
  const frame = h('div', { class: 'spot' });
  place(frame, { left: px((x0 - left) * k - 2), top: px((y0 - top) * k - 2), width: px((x1 - x0) * k + 4), height: px((y1 - y0) * k + 4) });
  const outer = h('div', { class: 'crop' }, img, frame);
  place(outer, { width: px(Math.min(w * k, wide)), height: px(Math.min(ht * k, high)) });
  return outer;
}
