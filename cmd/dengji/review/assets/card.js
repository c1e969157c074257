// The card of the field one is at: the spot on the page, what all witnesses
// say, and the place to correct it.
import { understand } from './api.js';
import { button, clock, fill, h } from './dom.js';
import { crop } from './viewer.js';
import { named, t } from './words.js';

// sureness is a confidence in words.
export function sureness(c) {
  if (c >= 0.99) return t('sure5');
  if (c >= 0.95) return t('sure4');
  if (c >= 0.85) return t('sure3');
  return c >= 0.6 ? t('sure2') : t('sure1');
}

export const percent = (c) => `${(c * 100).toFixed(c > 0.995 ? 1 : 0)}%`;

// said is a value for people.
export function said(shown, state) {
  if (shown) return shown;
  return { none: t('as_none'), blank: t('as_blank'), unreadable: t('as_unreadable') }[state] ?? t('blank_value');
}

// label parts a form's words into what names the field and the hint in
// brackets.
export function label(text) {
  const at = text.search(/[（(]/);
  return at > 0 ? [text.slice(0, at), text.slice(at)] : [text, ''];
}

export function decided(d) {
  return t(d.action === 'confirm' ? 'confirmed_by' : 'corrected_by', d.by, clock(d.at));
}

export class Card {
  // host: {sheetOf(evidence), go(evidence), confirm(), save(text, why, seen, expect),
  // takeOffer(i), undo(), resolve(mine)}
  constructor(host, id, field) {
    Object.assign(this, { host, id, field, editing: null });
    this.root = h('article', { class: 'card' });
    this.root.dataset.path = field.path;
    this.draw();
  }

  // update shows the field as it is now. While somebody types, only a note
  // says that it changed.
  update(field, conflict, people) {
    this.field = field;
    this.conflict = conflict;
    this.people = people;
    if (this.editing && !conflict) this.drawChanged();
    else this.draw();
  }

  draw() {
    const f = this.field;
    this.editing = null;
    const [name, hint] = label(f.label);
    const first = f.evidence[0];
    const state = f.pending ? h('span', { class: 'tag', text: t('saving') }) : f.decision && !f.review ? h('span', { class: 'tag green', text: decided(f.decision) })
      : f.review ? h('span', { class: 'tag amber', text: t('to_review') }) : null;
    this.root.className = `card ${f.review ? 'doubt' : f.decision ? 'decided' : ''}`;
    fill(this.root,
      h('header', {}, h('h3', {}, name, hint && h('small', { text: hint })), h('span', { class: 'grow' }), state,
        h('span', { class: 'sure', title: t('value') }, `${sureness(f.confidence)} `, h('b', { text: percent(f.confidence) }))),
      this.people?.length > 0 && h('p', { class: 'people', text: t('also_field', this.people.join('、')) }),
      this.drawConflict(),
      first && this.spot(first, 500, f.long ? 210 : 120),
      this.drawValue(),
      f.flags.filter((g) => g.code !== 'corrected').map((g) => h('p', { class: `flag ${g.code}` }, h('b', { text: named('flag', g.code) }), ' ', g.message)),
      this.drawOffers(), this.drawActions());
  }

  spot(e, wide, high, tall) {
    const sheet = this.host.sheetOf(e);
    if (!sheet || !e.box || !(e.box[2] > e.box[0])) return null;
    const c = crop(sheet, e.box, wide, high, tall);
    c.title = `${e.path} · ${t('page_n', e.page)}`;
    c.addEventListener('click', () => this.host.go(e));
    return c;
  }

  drawValue() {
    const f = this.field;
    const shown = f.pending ? f.pending.shown : f.shown;
    const basis = f.basis && f.basis !== 'form' ? named('basis', f.basis) : '';
    return h('dl', { class: `value ${f.long ? 'long' : ''}` }, h('dt', { text: t('value') }),
      h('dd', { class: `shown ${shown ? '' : 'none'}` }, said(shown, f.state), basis && h('small', { text: ` ${basis}` })),
      f.raw !== shown && f.raw !== '' && [h('dt', { text: t('raw') }), h('dd', { class: 'raw', text: f.raw })]);
  }

  drawOffers() {
    const f = this.field;
    const list = f.offers;
    if (list.length === 0 || (list.length === 1 && list[0].same && list[0].evidence === 0)) return null;
    return h('div', { class: 'offers' }, h('h4', { text: t('witnesses') }), list.map((o, i) => {
      const e = f.evidence[o.evidence];
      const where = [o.kind && named('kind', o.kind), o.page > 0 && t('page_n', o.page), named('reader', o.reader)].filter(Boolean).join(' · ');
      return h('div', { class: `offer ${o.same ? 'same' : ''}`, title: o.file, data: { offer: String(i + 1) }, onclick: () => this.host.takeOffer(i) },
        h('kbd', { text: i < 9 ? String(i + 1) : '' }),
        h('div', { class: 'what' }, i > 0 && e && this.spot(e, 250, 44, 17),
          h('span', { class: 'text', text: o.raw || t('blank_value') }), o.complaint ? h('em', { text: o.complaint }) : o.shown !== o.raw && h('em', { text: `→ ${said(o.shown, o.shown ? 'value' : 'none')}` }),
          h('small', { text: `${where}${o.file ? ` · ${o.file}` : ''}${o.same ? ` · ${t('same')}` : ''}` })));
    }));
  }

  drawActions() {
    const f = this.field;
    return h('footer', {}, button(`${t('confirm')} ⏎`, t('k_enter'), () => this.host.confirm(), 'main'), button(`${t('correct')} e`, t('k_edit'), () => this.edit()),
      f.decision && button(`${t('undo')} u`, t('k_undo'), () => this.host.undo()));
  }

  drawConflict() {
    const c = this.conflict;
    if (!c) return null;
    const args = [c.decision?.by, clock(c.decision?.at), said(c.shown, 'blank'), c.mine];
    const text = t(c.kind === 'changed' ? 'conflict_changed' : c.decision ? 'conflict_decided' : 'conflict_undone', ...args);
    return h('div', { class: 'conflict', role: 'alert' }, h('p', { text }), button(`${t('keep_theirs')} Esc`, '', () => this.host.resolve(false)), button(`${t('use_mine')} o`, '', () => this.host.resolve(true)));
  }

  drawChanged() {
    const { field: f, editing: e } = this;
    const moved = (f.decision?.id ?? 0) !== e.expect || f.seen !== e.seen;
    e.note.hidden = !moved;
    if (moved) e.note.textContent = f.decision ? t('just_decided', f.decision.by, said(f.shown, f.state)) : t('changed_now', said(f.shown, f.state));
  }

  // edit begins a correction; with a text that replaces the value.
  edit(text = null) {
    if (this.editing) return;
    const f = this.field;
    const box = h(f.long ? 'textarea' : 'input', { class: 'edit', 'aria-label': t('correct'), value: text ?? (f.shown || f.raw), spellcheck: 'false', autocomplete: 'off', ...(f.long ? { rows: '8' } : { type: 'text' }) });
    const why = h('input', { class: 'why', type: 'text', placeholder: t('why'), 'aria-label': t('why'), maxlength: '200' });
    const answer = h('p', { class: 'answer', role: 'status' });
    const note = h('p', { class: 'conflict', role: 'alert', hidden: true });
    this.editing = { box, why, began: box.value, answer, note, seen: f.seen, expect: f.decision?.id ?? 0 };
    box.addEventListener('input', () => this.ask());
    const form = h('div', { class: 'correction' }, note, box, answer, this.drawChoices(box),
      h('div', { class: 'line' }, why, button(`${t('save')} ⏎`, '', () => this.save(), 'main'), button(`${t('cancel')} Esc`, '', () => this.stop())));
    this.root.querySelector('footer').replaceWith(form);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    form.scrollIntoView({ block: 'nearest' });
    this.ask(0);
  }

  // changed says whether there is a correction that is not saved.
  changed() { return Boolean(this.editing) && this.editing.box.value !== this.editing.began; }

  // drawChoices offers the words that the form has.
  drawChoices(box) {
    const { choices, many } = this.field;
    if (!choices?.length) return null;
    const chosen = () => box.value.split('、').map((s) => s.trim()).filter((s) => choices.includes(s));
    return h('div', { class: 'choices' }, h('span', { class: 'quiet', text: t('offered') }), choices.map((c) => button(c, '', () => {
      const now = chosen();
      const next = !many ? [c] : now.includes(c) ? now.filter((x) => x !== c) : choices.filter((x) => x === c || now.includes(x));
      box.value = next.join('、');
      this.ask(0);
      box.focus();
    }, 'chip')));
  }

  // ask has the field's own normaliser say what it makes of the text, when
  // nobody typed for a moment.
  ask(after = 120) {
    const e = this.editing;
    clearTimeout(e.timer);
    e.answer.classList.add('stale');
    e.timer = setTimeout(() => this.verdict(e), after);
  }

  // verdict is the normaliser's answer to the text as it is; null where the
  // server does not answer, or the text is another one by then.
  async verdict(e) {
    clearTimeout(e.timer);
    const text = e.box.value;
    if (e.heard?.text === text) return e.heard;
    try {
      const u = await understand(this.id, this.field.path, text);
      if (this.editing !== e || e.box.value !== text) return null;
      e.heard = { ...u, text };
      this.answer(u, text);
      return e.heard;
    } catch {
      return null; // the bar says that the server does not answer
    }
  }

  answer(u, text) {
    const { answer, box } = this.editing;
    box.classList.toggle('bad', Boolean(u.complaint));
    answer.className = `answer ${u.complaint ? 'bad' : u.doubts ? 'doubt' : 'good'}`;
    const value = said(u.shown, u.state);
    answer.textContent = u.complaint ? u.complaint : [`${t('understood')} ${value}`, ...(u.doubts ?? [])].join(' · ');
    answer.dataset.of = text;
  }

  // save hands the correction on. What the normaliser complains of stays to be
  // mended.
  async save() {
    const e = this.editing;
    if (!e || e.saving) return;
    e.saving = true;
    const u = await this.verdict(e);
    e.saving = false;
    if (this.editing !== e) return;
    if (u?.complaint) e.box.focus();
    else this.host.save(e.box.value, e.why.value, e.seen, e.expect);
  }

  // complain shows why a correction was not taken, and lets it be mended.
  complain(message, text) {
    if (!this.editing) this.edit(text);
    clearTimeout(this.editing.timer);
    this.editing.heard = { complaint: message, text };
    this.answer({ complaint: message }, text);
  }

  stop() {
    if (!this.editing) return;
    clearTimeout(this.editing.timer);
    this.draw();
  }
}
