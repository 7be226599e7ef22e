/** Who chats, what this browser keeps, and the turns. */
import { elbiFace, h } from '../../elbi.js';
import { HOUR, button, chips, clock, dots, icon, locked, loginButton, p, replyView, say, uuid } from './views.js';

const POLL = 30000;
const TRIES = 3;
const PATIENCE = 40000; // the server's is 30 s
const empty = () => ({ outbox: [], notes: [], sent: [] });

export class Visit {
  epoch = 0;
  expired = false;
  #unseen = [];
  #timer = 0;

  constructor(chat) {
    this.chat = chat;
  }

  async begin(again) {
    const { chat } = this;
    const { session, words, turns, element } = chat;
    const before = session.who.session;
    session.end(session.take());
    if (before && before === session.who.session && !again) return turns.retryAll(); // a newer token
    const epoch = ++this.epoch;
    const { guest, outbox, notes, draft } = session.tab;
    const carried = before && before === guest; // a guest became a member: their words stay
    this.expired = false;
    if (!carried) chat.clear();
    chat.pages.close();
    try {
      const first = !session.who.session;
      await session.open();
      const [{ messages, last_seq, seen_seq }, help] = await Promise.all([session.get('/messages'), session.get('/help')]);
      if (epoch !== this.epoch) return;
      if (first) session.keep({ since: last_seq });
      const { since = 0, name, company, mode } = session.who;
      chat.called(session.member ? [say(words.member, { name }), company] : [words.guest]);
      turns.last = Math.max(since, last_seq);
      if (guest && !carried) {
        const earlier = await session.fetch('GET', '/messages', null, guest).catch(() => ({ messages: [] }));
        if (epoch !== this.epoch) return;
        for (const turn of earlier.messages) turns.restore(turn, true);
      }
      if (guest) chat.mark(say(words.logged_in, { name }));
      else this.#welcome(help);
      const opened = [...notes];
      const shown = messages.filter(({ seq, text }) => seq > since || (!text && seq > seen_seq));
      for (const turn of [...shown, { seq: Infinity }]) {
        while (opened[0]?.after < turn.seq) chat.reopen(opened.shift());
        if (turn.id) turns.restore(turn);
      }
      const { text, locked } = turns.newest;
      if (guest && locked && !shown.length) chat.put(chips(chat, [{ label: text, send: text }]));
      turns.resume(outbox);
      chat.composer.resume(draft);
      this.#tell(messages, seen_seq);
      if (guest || shown.length) chat.reveal(chat.log.lastChild);
      element.emit('ready', { mode, name, company });
    } catch (error) {
      if (epoch === this.epoch) chat.log.replaceChildren(p(chat.why(error), 'mark'), button(words.again, () => this.begin(true), 'wide'));
      return;
    }
    chat.changed('share');
  }

