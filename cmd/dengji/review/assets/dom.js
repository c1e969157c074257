// Elements are made here and nowhere else. Text is set as text: nothing that
// stands in a document can become markup.

// h makes an element. Properties: class, title, text; on* are listeners; style
// is an object; data an object; the rest are attributes, left out where null
// or false. Children are elements or texts; null ones are left out.
export function h(tag, props, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') e.className = value;
    else if (name === 'text') e.textContent = value;
    else if (name === 'style') place(e, value);
    else if (name === 'data') Object.assign(e.dataset, value);
    else if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else if (name === 'value') e.value = value;
    else e.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) e.append(child);
  }
  return e;
}

// place sets an element's style.
export function place(e, style) {
  for (const [name, value] of Object.entries(style)) e.style[name] = value;
}

// fill gives an element other children.
export function fill(e, ...children) {
  e.replaceChildren(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
}

// button that does something and never takes the keyboard away from the page.
export function button(text, title, act, kind = '') {
  return h('button', { type: 'button', class: kind, title, onclick: (ev) => { ev.currentTarget.blur(); act(ev); } }, text);
}

export const px = (n) => `${Math.round(n * 10) / 10}px`;

// clock is a time as people here say it: today's without the day.
export function clock(at) {
  if (!at) return '';
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return at;
  const two = (n) => String(n).padStart(2, '0');
  const time = `${two(d.getHours())}:${two(d.getMinutes())}`;
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return d.toDateString() === new Date().toDateString() ? time : `${day} ${time}`;
}
