/** How things are drawn: small parts, every kind of reply, an entry. */
import { h, svg } from './dom.js';

const PATHS = {
  ask: 'M4 5h16v11H10l-4 4v-4H4z M12 8v5 M9.5 10.5h5',
  help: 'M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3q-1 .4-1 1.7 M12 16.5v.1 M3 12a9 9 0 1 1 18 0a9 9 0 1 1-18 0',
  best: 'M12 4l2.5 5 5.5.8-4 3.9 1 5.5-5-2.6-5 2.6 1-5.5-4-3.9 5.5-.8z',
  updated: 'M12 7v5l3 2 M20 12a8 8 0 1 1-2.5-5.8 M20 3v4h-4',
  comment: 'M4 5h16v11H10l-4 4v-4H4z M8 9h8 M8 12h5',
  share: 'M12 15V4 M8 8l4-4 4 4 M5 13v7h14v-7',
  edit: 'M5 19l1-4L16 5l3 3L9 18z M14 7l3 3',
  restore: 'M5 12a7 7 0 1 0 2-5 M5 4v4h4 M12 9v3.5l2.5 1.5',
  send: 'M12 19V5 M6 11l6-6 6 6',
  close: 'M6 6l12 12 M18 6L6 18',
  back: 'M14 6l-6 6 6 6',
  fold: 'M7 14l5-5 5 5',
  next: 'M10 7l5 5-5 5',
  lock: 'M7 11h10v8H7z M9 11V8.5a3 3 0 0 1 6 0V11',
};

export const icon = (name) => svg('svg', { viewBox: '0 0 24 24', class: 'icon' }, svg('path', { d: PATHS[name] }));

export const button = (content, onclick, kind) => h('button', { type: 'button', class: kind, onclick }, content);

export const p = (words, kind) => words && h('p', { class: kind }, words);

export const done = (words) => p(`✓ ${words}`, 'done');

export const dots = (words) => p([h('span', { class: 'sr' }, words), h('i'), h('i'), h('i')], 'dots');

export const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/** A time (ISO 8601, or seconds since 1970) in Korea. */
export const clock = (time, lang, options) =>
  new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ko-KR', { timeZone: 'Asia/Seoul', ...options }).format(+time ? time * 1000 : Date.parse(time));

export const HOUR = { hour: 'numeric', minute: '2-digit' };
export const DAY = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' };
export const DATE = { year: 'numeric', month: '2-digit', day: '2-digit' };

const date = (chat, day, words = '{date}') => h('span', { class: 'small' }, say(words, { date: clock(day, chat.lang, DATE) }));

export function replyView(chat, reply, id) {
  const { kind, text, choices } = reply;
  const pick = ({ label, send, open }) => (open ? chat.open(open, label) : chat.ask(send ?? label));
  return h('div', { class: `reply ${kind}`, 'data-kind': kind },
    h('span', { class: 'sr' }, chat.words.title),
    p(text),
    KINDS[kind]?.(chat, reply, id),
    choices?.length > 0 && (kind === 'faq'
      ? more(chat.words.maybe, choices.map((each) => item(each.label, () => pick(each))))
      : h('div', { class: 'chips' }, choices.map((each) => button(each.label, () => pick(each), 'chip')))));
}

const KINDS = {
  faq: (chat, { faq }) => entryView(chat, faq),

  faq_list: (chat, { query, total, items, more }) => [
    entryList(chat, items),
    more && button(say(chat.words.see_all, { total }), () => chat.pages.list({ q: query }), 'wide'),
  ],

  best: (chat, { items }) => entryList(chat, items),

  help: (chat, { topics }) => h('ul', { class: 'entries' }, topics.map((topic) =>
    h('li', {}, item([h('strong', {}, topic.label), h('span', { class: 'small' }, topic.covers)], () => chat.pages.topic(topic), '',
      !topic.open && h('span', { class: 'tag' }, chat.words.after_login))))),

  login_required: loginButton,

  no_answer: (chat, { question, can_ask }, id) => can_ask && (question ? oneTap(chat, { id, text: question }) : chat.pages.askForm()),

  asked: ({ words, pages }) => button(words.mine, () => pages.mine(), 'link'),

  answered: (chat, { question, faq }) => [
    done(chat.words.answered),
    h('blockquote', {}, question),
    faq && button(chat.words.see_answer, () => chat.open(faq.id, faq.title), 'primary'),
  ],

  onboarding: (chat, { steps = [], available_at, reminders = [] }) => {
    const { words, lang } = chat;
    const from = (time) => time && p(say(words.available, { date: clock(time, lang, { ...DAY, ...HOUR }) }), 'label');
    return [
      h('ol', { class: 'steps', 'aria-label': words.steps }, steps.map(({ title, state, text: detail, who, at, available_at: opens }) => {
        const here = /current|waiting/.test(state);
        return h('li', { class: `step ${state}`, 'aria-current': here && 'step' },
          h('strong', {}, title), ' ', h('span', { class: 'tag' }, words[`step_${state}`]),
          p([who, at && clock(at, lang, DATE)].filter(Boolean).join(' · '), 'small'), p(detail, here || 'small'), opens !== available_at && from(opens));
      })),
      from(available_at),
      reminders.map((each) => h('div', { class: 'notice' }, p(each.text ?? each))),
    ];
  },

  form: (chat, { prompt, field, error }) => {
    const id = `${field}-${++fields}`;
    const input = h('input', { id, autocomplete: 'off', maxlength: 500, 'aria-invalid': error && 'true', 'aria-describedby': `${id}-error` });
    const submit = (event) => {
      event.preventDefault();
      if (input.value.trim()) chat.ask(input.value.trim());
    };
    return h('form', { class: 'field', onsubmit: submit },
      h('label', { for: id }, prompt),
      h('p', { class: 'error', id: `${id}-error` }, error && `⚠ ${error}`),
      h('div', { class: 'row' }, input, h('button', { class: 'primary' }, chat.words.send)));
  },
};
KINDS.updated = KINDS.best;
let fields = 0;

