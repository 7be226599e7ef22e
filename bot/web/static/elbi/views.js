/** Small parts, replies, entries, and the pages over the conversation. */
import { h, svg } from '../../elbi.js';

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
  copy: 'M9 9h11v11H9z M15 9V4H4v11h5',
  lock: 'M7 11h10v8H7z M9 11V8.5a3 3 0 0 1 6 0V11',
};

export const icon = (name) => svg('svg', { viewBox: '0 0 24 24', class: 'icon' }, svg('path', { d: PATHS[name] }));

export const button = (content, onclick, kind, more) => h('button', { type: 'button', class: kind, onclick, ...more }, content);

export const p = (words, kind) => words && h('p', { class: kind }, words);

export const done = (words) => p(`✓ ${words}`, 'done');

export const dots = (words) => p([h('span', { class: 'sr' }, words), h('i'), h('i'), h('i')], 'dots');

export function uuid() {
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
}

export const clean = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

export function tooLong({ too_long }, text, most) {
  const n = clean(text).length;
  return n > most ? say(too_long, { n, most }) : '';
}

export const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

async function copy({ words }, text) {
  try {
    await navigator.clipboard.writeText(text);
    return words.copied;
  } catch {
    return words.copy_by_hand;
  }
}

/** ISO 8601, or seconds since 1970. */
export const clock = (time, lang, options) =>
  new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'ko-KR', { timeZone: 'Asia/Seoul', ...options }).format(+time ? time * 1000 : Date.parse(time));

export const HOUR = { hour: 'numeric', minute: '2-digit' };
export const DAY = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' };
export const DATE = { year: 'numeric', month: '2-digit', day: '2-digit' };

const date = (chat, day, words = '{date}') => h('span', { class: 'small' }, say(words, { date: clock(day, chat.lang, DATE) }));

const pick = (chat, { label, send, open }) => (open ? chat.open(open, label) : chat.ask(send));

export const chips = (chat, choices) => h('div', { class: 'chips' }, choices.map((each) => button(each.label, () => pick(chat, each), 'chip')));

export function replyView(chat, reply, id) {
  const { kind, text, choices } = reply;
  return h('div', { class: `reply ${kind}`, 'data-kind': kind },
    h('span', { class: 'sr' }, chat.words.title),
    p(text),
    KINDS[kind]?.(chat, reply, id),
    choices?.length > 0 && (kind === 'faq'
      ? more(chat.words.maybe, choices.map((each) => item(each.label, () => pick(chat, each))))
      : chips(chat, choices)));
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

  onboarding: ({ words, lang }, { steps, next, reminders }) => [
    h('ol', { class: 'steps', 'aria-label': words.steps }, steps.map(({ id, title, state, text: detail, who, at }) =>
      h('li', { class: `step ${state}`, 'aria-current': id === next && 'step' },
        h('strong', {}, title), ' ', h('span', { class: 'tag' }, words[`step_${state}`]),
        p([who, at && clock(at, lang, DATE)].filter(Boolean).join(' · '), 'small'), p(detail, /current|waiting/.test(state) || 'small')))),
    reminders.map((each) => h('div', { class: 'notice' }, p(each))),
  ],

  form: (chat, { prompt, field, error }) => {
    const id = `${field}-${++fields}`;
    let enter = false;
    const input = h('input', {
      id, autocomplete: 'off', inputmode: /number/.test(field) && 'numeric', maxlength: 500, 'aria-invalid': error && 'true', 'aria-describedby': error && `${id}-error`,
      onkeydown: (event) => (enter = event.isComposing && /Enter/.test(event.code + event.key)),
      oncompositionend: () => enter && form.requestSubmit(),
    });
    const submit = (event) => {
      event.preventDefault();
      const text = input.value.trim();
      input.value = '';
      if (!text) return;
      chat.focus();
      chat.ask(text);
    };
    const form = h('form', { class: 'field', onsubmit: submit },
      h('label', { for: id }, prompt),
      error && h('p', { class: 'error', id: `${id}-error` }, `⚠ ${error}`),
      h('div', { class: 'row' }, input, h('button', { class: 'primary' }, chat.words.send)));
    return form;
  },
};
KINDS.updated = KINDS.best;
let fields = 0;

const item = (content, act, before, after) => button([before, h('span', { class: 'grow' }, content), after, icon('back')], act, 'item');

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

