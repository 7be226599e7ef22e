/** The frame, and the field questions are typed in. */
import { elbiFace, h, sheet } from '../../elbi.js';
import { STYLE } from './style.js';
import { DAY, Pages, button, clean, clock, dots, entryView, icon, locked, p, tooLong, say } from './views.js';
import { Session, Turns, Visit } from './visit.js';

const MOST = 500;

export class Panel {
  entry = null; // shown last
  #day = '';
  #listening = new AbortController();

  constructor(element, words) {
    this.element = element;
    this.shadow = element.shadowRoot;
    this.lang = element.language;
    this.words = words;
    this.visit = new Visit(this);
    this.session = new Session(element.base, {
      token: () => element.getAttribute('token'),
      fresh: () => this.visit.fresh(),
      renewed: () => this.visit.renewed(),
    });
    this.turns = new Turns(this);
    this.pages = new Pages(this);
    this.composer = new Composer(this);
    this.node = h('section', { class: 'panel', onkeydown: (event) => this.#key(event) });
    this.shadow.adoptedStyleSheets = [element.sheet, sheet(STYLE)];
    this.#draw();
  }

  get canLogin() {
    return this.element.hasAttribute('login') && (!this.session.member || this.visit.expired);
  }

  async start() {
    this.changed('mode');
    this.visit.follow(true);
    const { signal } = this.#listening;
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    for (const name of ['online', 'offline']) on(window, name, () => this.#online());
    on(document, 'visibilitychange', () => (this.visit.look(), this.visit.poll()));
    on(window, 'pageshow', (event) => this.visit.returned(event));
    this.#online();
    await this.visit.begin();
  }

  #draw() {
    const { words, pages, turns } = this;
    this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': words.log, tabindex: 0, onscroll: () => this.#scrolled() });
    this.announcer = h('p', { class: 'sr', 'aria-live': 'polite' });
    this.banner = h('p', { class: 'banner', role: 'status' });
    this.who = h('span', { class: 'who' });
    this.fold = button('', () => this.element.toggle(), 'plain fold');
    this.fold.part = 'fold';
    const acts = {
      ask: () => pages.toElbi(turns.newest.unanswered),
      help: () => this.ask('도움말'),
      best: () => this.ask('베스트 질의'),
      updated: () => this.ask('신규 콘텐츠'),
      comment: () => pages.comment(),
      share: () => pages.share(),
      edit: () => this.#edit(),
      restore: () => this.visit.restore(),
    };
    this.main = h('div', { class: 'main' }, this.log, this.composer.node,
      h('nav', { class: 'bar', 'aria-label': words.bar }, Object.entries(acts).map(([name, act]) =>
        button([icon(name), words[name]], act, name))));
    this.node.append(
      h('div', { class: 'head' }, elbiFace(), h('h2', {}, words.title, this.who), button(words.mine, () => pages.mine(), 'plain mine-all'), this.fold),
      this.banner, h('div', { class: 'stage' }, this.main, pages.node));
  }

  called(names) {
    this.who.textContent = names.filter(Boolean).join(' · ');
    const { member } = this.session;
    this.node.classList.toggle('is-member', member);
    if (member) for (const each of this.log.querySelectorAll('.login')) this.hold(this.log), each.remove();
  }

  changed(name) {
    const { element, session, fold, words } = this;
    if (name === 'token' && (element.hasAttribute('token') || session.member)) this.visit.begin();
    if (name === 'mode' || name === 'open') {
      const { shown, inline } = element;
      this.node.setAttribute('role', inline ? 'region' : 'dialog');
      this.node.setAttribute('aria-label', words.title);
      this.node.hidden = !shown && !inline;
      this.node.classList.toggle('folded', !shown);
      fold.setAttribute('aria-label', inline ? (shown ? words.fold : words.unfold) : words.close);
      fold.setAttribute('aria-expanded', String(shown));
      fold.replaceChildren(icon(inline ? 'fold' : 'close'));
      if (shown && element.unread) this.reveal(this.log.lastChild);
      this.visit.look();
      if (shown) this.visit.poll();
    }
    const share = element.getAttribute('share');
    if (name === 'share' && share && session.who.session) this.#fetch(null, `/shares/${encodeURIComponent(share)}`, locked(this, words.share_gone));
  }

  hold(node) {
    if (!node.contains(this.shadow.activeElement)) return;
    node.tabIndex += 0; // now it can
    node.focus({ preventScroll: true });
  }

  focus() {
    if (!this.node.hidden && !this.pages.shown) this.composer.focus();
  }

  ask(text) {
    this.pages.close();
    this.turns.ask(text);
  }

  async open(id, title) {
    this.pages.close();
    const { session, turns } = this;
    if (await this.#fetch(title, `/faq/${encodeURIComponent(id)}`, p(this.words.gone)))
      session.keep(null, { notes: [...session.tab.notes, { after: turns.last, id, title }].slice(-30) });
  }

  /** Shows an entry; returns whether it is there. */
  async #fetch(title, path, gone) {
    const { words } = this;
    const { epoch } = this.visit;
    const node = this.#local(title);
    const card = node.lastChild;
    const load = async () => {
      let entry;
      this.hold(card);
      card.replaceChildren(dots(words.thinking));
      try {
        entry = await this.session.get(path);
        card.replaceChildren(title ? '' : p(words.shared), entryView(this, entry));
      } catch (error) {
        card.replaceChildren(...(error.status === 404 ? [gone] : [p(this.why(error)), button(words.again, load, 'link')]));
      }
      this.announce(card.innerText);
      this.reveal(node);
      return entry && epoch === this.visit.epoch;
    };
    return load();
  }

  reopen({ id, title }) {
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

  mark(words) {
    this.put(p(words, 'mark'));
    this.announce(words);
  }

  put(node, at = Date.now() / 1000, before = null) {
    const day = clock(at, this.lang, DAY);
    if (day !== this.#day) this.log.insertBefore(p(day, 'day'), before);
    this.#day = day;
    this.log.insertBefore(node, before);
  }

  earlier(add) {
    const day = this.#day;
    this.#day = '';
    add();
    this.#day = day;
  }

  get #below() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight;
  }

  #scrolled() {
    this.composer.newest.hidden = this.#below < 200;
  }

  reveal(node, gently) {
    this.#scrolled();
    if (gently && this.#below > node.offsetHeight + 200) return;
    this.#scroll(node.offsetTop - this.log.offsetTop - 12);
  }

  toNewest() {
    this.#scroll(this.log.scrollHeight);
    this.log.focus({ preventScroll: true });
  }

  #scroll(top) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.log.scrollTo({ top, behavior: calm ? 'auto' : 'smooth' });
  }

  announce(words) {
    this.announcer.textContent = '';
    setTimeout(() => (this.announcer.textContent = words.slice(0, 600)), 50);
  }

  why(error) {
    const { code, message } = error;
    if (!code) console.warn('elbi', error);
    if (code !== 'login_again') return (code && message) || this.words.trouble;
    this.visit.expired = true;
    this.#local(null, locked(this, this.words.login_again));
    return this.words.login_again;
  }

  async attempt(call) {
    try {
      return await call;
    } catch (error) {
      this.banner.textContent = this.why(error);
      setTimeout(() => this.#online(), 6000);
    }
  }

  #online() {
    this.banner.textContent = navigator.onLine ? '' : this.words.offline;
    if (navigator.onLine) this.turns.retryAll();
  }

  #edit() {
    const text = this.turns.newest.text;
    if (!text) return this.note(this.words.edit_none);
    this.composer.edit(text);
    this.announce(this.words.editing);
  }

  #key(event) {
    if (event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (this.pages.shown) this.pages.back();
    else if (!this.element.inline) this.element.close();
  }

  clear() {
    this.pages.close();
    this.pages.typed = {};
    this.turns.forget();
    this.hold(this.log);
    this.log.replaceChildren();
    this.composer.clear();
    this.who.textContent = '';
    this.entry = null;
    this.#day = '';
  }

  async shutdown() {
    this.#listening.abort();
    this.announcer.remove();
    this.clear();
    await this.visit.shutdown();
  }
}

/** Enter waits for the syllable being composed. */
class Composer {
  #composing = false;
  #enter = false;
  #shift = false;
  #items = [];
  #active = -1;
  #asked = 0;