  #welcome({ greeting, topics }) {
    const { chat } = this;
    const { words, session } = chat;
    const open = topics.filter((topic) => topic.open);
    const examples = open.length > 1 ? open.map((topic) => topic.examples[0]).slice(0, 5) : open.flatMap((topic) => topic.examples);
    chat.put(h('div', { class: 'welcome' },
      elbiFace(),
      p(say(session.member ? words.hello_member : words.hello_guest, session.who), 'hello'),
      greeting.split('\n').map((line) => p(line, /^※/.test(line) && 'small')),
      p(words.try, 'label'),
      chips(chat, examples),
      h('div', { class: 'row' }, button([icon('help'), words.range], () => chat.ask('도움말'), 'chip'), loginButton(chat))));
  }

  async restore() {
    const { chat } = this;
    const { words, turns, session, log } = chat;
    const before = turns.first ?? session.who.since + 1;
    const answered = before > 1 ? await chat.attempt(session.get('/messages', { before })) : { messages: [] };
    if (!answered) return;
    const earlier = answered.messages.filter((turn) => !turns.has(turn.id));
    if (!earlier.length) return chat.note(words.earlier_none);
    turns.first = earlier[0].seq;
    const mark = p(words.earlier, 'mark');
    const { firstChild } = log;
    log.insertBefore(mark, firstChild);
    chat.earlier(() => earlier.forEach((turn) => turns.restore(turn, true, firstChild)));
    chat.announce(words.earlier);
    chat.reveal(mark);
  }

  follow(here) {
    clearInterval(this.#timer);
    if (here) this.#timer = setInterval(() => this.poll(), POLL);
  }

  async poll() {
    const { session, turns } = this.chat;
    if (!session.who.session || document.hidden) return;
    const { epoch } = this;
    try {
      const { messages, seen_seq } = await session.get('/messages', { after: turns.last });
      if (epoch !== this.epoch) return;
      this.#tell(messages.filter((turn) => turns.restore(turn)), seen_seq);
    } catch {}
  }

  #tell(messages, seen) {
    const { turns, words } = this.chat;
    const fresh = messages.filter((turn) => !turn.text && turn.seq > seen).map((turn) => turn.seq);
    if (fresh.length) {
      turns.head(fresh[0], p(words.news, 'mark'));
      this.chat.announce(words.answered);
    }
    this.#unseen = [...this.#unseen, ...fresh].filter((seq) => seq > seen);
    this.look();
  }

  look() {
    const { session, turns, element, fold } = this.chat;
    if (element.shown && !document.hidden && this.#unseen.length) {
      session.post('/messages/seen', { seq: turns.last }).catch(() => {});
      this.#unseen = [];
    }
    element.unread = this.#unseen.length;
    fold.dataset.news = this.#unseen.length || '';
  }

  renewed() {
    const { session, turns, words } = this.chat;
    this.expired = false;
    if (session.member) return;
    turns.last = 0;
    session.keep({ since: 0 });
    this.chat.mark(words.renewed);
  }

  login() {
    const { element } = this.chat;
    const address = element.getAttribute('login');
    if (element.emit('login') && address) location.assign(address);
  }

  fresh() {
    let given;
    this.chat.element.emit('token-needed', { respond: (token) => (given = token) });
    return Promise.resolve(given).catch(() => null);
  }

  /** By the Back button. */
  returned({ persisted }) {
    const { chat } = this;
    if (!persisted || chat.session.current) return;
    this.epoch++;
    chat.clear();
    chat.session.clear();
    chat.why({ code: 'login_again' });
  }

  async restart() {
    await this.chat.session.end(this.chat.session.clear());
    await this.begin();
  }

  async shutdown() {
    const { session } = this.chat;
    this.epoch++;
    this.follow(false);
    await session.end(session.clear());
  }
}

export class Turns {
  #queue = [];
  #busy = false;
  #items = new Map();
  last = 0;
  first; // on screen

  constructor(chat) {
    this.chat = chat;
  }