function oneTap(chat, question) {
  const { words, pages, session } = chat;
  const sent = () => place.replaceChildren(done(words.asked), KINDS.asked(chat));
  const send = button([icon('ask'), words.one_tap], async () => {
    chat.hold(place);
    send.disabled = true;
    if (await pages.send(question)) {
      sent();
      chat.announce(words.asked);
    }
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
  const text = answer(html);
  const take = async ({ currentTarget: pressed }) => {
    getSelection().selectAllChildren(text);
    pressed.lastChild.textContent = await copy(chat, `${title}\n\n${text.innerText}`);
    chat.announce(pressed.innerText);
  };
  return h('article', { class: 'entry', 'data-faq': id },
    p([h('span', { class: `system ${system}` }, system), ` ${category_label ?? ''}`], 'small'),
    h('h3', {}, title),
    text,
    related?.length > 0 && more(words.related, related.map((other) => item(other.title, () => chat.open(other.id, `[${other.system}] ${other.title}`)))),
    h('footer', {},
      feedback(chat, entry),
      h('div', { class: 'row foot' },
        updated && date(chat, updated, words.date),
        button([icon('copy'), words.copy], take, 'link'),
        button([icon('comment'), words.comment], () => pages.comment(entry), 'link'),
        button([icon('share'), words.share], () => pages.share(entry), 'link'))));
}

let trusted;

function answer(markup) {
  trusted ??= globalThis.trustedTypes?.createPolicy('elbi', { createHTML: (text) => text });
  const made = h('div', { class: 'answer' });
  made.innerHTML = trusted?.createHTML(markup) ?? markup;
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
  const vote = (helpful, label) => button(label, () => rate(helpful), 'chip', { 'aria-pressed': 'false' });
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

export class Pages {
  typed = {};
  #stack = [];
  #opener = null;
  #drawn = 0;

  constructor(chat) {
    this.chat = chat;
    this.title = h('h3', { id: 'page-title', tabindex: -1 });
    this.body = h('div', { class: 'page-body' });
    this.node = h('div', { class: 'page', role: 'dialog', 'aria-labelledby': 'page-title', hidden: true },
      h('div', { class: 'page-head' }, button(icon('back'), () => this.back(), 'plain', { 'aria-label': chat.words.back }), this.title), this.body);
  }

  get shown() {
    return !this.node.hidden;
  }

  #show(title, draw) {
    if (!this.shown) this.#opener = this.chat.shadow.activeElement;
    this.#stack.push([title, draw]);
    this.#draw();
  }

  async #draw() {
    const { chat, body, title } = this;
    const [words, draw] = this.#stack.at(-1);
    const turn = ++this.#drawn;
    title.textContent = words;
    this.node.hidden = false;
    chat.main.inert = true;
    body.replaceChildren(dots());
    body.scrollTop = 0;
    title.focus();
    let content;
    try {
      content = await draw();
    } catch (error) {
      content = [p(chat.why(error), 'error'), button(chat.words.again, () => this.#draw(), 'wide')];
    }
    if (turn === this.#drawn) body.replaceChildren(...[content].flat(9).filter(Boolean));
  }

  back() {
    this.#stack.pop();
    if (this.#stack.length) this.#draw();
    else this.close();
  }

  close() {
    if (!this.shown) return;
    this.#stack = [];
    this.#drawn++;
    this.node.hidden = true;
    this.chat.main.inert = false;
    if (this.#opener?.isConnected) this.#opener.focus({ preventScroll: true });
    else this.chat.focus();
  }

  list(given) {
    const { chat } = this;
    const { words } = chat;
    const query = { q: '', category: '', page: 1, ...given };
    const draw = async () => {
      const { page } = query;
      const { total, pages, categories, items } = await chat.session.get('/faq', query);
      const go = (values) => () => {
        Object.assign(query, values);
        this.#draw();
      };
      const filter = (name, label, count) =>
        button(`${label} ${count}`, go({ category: name, page: 1 }), 'chip', { 'aria-pressed': String(name === query.category) });
      const turn = (to, label) => button(label, go({ page: to }), 'wide', { disabled: to < 1 || to > pages });
      return [
        categories.length > 1 && h('div', { class: 'chips', role: 'group', 'aria-label': words.category },
          filter('', words.all, categories.reduce((sum, each) => sum + each.total, 0)),
          categories.map((each) => filter(each.category, each.label, each.total))),
        p(say(words.total, { total }), 'label'),
        entryList(chat, items, (page - 1) * 20 + 1),
        pages > 1 && h('div', { class: 'pager' }, turn(page - 1, words.previous), `${page} / ${pages}`, turn(page + 1, words.next)),
      ];
    };
    this.#show(query.q ? say(words.all_of, query) : words.all, draw);
  }

  topic({ category, label, covers, examples, open, total }) {
    const { chat } = this;
    const { words } = chat;
    this.#show(label, () => [
      p(covers),
      open ? [
        p(words.try, 'label'),
        chips(chat, examples),
        total > 0 && button(say(words.see_all, { total }), () => this.list({ category }), 'wide'),
      ] : locked(chat, words.after_login),
    ]);
  }

  toElbi(given) {
    const { words } = this.chat;
    this.#show(words.ask, () => [this.askForm(given), button(words.mine, () => this.mine(), 'wide')]);
  }

  askForm({ id = uuid(), text = '', about } = {}) {
    const { words } = this.chat;
    const send = (written) => {
      if (written !== text) [id, text] = [uuid(), written]; // else it is the same question
      return written && this.send({ id, text, about: about?.id });
    };
    return this.#form([p(words.ask_intro), about && p(about.title, 'label')], words.ask_label, text, 500, words.ask_send, about?.id ?? text, send);
  }

  async send(question) {
    const { session, words } = this.chat;
    const taken = await this.chat.attempt(session.post('/questions', question));
    if (!taken) return;
    session.keep({ asked: true, expires_at: taken.expires_at }, { sent: [...session.tab.sent, question.id] });
    return words.asked;
  }

  rate(entry, helpful, comment) {
    return this.chat.attempt(this.chat.session.post('/feedback', { faq_id: entry.id, helpful, ...(comment && { comment }) }));
  }

  comment(entry = this.chat.entry, helpful = true) {
    const { chat } = this;
    const { words } = chat;
    if (!entry) return chat.note(words.open_first);
    const radio = (value, label) => h('label', { class: 'radio' }, h('input', { type: 'radio', name: 'helpful', value, checked: (value === 'yes') === helpful }), label);
    this.#show(words.comment, () => this.#form(
      [p(entry.title, 'label'), h('fieldset', {}, h('legend', {}, words.helpful), radio('yes', words.yes), radio('no', words.no))],
      words.comment_label, '', 1000, words.send, entry.id, async (written, form) =>
        written && (await this.rate(entry, form.elements.helpful.value === 'yes', written)) && words.comment_sent));
  }

  #form(before, label, text, most, act, subject, send) {
    const { chat, typed } = this;
    const key = label + subject;
    const { words } = chat;
    const id = `box-${++fields}`;
    const check = () => {
      typed[key] = box.value;
      const over = tooLong(words, box.value, most);
      box.setCustomValidity(over);
      hint.textContent = over || words.private;
      hint.className = over ? 'error' : 'small';
    };
    const hint = h('p', { class: 'small', id: `${id}-hint` }, words.private);
    const box = h('textarea', { id, rows: 4, required: true, 'aria-describedby': hint.id, oninput: check });
    box.value = typed[key] ?? text;
    const submit = h('button', { class: 'primary' }, act);
    const form = h('form', { class: 'field', onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const said = await send(box.value.trim(), form);
      submit.disabled = false;
      if (!said) return box.focus();
      delete typed[key];
      form.replaceChildren(done(said));
      chat.announce(said);
      if (this.shown) this.title.focus();
    } }, before, h('label', { for: id }, label), box, hint, submit);
    return form;
  }

  mine() {
    const { chat } = this;
    const { words, lang } = chat;
    this.#show(words.mine, async () => {
      const { questions } = await chat.session.get('/questions');
      const forget = !chat.session.member && h('div', { class: 'notice' }, h('div', { class: 'grow' }, p(words.forget_why, 'small'), button(words.forget, () => chat.visit.restart(), 'link')));
      if (!questions.length) return [p(words.mine_none), button(words.ask, () => this.toElbi(), 'wide'), forget];
      return [h('ul', { class: 'entries' }, questions.map(({ text, state, asked_at, faq_id }) =>
        h('li', { class: 'asked' }, p(text),
          p([h('span', { class: 'tag' }, words[state] ?? words.working), ' ', clock(asked_at, lang, { ...DATE, ...HOUR })], 'small'),
          faq_id && button(words.see_answer, () => chat.open(faq_id, text), 'link')))), forget];
    });
  }

  share(entry = this.chat.entry) {
    const { chat } = this;
    const { words } = chat;
    if (!entry) return chat.note(words.open_first);
    this.#show(words.share, async () => {
      const { url } = await chat.session.post('/shares', { faq_id: entry.id });
      const link = h('input', { id: 'link', readonly: true, value: url });
      const said = h('p', { class: 'done', role: 'status' });
      const act = async () => {
        link.select();
        said.textContent = await copy(chat, url);
      };
      return h('div', { class: 'field' }, p(entry.title, 'label'), h('label', { for: 'link' }, words.link), link,
        p(words.share_who, 'small'), button(words.copy, act, 'primary'), said);
    });
  }
}
