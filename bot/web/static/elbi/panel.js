/** The chat: what its parts have in common, from the first greeting to the last goodbye. */
import { ChatApi } from './chat-api.js';
import { Composer } from './composer.js';
import { elbiFace, h, sheet } from './dom.js';
import { Memory } from './memory.js';
import { Pages } from './pages.js';
import { DAY, button, clock, done, dots, icon, p, say } from './parts.js';
import { entryView, locked, loginButton } from './replies.js';
import { strings } from './strings.js';
import { STYLE } from './style.js';
import { Turns } from './turns.js';

const POLL = 30000;

export class Panel {
  entry = null; // the entry shown last: what 댓글 and 공유 are about
  #expired = false; // a member's session has ended, and the page had no token for another
  #day = '';
  #timer = 0;
  #epoch = 0; // counts visitors: what arrives for an earlier one is dropped
  #listening = new AbortController();

  constructor(element) {
    this.element = element;
    this.shadow = element.shadowRoot;
    this.lang = element.lang === 'en' ? 'en' : 'ko';
    this.words = strings(this.lang);
    this.memory = new Memory(element.base);
    this.api = new ChatApi(element.base, this.memory, {
      token: () => element.getAttribute('token'),
      fresh: () => this.#fresh(),
      renewed: () => {
        this.#expired = false;
        if (!this.memory.member) this.#mark(this.words.renewed);
      },
    });
    this.node = h('section', { class: 'panel' });
  }

