/** How each kind of reply is drawn. */
import { h } from './dom.js';
import { DATE, DAY, HOUR, answer, button, clock, done, icon, p, say } from './parts.js';

export function replyView(chat, reply) {
  const { kind, choices } = reply;
  const pick = ({ label, send, open }) => (open ? chat.open(open, label) : chat.ask(send ?? label));
  const maybe = kind === 'faq';
  return h('div', { class: `reply ${kind}`, 'data-kind': kind },
    h('span', { class: 'sr' }, chat.words.title),
    (KINDS[kind] ?? KINDS.text)(chat, reply),
    choices?.length > 0 && h('div', { class: maybe ? 'more' : 'chips' },
      maybe && p(chat.words.maybe, 'label'),
      choices.map((each) => button(maybe ? [h('span', { class: 'grow' }, each.label), icon('next')] : each.label, () => pick(each), maybe ? 'item' : 'chip'))));
}

const KINDS = {
  text: (chat, { text }) => p(text),

  faq: (chat, { faq }) => entryView(chat, faq),

  faq_list: (chat, { query, total, items, more }) => [
    p(say(chat.words.found, { total })),
    entryList(chat, items),
    more && button(say(chat.words.see_all, { total }), () => chat.pages.list({ q: query }), 'wide'),
  ],

  best: (chat, { kind, items }) => [p(chat.words[`said_${kind}`]), entryList(chat, items)],

  help: (chat, { text, topics }) => [p(text), h('ul', { class: 'entries' }, topics.map((topic) =>
    h('li', {}, button([
      h('span', { class: 'grow' }, h('strong', {}, topic.label), h('span', { class: 'small' }, topic.covers)),
      topic.open ? icon('next') : [h('span', { class: 'tag' }, chat.words.after_login), icon('lock')],
    ], () => chat.pages.topic(topic), 'item'))))],

  login_required: (chat, { text }) => locked(chat, text),

  no_answer: (chat, { text, question, can_ask }) => [p(text), can_ask && (question ? oneTap(chat, question) : chat.pages.askForm({}))],

  asked: (chat, { text }) => [done(text), button(chat.words.mine, () => chat.pages.mine(), 'link')],

  /** steps: [{title, detail?, state: done | next | todo}]; available_at in seconds since 1970, or as ISO 8601. */
  onboarding: (chat, { text, steps = [], available_at }) => {
    const { words, lang } = chat;
    const when = typeof available_at === 'string' ? Date.parse(available_at) / 1000 : available_at;
    return [
      p(text),
      h('ol', { class: 'steps', 'aria-label': words.steps }, steps.map(({ title, detail, state }) =>
        h('li', { class: `step ${state}`, 'aria-current': state === 'next' && 'step' },
          h('strong', {}, title), ' ', h('span', { class: 'tag' }, words[`step_${state}`]), h('span', { class: 'small' }, detail)))),
      when && p(say(words.available, { date: clock(when, lang, { ...DAY, ...HOUR }) }), 'label'),
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

/** Entries to choose from, numbered from `first` on. */
export function entryList(chat, items, first = 1) {
  if (!items.length) return p(chat.words.nothing);
  return h('ol', { class: 'entries', start: first }, items.map(({ id, title, system, updated }, index) =>
    h('li', {}, button([
      h('span', { class: 'number', 'aria-hidden': 'true' }, index + first),
      h('span', { class: 'grow' }, h('span', { class: `system ${system}` }, `[${system}] `), title, updated && date(chat, updated)),
      icon('next'),
    ], () => chat.open(id, `[${system}] ${title}`), 'item'))));
}

const date = (chat, day, words = '{date}') =>
  h('span', { class: 'small' }, say(words, { date: clock(Date.parse(day) / 1000, chat.lang, DATE) }));

export const locked = (chat, words) => h('div', { class: 'notice' }, icon('lock'), h('div', { class: 'grow' }, p(words), loginButton(chat)));

/** Only where the page knows a way to log in. */
export const loginButton = (chat) => chat.canLogin && button(chat.words.login, () => chat.login(), 'primary login');

/** To 엘비 with the question already filled in. */
function oneTap(chat, text) {
  const { words, pages } = chat;
  const sent = () => place.replaceChildren(done(words.asked), button(words.mine, () => pages.mine(), 'link'));
  const send = button([icon('ask'), words.one_tap], async () => {
    send.disabled = true;
    if (await chat.sendToStaff({ text })) sent();
    send.disabled = false;
  }, 'primary ask');
  const place = h('div', { class: 'row' }, h('blockquote', {}, text), send, button(words.change, () => pages.toElbi({ text }), 'link'));
  if (chat.memory.data.asks.includes(text)) sent();
  return place;
}

/** An entry: the answer, what is related, and the visitor's word on it. */
export function entryView(chat, entry) {
  const { words, pages } = chat;
  const { id, title, system, category_label, html, related, updated } = entry;
  chat.entry = entry;
  return h('article', { class: 'entry', 'data-faq': id },
    p([h('span', { class: `system ${system}` }, system), ` ${category_label ?? ''}`], 'small'),
    h('h3', {}, title),
    answer(html),
    related?.length > 0 && h('div', { class: 'more' }, p(words.related, 'label'), related.map((other) =>
      button([h('span', { class: 'grow' }, other.title), icon('next')], () => chat.open(other.id, `[${other.system}] ${other.title}`), 'item'))),
    h('footer', {},
      feedback(chat, entry),
      h('div', { class: 'row foot' },
        updated && date(chat, updated, words.date),
        button([icon('comment'), words.comment], () => pages.comment(entry), 'link'),
        button([icon('share'), words.share], () => pages.share(entry), 'link'))));
}

function feedback(chat, entry) {
  const { words, pages } = chat;
  const said = h('div', { class: 'row' });
  const vote = (helpful, label) =>
    h('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', onclick: () => rate(helpful) }, label);
  const votes = [vote(true, words.yes), vote(false, words.no)];
  async function rate(helpful) {
    if (!(await chat.rate(entry, helpful))) return;
    votes.forEach((each, index) => each.setAttribute('aria-pressed', String(!index === helpful)));
    const thanks = helpful ? words.thanks_yes : words.thanks_no;
    said.replaceChildren(thanks, button(words.comment, () => pages.comment(entry, helpful), 'link'),
      helpful ? '' : button(words.ask, () => pages.toElbi({ about: entry }), 'link'));
    chat.announce(thanks);
  }
  return h('div', { role: 'group', class: 'feedback', 'aria-label': words.helpful }, h('div', { class: 'row' }, words.helpful, votes), said);
}