  get newest() {
    return [...this.#items.values()].filter((item) => item.text && !item.withheld).reduce((one, other) => (other.at >= one.at ? other : one), { at: 0 });
  }

  has(id) {
    return this.#items.has(id);
  }

  ask(text) {
    const item = this.#add({ id: uuid(), text, at: Date.now() / 1000, own: true });
    this.#remember();
    this.chat.element.emit('sent', { id: item.id, text });
    this.#enqueue(item);
  }

  /** Returns whether it is new here. */
  restore({ id, text, ...turn }, earlier, before) {
    if (!earlier) this.last = Math.max(this.last, turn.seq);
    const known = this.#items.get(id);
    this.#sent(known ?? this.#add({ id, text, at: turn.asked_at }, before), turn, earlier);
    return !known;
  }

  head(seq, mark) {
    for (const item of this.#items.values()) if (item.seq === seq) item.node.prepend(mark);
  }

  resume(outbox) {
    for (const kept of outbox) if (!this.has(kept.id)) this.#enqueue(this.#add({ ...kept }));
  }

  retryAll() {
    for (const item of this.#items.values()) if (item.state === 'failed' && !item.refused) this.#enqueue(item);
  }

  forget() {
    this.#queue = [];
    this.#items.clear();
    this.last = 0;
    this.first = undefined;
  }

  #add(item, before) {
    const { words } = this.chat;
    this.#items.set(item.id, item);
    item.meta = h('p', { class: 'meta' });
    item.mine = h('div', { class: 'mine' }, p([h('span', { class: 'sr' }, `${words.you}: `), item.text], 'said'), item.meta);
    item.theirs = h('div', { class: 'theirs' });
    item.node = h('div', { class: 'turn', 'data-id': item.id }, item.text && item.mine, item.theirs);
    this.chat.put(item.node, item.at, before);
    return item;
  }

  #enqueue(item) {
    const { words } = this.chat;
    this.chat.hold(item.node);
    this.#show(item, 'pending', words.sending);
    item.theirs.replaceChildren(dots(words.thinking));
    this.chat.reveal(item.node);
    this.#queue.push(item);
    this.#pump();
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#queue.length) await this.#send(this.#queue.shift());
    this.#busy = false;
  }

  async #send(item) {
    const { chat } = this;
    const { id, text } = item;
    for (let tried = 1; ; tried++) {
      try {
        const answered = await chat.session.post('/messages', { id, text });
        if (this.#items.get(id) !== item) return;
        this.#sent(item, answered);
        if (answered.seq === this.last + 1) this.last++;
        chat.element.emit('reply', { id, replies: answered.replies });
        chat.announce(item.theirs.innerText);
        const field = chat.shadow.activeElement && item.theirs.querySelector('input');
        if (field && !chat.composer.input.value) field.focus({ preventScroll: true });
        return;
      } catch (error) {
        if (this.#items.get(id) !== item) return;
        if (!error.wait || tried === TRIES) return this.#fail(item, error);
        for (let n = Math.min(error.wait, 60); n > 0; n--) {
          this.#show(item, 'pending', say(chat.words.wait, { n }));
          await new Promise((passed) => setTimeout(passed, 1000));
        }
      }
    }
  }

  #sent(item, { seq, asked_at, replies, withheld }, earlier) {
    if (item.seq) return;
    const question = replies.find((reply) => reply.can_ask)?.question;
    Object.assign(item, { seq, withheld, locked: replies.some(({ kind }) => kind === 'login_required'), at: asked_at ?? item.at, unanswered: question && { id: item.id, text: question } });
    this.#remember();
    const time = clock(item.at, this.chat.lang, HOUR);
    this.#show(item, 'sent', time);
    item.theirs.replaceChildren(...replies.map((reply) => replyView(this.chat, reply, item.id)), item.text ? '' : p(time, 'meta'));
    if (!earlier) this.chat.reveal(item.node, !item.own);
  }

  #fail(item, error) {
    const { chat } = this;
    const { words } = chat;
    const { status, code } = error;
    if (status === 409) {
      this.#items.delete(item.id);
      item.id = uuid();
      this.#items.set(item.id, item);
    }
    item.refused = [400, 413].includes(status);
    const why = status === 0 ? '' : chat.why(error);
    item.theirs.replaceChildren();
    this.#show(item, 'failed', [
      `⚠ ${words.failed}${why && ` · ${why}`} `,
      item.refused ? '' : button(words.retry, () => this.#enqueue(item), 'link'),
      button(words.change, () => this.#change(item), 'link'),
    ]);
    this.#remember();
    chat.announce(`${words.failed}. ${why}`);
    chat.element.emit('error', { code, status });
    chat.reveal(item.node);
  }

  #change(item) {
    this.#items.delete(item.id);
    this.#remember();
    item.node.remove();
    this.chat.composer.edit(item.text);
  }

  #show(item, state, words) {
    item.state = state;
    item.mine.className = `mine ${state}`;
    item.meta.replaceChildren(...[words].flat());
  }

  #remember() {
    const open = [...this.#items.values()].filter((item) => item.text && !item.seq && !item.refused);
    this.chat.session.keep(null, { outbox: open.map(({ id, text, at }) => ({ id, text, at })) });
  }
}

const failure = (status, code, message = '', wait = 0) => Object.assign(new Error(message), { status, code, wait });

export class Session {
  who = {};
  tab = empty();
  #closed = false;
  #opening = null;
  #used = null;

  constructor(base, page) {
    Object.assign(this, { root: `${base}/api/v1`, page, key: `elbi:${base}`, tabKey: `elbi:${base}:tab` });
  }

  get member() {
    return this.who.mode === 'member';
  }

