// What stands below a submission's fields: missing papers, checks, history.
import { label, said } from './card.js';
import { button, clock, fill, h } from './dom.js';
import { named, t } from './words.js';

const nameOf = (data, path) => {
  const f = data.fields.find((x) => x.path === path);
  const n = /\[(\d+)\]/.exec(path);
  return f ? `${label(f.label)[0]}${n ? ` ${Number(n[1]) + 1}` : ''}` : path;
};

export function drawChecks(root, data, view) {
  const rank = { fail: 0, unknown: 1, pass: 2 };
  const list = [...data.checks].sort((a, b) => rank[a.outcome] - rank[b.outcome]);
  fill(root, h('h4', { text: t('checks') }), list.map((c) => h('div', { class: `check ${c.outcome}` },
    h('span', { class: 'mark', title: t(c.outcome), text: { pass: '✓', fail: '✗', unknown: '?' }[c.outcome] }),
    h('div', {}, h('p', {}, c.message, ' ', h('small', { class: 'quiet', text: `${c.clause} · ${t(c.outcome)}`, title: c.id })), places(c, data, view)))));
}

// places are what a check rests on, each once.
function places(c, data, view) {
  const seen = new Set();
  const parts = [];
  for (const p of c.evidence ?? []) {
    const file = `${p.path.split('/').at(-1)}${p.page ? ` · ${t('page_n', p.page)}` : ''}`;
    const text = [...(p.text ?? '').replace(/\s+/g, ' ')];
    const words = text.length === 0 ? file : `“${text.slice(0, 16).join('')}${text.length > 16 ? '…' : ''}”`;
    if (seen.has(words + file)) continue;
    seen.add(words + file);
    parts.push(button(`▣ ${words}`, file, () => view.prove(p), 'link'));
  }
  if (parts.length === 0) for (const path of c.fields) parts.push(button(nameOf(data, path), path, () => view.select(path), 'link'));
  return parts.length > 0 && h('p', { class: 'places' }, parts.slice(0, 12));
}

async function copy(text, app) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard on a page without https
    const box = h('textarea', { class: 'off', value: text });
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  app.note(t('copied'));
}

export function drawMissing(root, data, app) {
  const sure = data.missing.filter((m) => !m.unsure); // the others may be there: nobody is asked for them unseen
  const all = sure.map((m) => m.message).join('\n');
  fill(root, h('h4', {}, t('missing'), sure.length > 1 && button(t('copy_all'), all, () => copy(all, app), 'link')),
    data.missing.length === 0 ? h('p', { class: 'quiet', text: t('no_missing') }) : data.missing.map((m) => h('div', { class: 'missing' }, h('span', { class: 'tag red', text: named('kind', m.kind) }),
      h('p', {}, m.message, m.unsure && h('small', { class: 'quiet', text: ` ${m.note ?? t('unsure')}` })), button(t('copy'), m.message, () => copy(m.message, app), 'link'))));
}

const plain = (v) => (v === null || v === undefined || v === '' ? t('blank_value') : Array.isArray(v) ? v.join('、') : String(v));

export function drawHistory(root, data, view) {
  const byID = new Map(data.decisions.map((d) => [d.id, d]));
  const taken = new Set(data.decisions.filter((d) => d.undoes).map((d) => d.undoes));
  const decisions = [...data.decisions].reverse().map((d) => h('tr', { class: taken.has(d.id) ? 'undone' : '' }, h('td', { class: 'quiet', text: clock(d.at) }), h('td', { text: d.by }),
    h('td', {}, button(nameOf(data, d.path), d.path, () => view.select(d.path), 'link')),
    h('td', {}, named('action', d.action), ' ', d.action === 'undo' ? h('span', { class: 'quiet', text: t('took_back', byID.get(d.undoes)?.by ?? '') }) : h('span', { text: said(d.shown, d.state) }),
      taken.has(d.id) && h('small', { class: 'quiet', text: ` ${t('undone')}` }), d.why && h('small', { class: 'quiet', text: ` ${d.why}` }))));
  const revisions = [...data.history].reverse().map((r) => h('tr', {}, h('td', { class: 'quiet', text: clock(r.at) }), h('td', { text: String(r.revision) }), h('td', { text: named('because', r.because) }),
    h('td', {}, (r.changes ?? []).map((c) => h('div', {}, h('span', { class: 'quiet', text: `${nameOf(data, c.path)}：` }), h('del', { text: plain(c.before) }), ' → ', h('span', { text: plain(c.after) }))))));
  fill(root, h('h4', { text: t('decisions') }), decisions.length > 0 ? h('table', { class: 'history' }, decisions) : h('p', { class: 'quiet', text: t('no_decisions') }),
    h('h4', { text: t('revisions') }), h('table', { class: 'history' }, revisions));
}
