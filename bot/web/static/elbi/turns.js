/** Questions: shown at once, sent one after the other, and sent again under the same id. */
import { h } from './dom.js';
import { uuid } from './session.js';
import { HOUR, button, clock, dots, p, replyView, say } from './views.js';

const TRIES = 3;

export class Turns {
  #queue = [];
  #busy = false;
  #items = new Map();
  last = 0; // all turns up to this one are known
  first; // the lowest one on screen

  constructor(chat) {
    this.chat = chat;
  }

  get #newest() {
    return [...this.#items.values()].filter((item) => item.text).reduce((one, other) => (other.at >= one.at ? other : one), { at: 0 });
  }

  get lastText() {
    return this.#newest.text;
  }

  get unanswered() {
    return this.#newest.unanswered;
  }

  has(id) {
    return this.#items.has(id);
  }

  ask(text) {
    const item = this.#add({ id: uuid(), text, at: Date.now() / 1000 });
    this.#remember();
    this.chat.element.emit('sent', { id: item.id, text });
    this.#enqueue(item);
  }

  /** A turn as the history has it; returns whether it is new here. */
  restore({ id, seq, text, asked_at, replies }, earlier, before) {
    if (!earlier) this.last = Math.max(this.last, seq);
    const known = this.#items.get(id);
    this.#sent(known ?? this.#add({ id, text, at: asked_at }, before), { seq, asked_at, replies }, earlier);
    return !known;
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
        if (this.#items.get(id) !== item) return; // forgotten meanwhile
        this.#sent(item, answered);
        if (answered.seq === this.last + 1) this.last++;
        chat.element.emit('reply', { id, replies: answered.replies });
        chat.announce(item.theirs.innerText);
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

  #sent(item, { seq, asked_at, replies }, earlier) {
    if (item.seq) return;
    const question = replies.find((reply) => reply.can_ask)?.question;
    Object.assign(item, { seq, at: asked_at ?? item.at, unanswered: question && { id: item.id, text: question } });
    this.#remember();
    this.#show(item, 'sent', clock(item.at, this.chat.lang, HOUR));
    item.theirs.replaceChildren(...replies.map((reply) => replyView(this.chat, reply, item.id)));
    if (!earlier) this.chat.reveal(item.node);
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
