// One submission: the page on the left, its fields on the right.
import * as api from './api.js';
import { Card, decided, label, percent, said } from './card.js';
import { button, fill, h } from './dom.js';
import { drawChecks, drawHistory, drawMissing } from './sections.js';
import { reviewer } from './settings.js';
import { Viewer } from './viewer.js';
import { t } from './words.js';

// What was decided in this tab, the last one last, for undoing.
const done = [];

// Decisions that met somebody else's: by submission and path.
const conflicts = new Map();
const conflictKey = (id, path) => `${id} ${path}`;
export const openConflicts = () => [...conflicts.values()];

export class Submission {
  // app: {openList(), open(id, path), next(id), prev(id), note(text), ask()}
  constructor(app, data, path) {
    this.app = app;
    this.id = data.id;
    this.viewer = new Viewer((p) => this.select(p, false));
    this.fields = h('div', { class: 'fields' });
    this.checks = h('section', { class: 'part', id: 'checks' });
    this.missing = h('section', { class: 'part', id: 'missing' });
    this.history = h('section', { class: 'part', id: 'history' });
    this.nav = h('nav', { class: 'sections' });
    this.people = h('span', { class: 'people' });
    this.title = h('header', { class: 'title' });
    this.scroll = h('div', { class: 'scroll', tabindex: '-1' }, this.fields, this.missing, this.checks, this.history);
    this.root = h('section', { class: 'submission' }, this.viewer.root, h('section', { class: 'side' }, this.title, this.nav, this.scroll));
    this.take(data);
    // Doubtful fields come first, and stay where they are when they are done.
    this.order = [...this.data.fields.filter((f) => f.review), ...this.data.fields.filter((f) => !f.review)].map((f) => f.path);
    this.first = this.data.fields.filter((f) => f.review).length;
    this.viewer.show(this.data.documents);
    this.drawAll();
    this.select(this.order.includes(path) ? path : this.order[0], true);
  }

  close() { this.viewer.close(); }

  take(data) {
    this.data = data;
    this.byPath = new Map(data.fields.map((f) => [f.path, f]));
    for (const f of data.fields) this.hold(f);
  }

  // hold lets a field show what was decided and is on its way.
  hold(f) {
    const job = api.pendingOn(this.id, f.path);
    if (!job) return;
    f.pending = { shown: job.action === 'undo' ? f.shown : job.action === 'confirm' ? f.shown : job.value };
    f.review = job.action === 'undo' ? f.review : false;
  }

  // fresh takes in the submission as the server has it now.
  fresh(data) {
    this.take(data);
    for (const f of data.fields) if (!this.order.includes(f.path)) this.order.push(f.path);
    this.order = this.order.filter((p) => this.byPath.has(p));
    this.viewer.show(data.documents);
    this.drawAll();
  }

  drawAll() {
    this.drawTitle();
    this.drawFields();
    this.drawMarks();
    drawChecks(this.checks, this.data, this);
    drawMissing(this.missing, this.data, this.app);
    drawHistory(this.history, this.data, this);
    if (this.card) this.updateCard();
  }

  open() { return this.data.fields.filter((f) => f.review); }

  drawTitle() {
    const d = this.data;
    const [at, of] = this.app.place(this.id);
    fill(this.title, button('←', `${t('list')} (Esc)`, () => this.app.openList()), h('h2', { text: d.enterprise || d.key, title: d.key }),
      h('span', { class: 'quiet', text: of > 0 ? t('of', at, of) : '' }), this.people, h('span', { class: 'grow' }),
      button('‹', `${t('prev')} (p)`, () => this.app.prev(this.id)), button('›', `${t('next')} (n)`, () => this.app.next(this.id, false)));
    const failed = d.checks.filter((c) => c.outcome === 'fail').length;
    const jump = (text, n, cls, target) => button(`${text} ${n}`, '', () => target.scrollIntoView({ block: 'start' }), n > 0 ? cls : 'zero');
    fill(this.nav, jump(t('doubtful'), this.open().length, 'amber', this.fields), jump(t('missing'), d.missing.length, 'red', this.missing), jump(t('failed'), failed, 'red', this.checks),
      button(t('history'), '', () => this.history.scrollIntoView({ block: 'start' }), 'zero'), h('span', { class: 'grow' }), h('span', { class: 'quiet folder', text: d.key, title: d.key }));
    this.drawPeople();
  }