const item = (content, act, before, after) => button([before, h('span', { class: 'grow' }, content), after, icon('next')], act, 'item');

const more = (label, items) => h('div', { class: 'more' }, p(label, 'label'), items);

export function entryList(chat, items, first = 1) {
  if (!items.length) return p(chat.words.nothing);
  return h('ol', { class: 'entries', start: first }, items.map(({ id, title, system, updated }, index) =>
    h('li', {}, item([h('span', { class: `system ${system}` }, `[${system}] `), title, updated && date(chat, updated)],
      () => chat.open(id, `[${system}] ${title}`), h('span', { class: 'number', 'aria-hidden': 'true' }, index + first)))));
}

export const locked = (chat, words) => h('div', { class: 'notice' }, icon('lock'), h('div', { class: 'grow' }, p(words), loginButton(chat)));

export function loginButton(chat) {
  return chat.canLogin && button(chat.words.login, () => chat.visit.login(), 'primary login');
}

function oneTap({ words, pages, session }, question) {
  const sent = () => place.replaceChildren(done(words.asked), button(words.mine, () => pages.mine(), 'link'));
  const send = button([icon('ask'), words.one_tap], async () => {
    send.disabled = true;
    if (await pages.send(question)) sent();
    send.disabled = false;
  }, 'primary');
  const place = h('div', { class: 'row' }, h('blockquote', {}, question.text), send, button(words.change, () => pages.toElbi(question), 'link'));
  if (session.tab.sent.includes(question.id)) sent();
  return place;
}

export function entryView(chat, entry) {
  const { words, pages } = chat;
  const { id, title, system, category_label, html, related, updated } = entry;
  chat.entry = entry;
  return h('article', { class: 'entry', 'data-faq': id },
    p([h('span', { class: `system ${system}` }, system), ` ${category_label ?? ''}`], 'small'),
    h('h3', {}, title),
    answer(html),
    related?.length > 0 && more(words.related, related.map((other) => item(other.title, () => chat.open(other.id, `[${other.system}] ${other.title}`)))),
    h('footer', {},
      feedback(chat, entry),
      h('div', { class: 'row foot' },
        updated && date(chat, updated, words.date),
        button([icon('comment'), words.comment], () => pages.comment(entry), 'link'),
        button([icon('share'), words.share], () => pages.share(entry), 'link'))));
}

let trusted;

/** Sanitised by the server: the one place where markup comes in as text. */
function answer(markup) {
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

function feedback(chat, entry) {
  const { words, pages } = chat;
  const said = h('div', { class: 'row' });
  const vote = (helpful, label) =>
    h('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', onclick: () => rate(helpful) }, label);
  const votes = [vote(true, words.yes), vote(false, words.no)];
  async function rate(helpful) {
    if (!(await pages.rate(entry, helpful))) return;
    votes.forEach((each, index) => each.setAttribute('aria-pressed', String(!index === helpful)));
    const thanks = helpful ? words.thanks_yes : words.thanks_no;
    said.replaceChildren(thanks, button(words.comment, () => pages.comment(entry, helpful), 'link'),
      helpful ? '' : button(words.ask, () => pages.toElbi({ about: entry }), 'link'));
    chat.announce(thanks);
  }
  return h('div', { role: 'group', class: 'feedback', 'aria-label': words.helpful }, h('div', { class: 'row' }, words.helpful, votes), said);
}