  get canLogin() {
    return this.element.hasAttribute('login') && (!this.memory.member || this.#expired);
  }

  async start() {
    this.shadow.adoptedStyleSheets = [this.element.sheet, sheet(STYLE)];
    this.#draw();
    this.changed('mode');
    this.connected(true);
    await this.#begin();
  }

  #draw() {
    const { words } = this;
    this.turns = new Turns(this);
    this.pages = new Pages(this);
    this.composer = new Composer(this);
    this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': words.log, tabindex: 0 });
    this.announcer = h('p', { class: 'sr', 'aria-live': 'polite' });
    this.notice = h('p', { class: 'banner', role: 'status' });
    this.who = h('span', { class: 'who' });
    this.fold = h('button', { type: 'button', class: 'plain fold', part: 'fold', onclick: () => this.element.toggle() });
    const acts = {
      ask: () => this.pages.toElbi({ text: this.turns.unanswered }),
      help: () => this.ask('도움말'),
      best: () => this.ask('베스트 질의'),
      updated: () => this.ask('신규 콘텐츠'),
      comment: () => this.pages.comment(),
      share: () => this.pages.share(),
      edit: () => this.#edit(),
      restore: () => this.#restore(),
    };
    this.main = h('div', { class: 'main' }, this.log, this.composer.node,
      h('nav', { class: 'bar', 'aria-label': words.bar }, Object.entries(acts).map(([name, act]) =>
        h('button', { type: 'button', class: name, onclick: act }, icon(name), words[name]))));
    this.node.replaceChildren(
      h('div', { class: 'head' }, elbiFace(), h('h2', {}, words.title, this.who), button(words.mine, () => this.pages.mine(), 'plain mine-all'), this.fold),
      this.notice, this.main, this.pages.node, this.announcer);
    this.node.addEventListener('keydown', (event) => this.#key(event));
    const { signal } = this.#listening;
    for (const name of ['online', 'offline']) addEventListener(name, () => this.#online(), { signal });
    document.addEventListener('visibilitychange', () => this.#poll(), { signal });
    this.#online();
  }

  /** Takes up the visitor the page names, and what is theirs. */
  async #begin(again) {
    const { memory, words, turns, element } = this;
    const before = memory.data.session;
    this.#end(memory.take(element.getAttribute('token')));
    // the same visitor, with a newer token
    if (before && before === memory.data.session && !again) return turns.retryAll();
    const epoch = ++this.#epoch;
    this.#expired = false;
    const carried = before && before === memory.data.guest; // a guest became a member: their words stay
    if (!carried) this.#clear();
    this.pages.close();
    try {
      const first = !memory.data.session;
      await this.api.session();
      const { messages } = first && !memory.member ? { messages: [] } : await this.api.get('/messages');
      if (epoch !== this.#epoch) return;
      if (first) memory.update({ since: messages.at(-1)?.seq ?? 0 });
      const { since = 0, guest, notes, name, company, mode } = memory.data;
      this.who.textContent = memory.member ? [say(words.member, { name }), company].filter(Boolean).join(' · ') : words.guest;
      this.node.classList.toggle('is-member', memory.member);
      turns.last = since;
      if (guest && !carried) await this.#carry(guest);
      if (guest) this.#mark(say(words.logged_in, { name }));
      else await this.#welcome();
      if (epoch !== this.#epoch) return;
      const opened = [...notes];
      for (const turn of [...messages.filter((each) => each.seq > since), { seq: Infinity }]) {
        while (opened[0]?.after < turn.seq) this.#reopen(opened.shift());
        if (turn.id) turns.restore(turn);
      }
      turns.resume();
      element.emit('ready', { mode, name, company });
    } catch (error) {
      if (epoch === this.#epoch) this.log.replaceChildren(p(this.why(error), 'mark'), button(words.again, () => this.#begin(true), 'wide'));
      return;
    }
    this.changed('share');
    this.#poll();
  }

  async #welcome() {
    const { words, memory } = this;
    const { topics } = await this.api.get('/help');
    const open = topics.filter((topic) => topic.open);
    const examples = open.length > 1 ? open.map((topic) => topic.examples[0]).slice(0, 5) : open.flatMap((topic) => topic.examples);
    this.put(h('div', { class: 'welcome' },
      elbiFace(),
      p(say(memory.member ? words.hello_member : words.hello_guest, memory.data), 'hello'),
      p(words.welcome),
      h('ul', {}, words.covers.split('\n').map((each) => h('li', {}, each))),
      p(words.how),
      !memory.member && p(words.guest_only, 'small'),
      p(words.try, 'label'),
      h('div', { class: 'chips' }, examples.map((each) => button(each.label, () => this.ask(each.send), 'chip'))),
      h('div', { class: 'row' }, button([icon('help'), words.range], () => this.ask('도움말'), 'chip'), loginButton(this))));
  }

  /** What this member asked as a guest. */
  async #carry(session) {
    const { messages } = await this.api.fetch('GET', '/messages', null, session).catch(() => ({ messages: [] }));
    for (const turn of messages) this.turns.restore(turn, true);
  }

  /** An attribute of the element has changed. */
  changed(name) {
    const { element, memory, fold, words } = this;
    if (!this.main) return;
    if (name === 'token' && (element.hasAttribute('token') || memory.member)) this.#begin();
    if (name === 'mode' || name === 'open') {
      const { shown, inline } = element;
      this.node.setAttribute('role', inline ? 'region' : 'dialog');
      this.node.setAttribute('aria-label', words.title);
      this.node.hidden = !shown && !inline;
      this.node.classList.toggle('folded', !shown);
      fold.setAttribute('aria-label', inline ? (shown ? words.fold : words.unfold) : words.close);
      fold.setAttribute('aria-expanded', String(shown));
      fold.replaceChildren(icon(inline ? 'fold' : 'close'));
      if (shown) {
        element.unread = 0;
        this.#poll();
      }
    }
    const share = element.getAttribute('share');
    if (name === 'share' && share && memory.data.session) this.#shared(share);
  }

  async #shared(token) {
    const epoch = this.#epoch;
    let shown;
    try {
      shown = [p(this.words.shared), entryView(this, await this.api.get(`/shares/${encodeURIComponent(token)}`))];
    } catch (error) {
      shown = locked(this, error.status === 404 ? this.words.share_gone : this.why(error));
    }
    if (epoch === this.#epoch) this.#local(null, shown);
  }

  connected(here) {
    clearInterval(this.#timer);
    if (here) this.#timer = setInterval(() => this.#poll(), POLL);
  }

  focus() {
    if (!this.node.hidden && !this.pages.shown) this.composer.focus();
  }

  ask(text) {
    this.pages.close();
    this.turns.ask(text);
  }

  /** Shows an entry as a turn; the server's history knows only questions. */
  async open(id, title) {
    this.pages.close();
    const { words, memory, api, turns } = this;
    const node = this.#local(title, dots(words.thinking));
    const card = node.querySelector('.reply');
    try {
      card.replaceChildren(entryView(this, await api.get(`/faq/${encodeURIComponent(id)}`)));
      memory.update({ notes: [...memory.data.notes, { after: turns.last, id, title }] });
    } catch (error) {
      const gone = error.status === 404;
      card.replaceChildren(p(gone ? words.gone : this.why(error)), gone ? '' : button(words.again, () => {
        node.remove();
        this.open(id, title);
      }, 'link'));
    }
    this.announce(card.innerText);
    this.reveal(node);
  }

  /** An entry opened before a reload, by its title only: a reload is no new opening. */
  #reopen({ id, title }) {
    this.#local(title, button(this.words.reopen, () => this.open(id, title), 'link'));
  }

  #local(said, ...content) {
    const node = h('div', { class: 'turn' }, said && h('div', { class: 'mine' }, p(said, 'said')), h('div', { class: 'reply' }, content));
    this.put(node);
    this.reveal(node);
    return node;
  }

  note(words) {
    this.#local(null, p(words));
    this.announce(words);
  }

  #mark(words) {
    this.put(p(words, 'mark'));
    this.announce(words);
  }

  /** Adds to the log, under a line with the day where it changes. */
  put(node, at = Date.now() / 1000, before = null) {
    const day = clock(at, this.lang, DAY);
    if (day !== this.#day) this.log.insertBefore(p(day, 'day'), before);
    this.#day = day;
    this.log.insertBefore(node, before);
  }

  /** Scrolls so that a turn is read from its beginning. */
  reveal(node) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.log.scrollTo({ top: node.offsetTop - this.log.offsetTop - 12, behavior: calm ? 'auto' : 'smooth' });
  }

  announce(words) {
    this.announcer.textContent = '';
    setTimeout(() => (this.announcer.textContent = words.slice(0, 600)), 50);
  }

  /** What to say of an error. */
  why(error) {
    if (!error.status && error.code !== 'network') console.warn('elbi', error);
    if (error.code !== 'login_again') return (error.code && error.message) || this.words.trouble;
    this.#expired = true;
    this.#local(null, locked(this, this.words.login_again));
    return this.words.login_again;
  }

  #edit() {
    const text = this.turns.lastText;
    if (!text) return this.note(this.words.edit_none);
    this.composer.edit(text);
    this.announce(this.words.editing);
  }