  drawPeople() {
    const here = api.others[this.id] ?? [];
    const names = [...new Set(here.map((p) => p.by || '?'))];
    this.people.textContent = names.length > 0 ? t('also', names.join('、')) : '';
    this.people.hidden = names.length === 0;
    if (this.card && !this.card.editing) this.updateCard();
  }

  // drawFields draws the lines around the card, which stays where it is: an
  // input that is taken out of the page loses the keyboard.
  drawFields() {
    const before = [];
    const after = [];
    let parts = before;
    let heading = '';
    this.order.forEach((path, i) => {
      const f = this.byPath.get(path);
      const group = i < this.first ? t('doubtful') : f.group;
      if (group !== heading) parts.push(h('h4', { class: i < this.first ? 'amber' : '', text: group }));
      heading = group;
      if (path === this.path && this.card) parts = after;
      else parts.push(this.line(f, i < this.first));
    });
    const card = this.card?.root;
    if (!card || card.parentNode !== this.fields) {
      fill(this.fields, before, card, after);
      return;
    }
    for (const child of [...this.fields.children]) if (child !== card) child.remove();
    card.before(...before);
    card.after(...after);
  }

  line(f, grouped) {
    const [name] = label(f.label);
    const clash = conflicts.has(conflictKey(this.id, f.path));
    const mark = clash ? '⚠' : f.pending ? '…' : f.review ? '●' : f.decision ? (f.decision.action === 'confirm' ? '✓' : '✎') : '';
    const shown = f.pending ? f.pending.shown : f.shown;
    const number = grouped ? /\[(\d+)\]/.exec(f.path) : null;
    const e = h('div', { class: `line ${clash ? 'red' : f.review ? 'amber' : f.decision || f.pending ? 'green' : ''}`, data: { path: f.path }, title: f.decision ? decided(f.decision) : f.flags.map((g) => g.message).join('\n'), onclick: () => this.select(f.path) },
      h('span', { class: 'mark', text: mark }), h('span', { class: 'label', text: number ? `${name} ${Number(number[1]) + 1}` : name, title: f.label }), h('span', { class: `text ${shown ? '' : 'none'}`, text: said(shown, f.state) }),
      h('span', { class: 'percent', text: percent(f.confidence) }));
    return e;
  }

  drawMarks() {
    const marks = [];
    for (const f of this.data.fields) {
      const on = f.path === this.path;
      for (const e of f.evidence) {
        const kind = `${on ? 'on ' : ''}${f.review ? 'amber' : f.decision ? 'green' : 'plain'}`;
        marks.push({ sha: e.document.replace('sha256:', ''), page: e.page, box: e.box && e.box[2] > e.box[0] ? e.box : null, path: f.path, kind, title: `${label(f.label)[0]}：${e.raw}`, cell: e.cell, text: e.raw });
      }
    }
    for (const d of this.data.documents) {
      for (const s of d.seals) {
        const match = s.matches_enterprise === true ? t('seal_own') : s.matches_enterprise === false ? t('seal_other') : t('seal_unread');
        marks.unshift({ sha: d.sha256, page: s.page, box: s.box, kind: `stamp ${s.shape}`, title: `${t('seal')}：${s.text || t('seal_unread')}${s.inside ? ` ${s.inside}` : ''}${s.text ? `（${match}）` : ''}` });
      }
    }
    if (this.proof) marks.push({ ...this.proof, kind: 'on proof', title: this.proof.text });
    this.viewer.mark(marks);
  }

  sheetOf(e) {
    const doc = this.data.documents.find((d) => `sha256:${d.sha256}` === e.document && d.pages.some((p) => p.page === e.page));
    return doc?.pages.find((p) => p.page === e.page) ?? null;
  }

  go(e) { this.viewer.go(e.document.replace('sha256:', ''), e.page, e.box && e.box[2] > e.box[0] ? e.box : null); }

  // prove shows a place that a check rests on.
  prove(p) {
    this.proof = { sha: p.document.replace('sha256:', ''), page: p.page, box: p.box, text: p.text };
    this.go(p);
    this.drawMarks();
  }

  // select makes a field the one that one is at.
  select(path, jump = true) {
    const f = this.byPath.get(path);
    if (!f || !this.leave()) return;
    if (this.card?.editing) this.card.stop();
    this.path = path;
    this.proof = null;
    this.card = new Card(this, this.id, f);
    this.updateCard();
    this.drawFields();
    this.drawMarks();
    this.card.root.scrollIntoView({ block: 'nearest' });
    if (jump && f.evidence[0]) this.go(f.evidence[0]);
    api.at(this.id, path);
    this.app.where(this.id, path);
  }

