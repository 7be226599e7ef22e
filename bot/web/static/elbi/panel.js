/** The chat's frame: its parts, its log, and what attributes and keys do to it. */
import { Composer } from './composer.js';
import { elbiFace, h, sheet } from './dom.js';
import { Pages } from './pages.js';
import { Session } from './session.js';
import { strings } from './strings.js';
import { STYLE } from './style.js';
import { Turns } from './turns.js';
import { DAY, button, clock, dots, entryView, icon, locked, p } from './views.js';
import { Visit } from './visit.js';

export class Panel {
  entry = null; // shown last: what 댓글 and 공유 are about
  #day = '';
  #listening = new AbortController();

  constructor(element) {
    this.element = element;
    this.shadow = element.shadowRoot;
    this.lang = element.lang === 'en' ? 'en' : 'ko';
    this.words = strings(this.lang);
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
    this.log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': words.log, tabindex: 0 });
    this.announcer = h('p', { class: 'sr', 'aria-live': 'polite' });
    this.banner = h('p', { class: 'banner', role: 'status' });
    this.who = h('span', { class: 'who' });
    this.fold = h('button', { type: 'button', class: 'plain fold', part: 'fold', onclick: () => this.element.toggle() });
    const acts = {
      ask: () => pages.toElbi(turns.unanswered),
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
      this.banner, h('div', { class: 'stage' }, this.main, pages.node), this.announcer);
  }

  called(names) {
    this.who.textContent = names.filter(Boolean).join(' · ');
    this.node.classList.toggle('is-member', this.session.member);
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
      this.visit.look();
      if (shown) this.visit.poll();
    }
    const share = element.getAttribute('share');
    if (name === 'share' && share && session.who.session) this.#shared(share);
  }

  async #shared(token) {
    const { epoch } = this.visit;
    let shown;
    try {
      shown = [p(this.words.shared), entryView(this, await this.session.get(`/shares/${encodeURIComponent(token)}`))];
    } catch (error) {
      shown = locked(this, error.status === 404 ? this.words.share_gone : this.why(error));
    }
    if (epoch === this.visit.epoch) this.#local(null, shown);
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
    const { words, session, turns } = this;
    const node = this.#local(title, dots(words.thinking));
    const card = node.querySelector('.reply');
    const { epoch } = this.visit;
    try {
      card.replaceChildren(entryView(this, await session.get(`/faq/${encodeURIComponent(id)}`)));
      if (epoch !== this.visit.epoch) return;
      session.keep(null, { notes: [...session.tab.notes, { after: turns.last, id, title }].slice(-30) });
    } catch (error) {
      const again = () => {
        node.remove();
        this.open(id, title);
      };
      card.replaceChildren(...(error.status === 404 ? [p(words.gone)] : [p(this.why(error)), button(words.again, again, 'link')]));
    }
    this.announce(card.innerText);
    this.reveal(node);
  }

  /** By its title only: a reload is no new opening. */
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

  reveal(node) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.log.scrollTo({ top: node.offsetTop - this.log.offsetTop - 12, behavior: calm ? 'auto' : 'smooth' });
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

  /** What a call returns; where it is refused, says so and returns nothing. */
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
    const text = this.turns.lastText;
    if (!text) return this.note(this.words.edit_none);
    this.composer.edit(text);
    this.announce(this.words.editing);
  }

  #key(event) {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (this.pages.shown) this.pages.back();
    else if (!this.element.inline) this.element.close();
  }

  clear() {
    this.pages.close();
    this.turns.forget();
    this.log.replaceChildren();
    this.composer.clear();
    this.who.textContent = '';
    this.entry = null;
    this.#day = '';
  }

  async shutdown() {
    this.#listening.abort();
    this.clear();
    await this.visit.shutdown();
  }
}
