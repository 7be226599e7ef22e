/** A visit: whose it is, how it begins, and the news that come while it lasts. */
import { elbiFace, h } from './dom.js';
import { button, icon, locked, loginButton, p, say } from './views.js';

const POLL = 30000;

export class Visit {
  epoch = 0; // counts visitors: what arrives for an earlier one is dropped
  expired = false; // the page had no token for another session
  #unseen = []; // numbers of answers by staff that have not been looked at
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
    const { guest, outbox, notes } = session.tab;
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
      turns.resume(outbox);
      this.#tell(messages, seen_seq);
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
      h('div', { class: 'chips' }, examples.map((each) => button(each.label, () => chat.ask(each.send), 'chip'))),
      h('div', { class: 'row' }, button([icon('help'), words.range], () => chat.ask('도움말'), 'chip'), loginButton(chat))));
  }

  /** The turns of earlier visits, a page at a time. */
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

  /** Turns of another tab, and answers by staff. */
  async poll() {
    const { session, turns } = this.chat;
    if (!session.who.session || document.hidden) return;
    const { epoch } = this;
    try {
      const { messages, seen_seq } = await session.get('/messages', { after: turns.last });
      if (epoch !== this.epoch) return;
      this.#tell(messages.filter((turn) => turns.restore(turn)), seen_seq);
    } catch {
      // the next time
    }
  }

  #tell(messages, seen) {
    const fresh = messages.filter((turn) => !turn.text && turn.seq > seen).map((turn) => turn.seq);
    if (fresh.length) this.chat.announce(this.chat.words.answered);
    this.#unseen = [...this.#unseen, ...fresh].filter((seq) => seq > seen);
    this.look();
  }

  /** The server keeps what has been looked at, so that every tab and device agrees. */
  look() {
    const { session, turns, element, fold } = this.chat;
    if (element.shown && !document.hidden && this.#unseen.length) {
      session.post('/messages/seen', { seq: turns.last }).catch(() => {});
      this.#unseen = [];
    }
    element.unread = this.#unseen.length;
    fold.dataset.news = this.#unseen.length || '';
  }

  /** A guest's new session is a new conversation. */
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

  /** Back from the browser's history: who logged out meanwhile leaves nothing here. */
  returned({ persisted }) {
    const { chat } = this;
    if (!persisted || chat.session.current) return;
    this.epoch++;
    chat.clear();
    chat.session.clear();
    chat.why({ code: 'login_again' });
  }

  async shutdown() {
    const { session } = this.chat;
    this.epoch++;
    this.follow(false);
    await session.end(session.clear());
  }
}