  // leave says whether one may go elsewhere: not from a correction that would
  // be lost.
  leave() {
    if (!this.card?.changed()) return true;
    this.app.note(t('save_first'), true);
    this.card.editing.box.focus();
    return false;
  }

  updateCard() {
    const people = (api.others[this.id] ?? []).filter((p) => p.field === this.path).map((p) => p.by || '?');
    this.card.update(this.byPath.get(this.path), conflicts.get(conflictKey(this.id, this.path)), [...new Set(people)]);
  }

  move(by) {
    const i = this.order.indexOf(this.path) + by;
    if (this.order[i]) this.select(this.order[i]);
  }

  // onward goes to the next doubtful field, else to the next submission.
  onward() {
    const at = this.order.indexOf(this.path);
    const wants = (p) => this.byPath.get(p).review;
    const next = this.order.slice(at + 1).find(wants) ?? this.order.slice(0, at).find(wants);
    if (next) this.select(next);
    else this.app.next(this.id, true);
  }

  confirm() {
    const f = this.byPath.get(this.path);
    if (f.state === 'unreadable') return this.card.edit('');
    if (f.pending || (f.decision && !f.review)) return this.onward();
    this.decide({ action: 'confirm' });
    this.onward();
  }

  save(text, why, seen, expect) {
    this.card.stop();
    this.decide({ action: 'value', value: text, why, seen, expect });
    this.onward();
  }

  takeOffer(i) {
    const f = this.byPath.get(this.path);
    const o = f.offers[i];
    if (!o) return this.app.note(t('no_witness', i + 1));
    if (o.complaint) return this.card.edit(o.raw);
    if (o.same && f.state === 'value') return this.confirm();
    this.decide({ action: 'value', value: o.raw, shown: o.shown });
    this.onward();
  }

  // decide sends a decision on the field one is at. What it expects is what
  // the page showed, unless an own decision on the field is still on its way.
  decide({ action, value, why, seen, expect, shown }) {
    const f = this.byPath.get(this.path);
    if (!reviewer()) return this.app.ask();
    const after = api.pendingOn(this.id, f.path);
    const job = { id: this.id, path: f.path, action, value, why, seen: seen ?? f.seen, expect: expect ?? f.decision?.id ?? 0, after, was: { review: f.review } };
    conflicts.delete(conflictKey(this.id, f.path));
    job.done = (answer) => this.settled(job, answer);
    if (action !== 'undo') done.push({ id: this.id, path: f.path });
    f.pending = { shown: action === 'value' ? shown ?? value : f.shown };
    f.review = false;
    api.decide(job);
    this.drawTitle(); // the rest is drawn by whoever goes on from here
  }

  settled(job, answer) {
    const f = this.byPath.get(job.path);
    if (f) {
      f.pending = null;
      f.review = job.was.review;
    }
    if (answer.conflict) {
      const mine = job.action === 'value' ? job.value : t(job.action === 'confirm' ? 'your_confirm' : 'your_undo');
      conflicts.set(conflictKey(this.id, job.path), { ...answer.conflict, id: job.id, path: job.path, mine, job });
    }
    if (answer.conflict || answer.complaint || answer.failure) {
      const i = done.findLastIndex((d) => d.id === job.id && d.path === job.path);
      if (i >= 0 && job.action !== 'undo') done.splice(i, 1);
    }
    if (answer.submission) this.app.cache(answer.submission);
    if (answer.problem) this.app.note(answer.problem, true);
    if (answer.failure) this.app.note(t('not_saved', answer.failure), true);
    if (this.app.shows(this)) {
      if (answer.submission) this.fresh(answer.submission);
      else this.drawAll();
    }
    if (!answer.conflict && !answer.complaint) return;
    if (this.app.busy()) { // somebody is typing, and is not taken away from it
      this.app.note(answer.complaint ? t('not_saved', answer.complaint) : t('conflicts', conflicts.size), true);
      return;
    }
    this.app.back(job.id, job.path, (view) => { if (answer.complaint) view.card.complain(answer.complaint, job.value ?? ''); });
  }

  // resolve ends a conflict: with what stands there, or knowingly with one's
  // own word.
  resolve(mine) {
    const key = conflictKey(this.id, this.path);
    const c = conflicts.get(key);
    if (!c) return;
    conflicts.delete(key);
    if (mine) this.decide({ action: c.job.action, value: c.job.value, why: c.job.why });
    this.drawAll();
    this.onward();
    api.tell({ rows: [] });
  }

