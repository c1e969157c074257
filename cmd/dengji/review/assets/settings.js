// What is remembered of a reviewer: name and language. Cookies, because the
// port, and with it what else a browser keeps, may be another one next time.

function cookie(name) {
  for (const part of document.cookie.split('; ')) {
    if (part.startsWith(`${name}=`)) {
      try {
        return decodeURIComponent(part.slice(name.length + 1));
      } catch {
        return '';
      }
    }
  }
  return '';
}

function keep(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=strict`;
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? '';

export const token = meta('dengji-token');

let by = meta('dengji-by') || cookie('dengji_by');
export const reviewer = () => by;
export function setReviewer(name) {
  by = name.trim().slice(0, 40);
  keep('dengji_by', by);
}

let lang = cookie('dengji_lang') === 'en' ? 'en' : 'zh';
export const language = () => lang;
export function setLanguage(l) {
  lang = l;
  keep('dengji_lang', l);
}