  constructor(chat) {
    this.chat = chat;
    const { words } = chat;
    const stay = (event) => event.preventDefault(); // keeps the focus in the field
    this.list = h('ul', { class: 'suggestions', id: 'suggestions', role: 'listbox', 'aria-label': words.suggestions, hidden: true, onpointerdown: stay });
    this.input = h('textarea', {
      id: 'question', rows: 1, placeholder: words.placeholder, 'aria-label': words.placeholder, enterkeyhint: 'send', autocomplete: 'off',
      'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-controls': 'suggestions', 'aria-describedby': 'count',
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onbeforeinput: (event) => this.#before(event),
      oncompositionstart: () => (this.#composing = true), oncompositionend: () => this.#composed(), onblur: () => this.#left(),
    });
    this.newest = button(icon('fold'), () => chat.toNewest(), 'newest', { 'aria-label': words.newest, hidden: true });
    this.count = h('span', { class: 'count', id: 'count' });
    const send = button(icon('send'), () => this.#send(), 'primary send', { 'aria-label': words.send });
    send.onpointerdown = stay;
    this.node = h('div', { class: 'composer' }, this.list, this.newest, this.count, h('div', { class: 'row' }, this.input, send));
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  clear() {
    this.input.value = '';
    this.#fit();
  }

  resume(draft) {
    if (draft && !this.input.value) this.input.value = draft;
    this.#fit();
  }

  edit(text) {
    const { value } = this.input;
    if (!value.startsWith(text)) this.input.value = text + (value && `\n${value}`);
    this.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.#fit();
  }

  #keep() {
    this.chat.session.keep(null, { draft: this.input.value });
  }

  #typed() {
    this.#fit();
    this.#keep();
    this.#active = -1;
    const text = this.input.value.trim();
    const turn = ++this.#asked;
    if (!text || text.length > 50) return this.#suggest([]);
    setTimeout(async () => {
      if (turn !== this.#asked) return;
      const { suggestions } = await this.chat.session.get('/suggestions', { q: text }).catch(() => ({ suggestions: [] }));
      if (turn === this.#asked && this.chat.shadow.activeElement === this.input) this.#suggest(suggestions);
    }, 120);
  }

  #before(event) {
    if (event.inputType === 'insertLineBreak' && !this.#shift && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }

  #key(event) {
    this.#shift = event.shiftKey;
    const { key } = event;
    const composing = event.isComposing || this.#composing;
    if (composing || event.keyCode === 229) {
      if (/Enter/.test(event.code + key)) {
        if (composing) this.#enter = !event.shiftKey;
        else this.#submit(event);
      }
      return;
    }
    if (key === 'Enter' && !event.shiftKey) this.#submit(event);
    else if (key === 'ArrowDown' || key === 'ArrowUp') this.#move(event, key === 'ArrowDown' ? 1 : -1);
    else if (key === 'Escape' && this.#items.length) {
      event.stopPropagation();
      event.preventDefault();
      this.#suggest([]);
    }
  }

  #submit(event) {
    event.preventDefault();
    const picked = this.#items[this.#active];
    if (picked) this.#pick(picked);
    else this.#send();
  }

  #pick({ id, title }) {
    if (this.#composing) this.input.blur();
    this.clear();
    this.#keep();
    this.#suggest([]);
    this.focus();
    this.chat.open(id, title);
  }

  #left() {
    if (this.#composing) this.#composed();
    this.#suggest([]);
  }

  #composed() {
    this.#composing = false;
    if (!this.#enter) return;
    this.#enter = false;
    const text = this.input.value;
    this.#send();
    setTimeout(() => {
      const { value } = this.input;
      if (!this.#composing && value !== text && text.endsWith(value)) this.clear();
    });
  }

  #send() {
    if (this.#composing) {
      this.#enter = true;
      this.input.blur();
      this.focus();
      return;
    }
    const text = this.input.value.trim();
    if (!text) return;
    if (tooLong(this.chat.words, text, MOST)) return this.chat.announce(this.count.textContent);
    this.#asked++;
    this.clear();
    this.#keep();
    this.#suggest([]);
    this.chat.ask(text);
  }

  #fit() {
    const { value } = this.input;
    const { length } = clean(value);
    const over = tooLong(this.chat.words, value, MOST);
    this.count.textContent = over || (length < MOST - 100 ? '' : `${length} / ${MOST}`);
    this.count.classList.toggle('error', over);
    this.input.setAttribute('aria-invalid', String(!!over));
    this.input.style.height = 'auto';
    if (this.input.value) this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 120)}px`;
  }

  #suggest(items) {
    const before = this.#items.length;
    if (!items.length && !before) return;
    this.#items = items;
    this.#active = -1;
    this.list.replaceChildren(...items.map((each, index) =>
      h('li', { role: 'option', id: `suggestion-${index}`, 'aria-selected': 'false', onclick: () => this.#pick(each) }, each.title)));
    this.list.hidden = !items.length;
    this.input.removeAttribute('aria-activedescendant');
    if (!before) this.chat.announce(say(this.chat.words.suggested, { n: items.length }));
  }

  #move(event, step) {
    if (!this.#items.length) return;
    event.preventDefault();
    const count = this.#items.length;
    this.#active = (Math.max(this.#active, step < 0 ? 0 : -1) + step + count) % count;
    [...this.list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === this.#active)));
    this.list.children[this.#active].scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', `suggestion-${this.#active}`);
  }
}