  /** Returns sessions to end, as clear() does. */
  take() {
    this.#closed = false;
    this.#used = null;
    const token = this.page.token();
    const member = read('sessionStorage', this.key);
    const kept = read('localStorage', this.key);
    const guest = kept?.expires_at > Date.now() / 1000 ? kept : null;
    const tab = read('sessionStorage', this.tabKey) ?? {};
    const sub = token && subject(token);
    if (sub && member?.session && member.sub === sub) {
      Object.assign(this, { who: member, tab: { ...empty(), ...tab } });
      return [];
    }
    write('sessionStorage', this.key);
    write('sessionStorage', this.tabKey);
    const mine = guest?.session === tab.of;
    this.tab = mine ? { ...empty(), ...tab } : empty();
    if (token) {
      this.who = { mode: 'member', sub };
      this.tab = { ...empty(), outbox: this.tab.outbox, draft: this.tab.draft, guest: mine ? guest?.session : undefined };
      if (mine) write('localStorage', this.key);
    } else this.who = guest ?? { mode: 'guest' };
    return [member?.session, tab.guest].filter(Boolean);
  }

  get current() {
    return !this.member || read('sessionStorage', this.key)?.session === this.who.session;
  }

  keep(who, tab) {
    if (this.#closed) return;
    Object.assign(this.who, who);
    Object.assign(this.tab, tab, { of: this.who.session });
    if (who) write(this.member ? 'sessionStorage' : 'localStorage', this.key, this.who);
    write('sessionStorage', this.tabKey, this.tab);
  }

  clear() {
    const ended = [this.who, read('sessionStorage', this.key), read('localStorage', this.key)].map((kept) => kept?.session);
    ended.push(this.tab.guest);
    for (const store of ['localStorage', 'sessionStorage']) for (const key of [this.key, this.tabKey]) write(store, key);
    Object.assign(this, { who: {}, tab: empty() });
    this.#closed = true;
    return [...new Set(ended)].filter(Boolean);
  }

  end(sessions) {
    return Promise.all(sessions.map((session) => this.fetch('DELETE', '/sessions', null, session).catch(() => {})));
  }

  get(path, query) {
    return this.#call('GET', query ? `${path}?${new URLSearchParams(query)}` : path);
  }

  post(path, body) {
    return this.#call('POST', path, body);
  }

  async #call(method, path, body) {
    const session = await this.open();
    try {
      return await this.fetch(method, path, body, session);
    } catch (error) {
      if (error.status !== 401) throw error;
      return this.fetch(method, path, body, await this.#renew(session));
    }
  }

  async open() {
    if (this.#closed) throw failure(0, 'closed');
    return this.who.session ?? this.#once(() => this.#open(this.page.token()));
  }

  #renew(ended) {
    if (this.who.session !== ended) return this.open();
    return this.#once(async () => {
      const session = await this.#open(this.member ? await this.#ask() : null);
      this.page.renewed();
      return session;
    });
  }

  #once(work) {
    this.#opening ??= work().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #ask() {
    const given = this.page.token();
    const token = given && given !== this.#used ? given : await this.page.fresh();
    if (!token) throw failure(401, 'login_again');
    return token;
  }

  async #open(token, again) {
    const { who, tab } = this;
    this.#used = token;
    try {
      const { session, mode, name, company, expires_at } = await this.fetch('POST', '/sessions', token ? { token, guest: tab.guest } : {});
      if (who === this.who) this.keep({ session, mode, name, company, expires_at });
      return session;
    } catch (error) {
      if (error.status !== 401 || !token) throw error;
      if (again) throw failure(401, 'login_again');
      return this.#open(await this.#ask(), true);
    }
  }

  async fetch(method, path, body, session) {
    const headers = {};
    if (session) headers.Authorization = `Bearer ${session}`;
    if (body) headers['Content-Type'] = 'application/json';
    let response;
    let answer;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      response = await fetch(this.root + path, { method, headers, body: body && JSON.stringify(body), signal, credentials: 'omit' });
      answer = response.status === 204 ? null : await response.json();
    } catch {
      if (!response || response.ok) throw failure(0, 'network'); // a proxy's error page
    }
    if (response.ok) return answer;
    const { code = 'failed', message } = answer?.error ?? {};
    throw failure(response.status, code, message, Number(response.headers.get('Retry-After')));
  }
}

function read(store, key) {
  try {
    return JSON.parse(globalThis[store].getItem(key));
  } catch {
    return null;
  }
}

function write(store, key, value) {
  try {
    if (value) globalThis[store].setItem(key, JSON.stringify(value));
    else globalThis[store].removeItem(key);
  } catch {
  }
}

/** The server alone decides who it is. */
function subject(token) {
  try {
    const { iss, sub } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return `${iss}:${sub}`;
  } catch {
    return null;
  }
}
