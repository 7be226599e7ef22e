/** Where questions are typed: Enter waits for the syllable being composed; suggestions never take it. */
import { h } from './dom.js';
import { icon, say } from './views.js';

const MOST = 500;
const PAUSE = 120; // ms

export class Composer {
  #composing = false;
  #enter = false; // came while a syllable was being composed
  #shift = false;
  #items = [];
  #active = -1;
  #asked = 0;
  #timer = 0;

  constructor(chat) {
    this.chat = chat;
    const { words } = chat;
    this.list = h('ul', { class: 'suggestions', id: 'suggestions', role: 'listbox', 'aria-label': words.suggestions, hidden: true });
    this.input = h('textarea', {
      id: 'question', rows: 1, placeholder: words.placeholder, 'aria-label': words.placeholder, enterkeyhint: 'send', autocomplete: 'off',
      'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-controls': 'suggestions', 'aria-describedby': 'count',
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onbeforeinput: (event) => this.#before(event),
      oncompositionstart: () => (this.#composing = true), oncompositionend: () => this.#composed(), onblur: () => this.#suggest([]),
    });
    this.count = h('span', { class: 'count', id: 'count' });
    this.button = h('button', { type: 'submit', class: 'primary send', 'aria-label': words.send }, icon('send'));
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.button.addEventListener('pointerdown', (event) => event.preventDefault()); // leaving the field would end the syllable
    this.node = h('form', { class: 'composer', onsubmit: submit }, this.list, this.count, h('div', { class: 'row' }, this.input, this.button));
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  clear() {
    this.input.value = '';
    this.#fit();
  }

  edit(text) {
    this.input.value = text;
    this.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.#fit();
  }

  #typed() {
    this.#fit();
    this.#active = -1;
    clearTimeout(this.#timer);
    const text = this.input.value.trim();
    const turn = ++this.#asked;
    if (!text || text.length > 50) return this.#suggest([]);
    this.#timer = setTimeout(async () => {
      const { suggestions } = await this.chat.session.get('/suggestions', { q: text }).catch(() => ({ suggestions: [] }));
      if (turn === this.#asked && this.chat.shadow.activeElement === this.input) this.#suggest(suggestions);
    }, PAUSE);
  }

  #before(event) {
    // keyboards of phones say Enter only here
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
      // Safari reports the Enter that ended the syllable after its end, as key code 229
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
    if (!picked) return this.#send();
    this.clear();
    this.#suggest([]);
    this.chat.open(picked.id, picked.title);
  }

  #composed() {
    this.#composing = false;
    if (!this.#enter) return;
    this.#enter = false;
    const text = this.input.value;
    // later: within the event, some browsers put the syllable back
    setTimeout(() => this.#send(text));
  }

  /** Sends the beginning of what the field holds; what was typed after it stays. */
  #send(text = this.input.value) {
    if (this.#composing && text === this.input.value) {
      this.#enter = true;
      this.input.blur();
      this.focus();
      return;
    }
    if (!this.input.value.startsWith(text) || !text.trim()) return;
    if (clean(text).length > MOST) return this.chat.announce(this.count.textContent);
    this.input.value = this.input.value.slice(text.length);
    this.#asked++;
    clearTimeout(this.#timer);
    this.#fit();
    this.#suggest([]);
    this.chat.ask(text.trim());
  }

  #fit() {
    const { words } = this.chat;
    const length = clean(this.input.value).length;
    this.count.textContent = length < MOST - 100 ? '' : length > MOST ? say(words.too_long, { n: length }) : `${length} / ${MOST}`;
    this.count.classList.toggle('error', length > MOST);
    this.input.setAttribute('aria-invalid', String(length > MOST));
    this.input.style.height = 'auto';
    if (this.input.value) this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 120)}px`;
  }

  #suggest(items) {
    if (!items.length && !this.#items.length) return;
    this.#items = items;
    this.#active = -1;
    const pick = (index) => (event) => {
      event.preventDefault(); // keeps the focus in the field
      if (this.#composing) this.input.blur();
      this.#active = index;
      this.#submit(event);
    };
    this.list.replaceChildren(...items.map(({ title }, index) =>
      h('li', { role: 'option', id: `suggestion-${index}`, 'aria-selected': 'false', onpointerdown: pick(index) }, title)));
    this.list.hidden = !items.length;
    this.input.removeAttribute('aria-activedescendant');
    if (items.length) this.chat.announce(say(this.chat.words.suggested, { n: items.length }));
  }

  #move(event, step) {
    if (!this.#items.length) return;
    event.preventDefault();
    const count = this.#items.length;
    this.#active = this.#active < 0 ? (step > 0 ? 0 : count - 1) : (this.#active + step + count) % count;
    [...this.list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === this.#active)));
    this.list.children[this.#active].scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', `suggestion-${this.#active}`);
  }
}

/** As the server counts: composed, single spaces, trimmed. */
function clean(text) {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}