  async #restore() {
    const { words, turns, log, memory } = this;
    const { messages } = await this.api.get('/messages').catch(() => ({ messages: [] }));
    const earlier = messages.filter((turn) => turn.seq <= memory.data.since && !turns.has(turn.id));
    if (!earlier.length) return this.note(words.earlier_none);
    const today = this.#day;
    const first = log.firstChild;
    const mark = p(words.earlier, 'mark');
    log.insertBefore(mark, first);
    this.#day = '';
    for (const turn of earlier) turns.restore(turn, true, first);
    this.#day = today;
    this.announce(words.earlier);
    this.reveal(mark);
  }

  rate(entry, helpful, comment) {
    return this.#try(this.api.post('/feedback', { faq_id: entry.id, helpful, ...(comment && { comment }) }));
  }

  /** To 엘비. */
  async sendToStaff({ text, about }) {
    const answered = await this.#try(this.api.post('/questions', { text, ...(about && { about }) }));
    if (!answered) return false;
    this.memory.update({ asks: [...this.memory.data.asks, text], asked: true });
    this.announce(this.words.asked);
    return true;
  }

  #try(call) {
    return call.catch((error) => {
      this.notice.textContent = this.why(error);
      setTimeout(() => this.#online(), 6000);
    });
  }

  #online() {
    this.notice.textContent = navigator.onLine ? '' : this.words.offline;
    if (navigator.onLine) this.turns.retryAll();
  }

  /** News: words from staff, turns of another tab, and answers to my questions. */
  async #poll() {
    const { memory, element, api, turns } = this;
    if (!memory.data.session || document.hidden) return;
    const epoch = this.#epoch;
    try {
      const { messages } = turns.last ? await api.get('/messages', { after: turns.last }) : { messages: [] };
      const { questions } = memory.data.asked ? await api.get('/questions') : {};
      if (epoch !== this.#epoch) return;
      const told = messages.filter((turn) => turns.restore(turn) && !turn.text).length;
      const news = told + (questions ? this.seen(questions) : 0);
      if (news) this.announce(this.words.answered);
      if (!element.shown) element.unread += news;
    } catch {
      // the next time
    }
  }

  /** Tells of questions that have been answered since; returns how many. */
  seen(questions) {
    const { memory, words } = this;
    const answered = questions.filter((each) => each.state === 'published' && memory.data.seen[each.question_id] !== 'published');
    for (const { text, faq_id } of answered) {
      this.#local(null, done(words.answered), h('blockquote', {}, text), faq_id && button(words.see_answer, () => this.open(faq_id, text), 'primary'));
    }
    memory.update({
      seen: Object.fromEntries(questions.map((each) => [each.question_id, each.state])),
      asked: questions.some((each) => !['published', 'rejected'].includes(each.state)) || undefined,
    });
    return answered.length;
  }

  login() {
    const address = this.element.getAttribute('login');
    if (this.element.emit('login') && address) location.assign(address);
  }

  /** A fresh token from the page, where it answers the event. */
  async #fresh() {
    let given;
    this.element.emit('token-needed', { respond: (token) => (given = token) });
    return Promise.resolve(given).catch(() => null);
  }

  #key(event) {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (this.pages.shown) this.pages.back();
    else if (!this.element.inline) this.element.close();
  }

  #clear() {
    this.turns.forget();
    this.log.replaceChildren();
    this.composer.clear();
    this.entry = null;
    this.#day = '';
  }

  #end(sessions) {
    return Promise.all(sessions.map((session) => this.api.fetch('DELETE', '/sessions', null, session).catch(() => {})));
  }

  async shutdown() {
    this.#epoch++;
    this.connected(false);
    this.#listening.abort();
    if (this.main) this.#clear();
    await this.#end(this.memory.clear());
  }
}
