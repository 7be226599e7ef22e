/** The pages that lie over the conversation. */
import { h } from './dom.js';
import { uuid } from './session.js';
import { DATE, HOUR, button, clock, done, dots, entryList, icon, locked, p, say } from './views.js';

export class Pages {
  #stack = []; // [title, draw] of the pages from the lowest up
  #opener = null;
  #drawn = 0;

  constructor(chat) {
    this.chat = chat;
    this.title = h('h3', { id: 'page-title', tabindex: -1 });
    this.body = h('div', { class: 'page-body' });
    const back = button(icon('back'), () => this.back(), 'plain');
    back.setAttribute('aria-label', chat.words.back);
    this.node = h('div', { class: 'page', role: 'dialog', 'aria-labelledby': 'page-title', hidden: true },
      h('div', { class: 'page-head' }, back, this.title), this.body);
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
    if (turn === this.#drawn) body.replaceChildren(...[content].flat().filter(Boolean));
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

  list(query) {
    const { chat } = this;
    const { words } = chat;
    const draw = async () => {
      const { page = 1, q, category } = query;
      const asked = { page, ...(q && { q }), ...(category && { category }) };
      const { total, pages, categories, items } = await chat.session.get('/faq', asked);
      const go = (values) => () => {
        Object.assign(query, values);
        this.#draw();
      };
      const filter = (name, label, count) =>
        h('button', { type: 'button', class: 'chip', 'aria-pressed': String(name === category), onclick: go({ category: name, page: 1 }) }, `${label} ${count}`);
      const turn = (to, label) => h('button', { type: 'button', class: 'wide', disabled: to < 1 || to > pages, onclick: go({ page: to }) }, label);
      return [
        categories.length > 1 && h('div', { class: 'chips', role: 'group', 'aria-label': words.category },
          filter(undefined, words.all, categories.reduce((sum, each) => sum + each.total, 0)),
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
      p(words.try, 'label'),
      open ? h('div', { class: 'chips' }, examples.map((each) => button(each.label, () => chat.ask(each.send), 'chip')))
        : h('ul', {}, examples.map((each) => h('li', {}, each.label))),
      open ? total > 0 && button(say(words.see_all, { total }), () => this.list({ category }), 'wide') : locked(chat, words.after_login),
    ]);
  }

  toElbi(given) {
    const { words } = this.chat;
    this.#show(words.ask, () => [this.askForm(given), button(words.mine, () => this.mine(), 'wide')]);
  }

  askForm({ id = uuid(), text = '', about } = {}) {
    const { words } = this.chat;
    const send = (written) => {
      // other words are another question; the same ones, sent again, the same
      if (written !== text) [id, text] = [uuid(), written];
      return written && this.send({ id, text, about: about?.id });
    };
    return this.#form([p(words.ask_intro), about && p(about.title, 'label')], words.ask_label, text, 500, words.ask_send, send);
  }

  async send(question) {
    const { session, words } = this.chat;
    if (!(await this.chat.attempt(session.post('/questions', question)))) return;
    session.keep({ asked: true }, { sent: [...session.tab.sent, question.id] });
    return words.asked;
  }

  rate(entry, helpful, comment) {
    return this.chat.attempt(this.chat.session.post('/feedback', { faq_id: entry.id, helpful, ...(comment && { comment }) }));
  }

  comment(entry = this.chat.entry, helpful = true) {
    const { chat } = this;
    const { words } = chat;
    if (!entry) return chat.note(words.open_first);
    const radio = (value, label) => h('label', { class: 'radio' }, h('input', { type: 'radio', name: 'helpful', value, checked: value === 'yes' ? helpful : !helpful }), label);
    this.#show(words.comment, () => this.#form(
      [p(entry.title, 'label'), h('fieldset', {}, h('legend', {}, words.helpful), radio('yes', words.yes), radio('no', words.no))],
      words.comment_label, '', 1000, words.send, async (written, form) =>
        (await this.rate(entry, form.elements.helpful.value === 'yes', written)) && words.comment_sent));
  }

  /** A form with a box to write in; `send` returns the words for success, or nothing. */
  #form(before, label, text, most, act, send) {
    const { chat } = this;
    const id = `box-${++boxes}`;
    const box = h('textarea', { id, rows: 4, maxlength: most, 'aria-describedby': `${id}-hint` });
    box.value = text;
    const submit = h('button', { class: 'primary' }, act);
    const form = h('form', { class: 'field', onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const said = await send(box.value.trim(), form);
      submit.disabled = false;
      if (!said) return box.focus();
      form.replaceChildren(done(said));
      chat.announce(said);
      if (this.shown) this.title.focus();
    } }, before, h('label', { for: id }, label), box, h('p', { class: 'small', id: `${id}-hint` }, chat.words.private), submit);
    return form;
  }

  mine() {
    const { chat } = this;
    const { words, lang } = chat;
    this.#show(words.mine, async () => {
      const { questions } = await chat.session.get('/questions');
      if (!questions.length) return [p(words.mine_none, 'empty'), button(words.ask, () => this.toElbi(), 'wide')];
      return h('ul', { class: 'entries' }, questions.map(({ text, state, asked_at, faq_id }) =>
        h('li', { class: 'asked' }, p(text),
          p([h('span', { class: 'tag' }, words[state] ?? words.working), ' ', clock(asked_at, lang, { ...DATE, ...HOUR })], 'small'),
          faq_id && button(words.see_answer, () => chat.open(faq_id, text), 'link'))));
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
      const copy = async () => {
        link.select();
        const copied = navigator.clipboard?.writeText(url) ?? Promise.reject();
        said.textContent = await copied.then(() => words.copied, () => words.copy_by_hand);
      };
      return h('div', { class: 'field' }, p(entry.title, 'label'), h('label', { for: 'link' }, words.link), link,
        p(words.share_who, 'small'), button(words.copy, copy, 'primary'), said);
    });
  }
}
let boxes = 0;
