/** Small parts of the chat: icons, buttons, an answer's markup, times of day. */
import { h, svg } from './dom.js';

const PATHS = {
  ask: 'M4 5h16v11H10l-4 4v-4H4z M12 8v5 M9.5 10.5h5',
  help: 'M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3q-1 .4-1 1.7 M12 16.5v.1 M3 12a9 9 0 1 1 18 0a9 9 0 1 1-18 0',
  best: 'M12 4l2.5 5 5.5.8-4 3.9 1 5.5-5-2.6-5 2.6 1-5.5-4-3.9 5.5-.8z',
  updated: 'M12 7v5l3 2 M20 12a8 8 0 1 1-2.5-5.8 M20 3v4h-4',
  comment: 'M4 5h16v11H10l-4 4v-4H4z M8 9h8 M8 12h5',
  share: 'M8 12h9 M13 8l4 4-4 4 M4 5v14',
  edit: 'M5 19l1-4L16 5l3 3L9 18z M14 7l3 3',
  restore: 'M5 12a7 7 0 1 0 2-5 M5 4v4h4 M12 9v3.5l2.5 1.5',
  send: 'M5 12l15-7-5 15-3.5-6.5z',
  close: 'M6 6l12 12 M18 6L6 18',
  back: 'M14 6l-6 6 6 6',
  fold: 'M7 14l5-5 5 5',
  next: 'M10 7l5 5-5 5',
  lock: 'M7 11h10v8H7z M9 11V8.5a3 3 0 0 1 6 0V11',
};

export const icon = (name) => svg('svg', { viewBox: '0 0 24 24', class: 'icon' }, svg('path', { d: PATHS[name] }));

export const button = (content, onclick, kind) => h('button', { type: 'button', class: kind, onclick }, content);

/** A paragraph, or nothing for no words. */
export const p = (words, kind) => words && h('p', { class: kind }, words);

export const done = (words) => p(`✓ ${words}`, 'done');

export const dots = (words) => p([h('span', { class: 'sr' }, words), h('i'), h('i'), h('i')], 'dots');

let trusted;

/** An entry's answer, sanitised by the server: the one place where markup comes in as text. */
export function answer(markup) {
  const policy = { createHTML: (text) => text };
  trusted ??= globalThis.trustedTypes?.createPolicy('elbi', policy) ?? policy;
  const made = h('div', { class: 'answer' });
  made.innerHTML = trusted.createHTML(markup);
  for (const table of made.querySelectorAll('table')) {
    const scroller = h('div', { class: 'scroller', tabindex: 0 });
    table.replaceWith(scroller);
    scroller.append(table);
  }
  return made;
}

/** A time (seconds since 1970) as Korea's clocks and calendars have it. */
export const clock = (seconds, lang, options) =>
  new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ko-KR', { timeZone: 'Asia/Seoul', ...options }).format(seconds * 1000);

export const HOUR = { hour: 'numeric', minute: '2-digit' };
export const DAY = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' };
export const DATE = { year: 'numeric', month: '2-digit', day: '2-digit' };

/** `{name}`s in a text filled in. */
export const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