  // undo takes back the decision on the field one is at, or the last one made
  // in this tab.
  undo() {
    const f = this.byPath.get(this.path);
    const own = api.pendingOn(this.id, this.path);
    if (f.decision || (own && own.action !== 'undo')) {
      const i = done.findLastIndex((d) => d.id === this.id && d.path === this.path);
      if (i >= 0) done.splice(i, 1);
      this.decide({ action: 'undo' });
      const now = this.byPath.get(this.path);
      now.review = true; // until the server says better
      this.drawAll();
      return;
    }
    const last = done.at(-1);
    if (!last) return this.app.note(t('nothing_undo'));
    if (last.id !== this.id) return this.app.open(last.id, last.path, () => this.app.undo());
    this.select(last.path);
    const there = this.byPath.get(last.path);
    if (there.decision || api.pendingOn(this.id, last.path)) this.undo();
    else done.pop();
  }

  // changed is told what the pulse brought.
  async changed(what) {
    this.drawPeople();
    if (!what.rows.includes(this.id) || api.waiting() > 0) return;
    const row = api.rows.get(this.id);
    if (!row) return this.app.note(t('gone'), true);
    if (row.seq <= this.data.row.seq) return;
    const data = await api.submission(this.id);
    if (this.app.shows(this) && api.waiting() === 0) this.fresh(data);
  }

  key(ev) {
    if (this.card.editing) return this.keyBesideEdit(ev);
    const open = conflicts.has(conflictKey(this.id, this.path));
    if (open && (ev.key === 'Escape' || ev.key === 'o')) {
      this.resolve(ev.key === 'o');
      return true;
    }
    if (open && /^([1-9eu]|Enter|F2|Backspace|Delete)$/.test(ev.key)) {
      this.app.note(t('choose_first'), true);
      return true;
    }
    if (/^[1-9]$/.test(ev.key)) {
      this.takeOffer(Number(ev.key) - 1);
      return true;
    }
    const act = {
      Enter: () => this.confirm(), j: () => this.move(1), ArrowDown: () => this.move(1), k: () => this.move(-1), ArrowUp: () => this.move(-1),
      Tab: () => (ev.shiftKey ? this.move(-1) : this.onwardHere()), e: () => this.card.edit(), F2: () => this.card.edit(), Backspace: () => this.card.edit(''), Delete: () => this.card.edit(''), u: () => this.undo(),
      n: () => this.app.next(this.id, false), p: () => this.app.prev(this.id), Escape: () => this.app.openList(),
      '+': () => this.viewer.zoomBy(1), '=': () => this.viewer.zoomBy(1), '-': () => this.viewer.zoomBy(-1), 0: () => this.viewer.setZoom('width'), f: () => this.viewer.setZoom('page'), r: () => this.viewer.turn(), R: () => this.viewer.turn(-1), b: () => this.viewer.toggleBoxes(),
      PageDown: () => this.viewer.step(1), PageUp: () => this.viewer.step(-1), ']': () => this.viewer.step(1), '[': () => this.viewer.step(-1),
      c: () => this.checks.scrollIntoView({ block: 'start' }), m: () => this.missing.scrollIntoView({ block: 'start' }), h: () => this.history.scrollIntoView({ block: 'start' }),
    }[ev.key];
    if (act) {
      act();
      return true;
    }
    if (ev.key === 'Process' || (ev.key.length === 1 && !/[0-9a-z?/ ]/i.test(ev.key))) {
      this.card.edit(''); // the character goes into the field just opened
      return false;
    }
    return false;
  }

  // onwardHere goes to the next doubtful field of this submission.
  onwardHere() {
    const at = this.order.indexOf(this.path);
    const next = this.order.slice(at + 1).find((p) => this.byPath.get(p).review);
    if (next) this.select(next);
    else this.move(1);
  }

  // keyBesideEdit gives a correction the keyboard back, say after a click on
  // the page picture.
  keyBesideEdit(ev) {
    this.card.editing.box.focus();
    return this.keyInEdit(ev);
  }

  keyInEdit(ev) {
    if (ev.isComposing) return false;
    if (ev.key === 'Escape') this.card.stop();
    else if (ev.key === 'Enter' && !(ev.shiftKey && ev.target.tagName === 'TEXTAREA')) this.card.save();
    else return false;
    return true;
  }
}

