// Talking with the server: the pulse that brings what changed, and the queue of
// decisions, which are sent one after another and never forgotten.
import { reviewer, token } from './settings.js';

// tab names this window, and still does after a reload.
const tab = window.sessionStorage.getItem('dengji_tab') ?? [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join('');
window.sessionStorage.setItem('dengji_tab', tab);

// Failure is an answer that is none of those expected.
export class Failure extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

export async function post(path, body, expected = [200], keepalive = false) {
  const res = await fetch(path, {
    method: 'POST', keepalive, credentials: 'same-origin', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'X-Dengji-Token': token },
  });
  if (!expected.includes(res.status)) throw new Failure(res.status, (await res.text()).trim());
  return { status: res.status, body: await res.json() };
}

export async function submission(id) {
  const res = await fetch(`/api/submission/${encodeURIComponent(id)}`, { credentials: 'same-origin' });
  if (!res.ok) throw new Failure(res.status, (await res.text()).trim());
  return res.json();
}

export const understand = async (id, path, value) => (await post('/api/understand', { id, path, value })).body;

// Rows of the list by id, and who is where; told to those who listen.
export const rows = new Map();
export let others = {};
export const state = { online: true, restarted: false, loaded: false, saving: 0, saved: '' };
const listeners = new Set();
export function listen(f) {
  listeners.add(f);
  return () => listeners.delete(f);
}
export function tell(what) {
  for (const f of [...listeners]) f(what);
}

let seq = -1;
let timer = 0;
let beating = false;
let again = false;
let where = { id: '', field: '' };

export function takeRow(row) {
  if (row.gone) rows.delete(row.id);
  else rows.set(row.id, row);
}

const beatEvery = () => (document.hidden ? 8000 : 2000);

async function beat() {
  if (beating) {
    again = true;
    return;
  }
  beating = true;
  clearTimeout(timer);
  try {
    const { body } = await post('/api/pulse', { since: seq, tab, by: reviewer(), id: where.id, field: where.field });
    for (const row of body.rows) takeRow(row);
    const moved = body.rows.map((r) => r.id);
    seq = body.seq;
    others = body.others;
    const first = !state.loaded;
    const back = !state.online;
    Object.assign(state, { online: true, loaded: true });
    tell({ rows: moved, first, back });
  } catch (e) {
    state.online = false;
    if (e instanceof Failure && e.status === 403) state.restarted = true;
    if (e instanceof Failure && e.status === 401) window.location.assign('/login');
    tell({ rows: [] });
  }
  beating = false;
  timer = setTimeout(beat, again ? 0 : beatEvery());
  again = false;
}

// at says where this tab is.
export function at(id, field = '') {
  const moved = where.id !== id;
  where = { id, field };
  if (moved) beat();
}

export function begin() {
  beat();
  document.addEventListener('visibilitychange', () => { if (!document.hidden) beat(); });
  window.addEventListener('beforeunload', (ev) => { if (queue.length > 0) ev.preventDefault(); });
}

// A job is one decision: {id, path, action, value, why, seen, expect, after,
// done}. after is an earlier job on the same field that is still under way:
// then what this one expects is what that one leaves. done is given the answer.
const queue = [];
let sending = false;

export function pendingOn(id, path) {
  return queue.findLast((j) => j.id === id && j.path === path) ?? null;
}
export const waiting = () => queue.length;

export function decide(job) {
  queue.push(job);
  state.saving = queue.length;
  tell({ rows: [] });
  if (!sending) drain();
}

const pause = (ms) => new Promise((go) => { setTimeout(go, ms); });

// finish tells whoever decided. What goes wrong there is a mistake of the page,
// and keeps nothing from being saved.
function finish(job, answer) {
  try {
    job.done(answer);
  } catch (e) {
    console.error(e);
  }
}

async function drain() {
  sending = true;
  let wait = 500;
  while (queue.length > 0) {
    const job = queue[0];
    if (job.after?.left) ({ seen: job.seen, expect: job.expect } = job.after.left);
    const { id, path, action, value, why, seen, expect } = job;
    let answer = null;
    let failure = null;
    try {
      answer = await post('/api/decide', { id, path, action, value: value ?? '', why: why ?? '', seen, expect, by: reviewer() }, [200, 409, 422], true);
    } catch (e) {
      failure = e;
    }
    if (answer) {
      queue.shift();
      wait = 500;
      settle(job, answer);
    } else {
      if (failure instanceof Failure && failure.status < 500) {
        queue.shift();
        if (failure.status === 403) state.restarted = true;
        finish(job, { failure: failure.message });
      } else {
        state.online = false;
        job.tried = true;
        tell({ rows: [] });
        await pause(wait);
        wait = Math.min(wait * 2, 8000);
      }
    }
    state.saving = queue.length;
    tell({ rows: [] });
  }
  sending = false;
}

function settle(job, { status, body }) {
  state.online = true;
  const field = body.submission?.fields.find((f) => f.path === job.path);
  const held = body.conflict?.decision;
  // An answer that was lost: what holds is what this very job asked for.
  const mine = status === 409 && job.tried && held && held.by === reviewer() && held.action === job.action;
  if (body.submission) takeRow(body.submission.row);
  if (status === 200 || mine) {
    job.left = { seen: field?.seen ?? '', expect: field?.decision?.id ?? 0 };
    state.saved = new Date().toISOString();
    finish(job, { submission: body.submission, problem: body.problem });
  } else if (status === 409) {
    finish(job, { submission: body.submission, conflict: body.conflict });
  } else {
    finish(job, { complaint: body.complaint });
  }
}
