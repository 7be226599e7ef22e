/** <elbi-chat>: see README.md. */
export const FONT = 'var(--elbi-font, "Pretendard", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", NanumGothic, sans-serif)';
const STYLE = `
:host { display: block !important; opacity: 1 !important; visibility: visible !important; filter: none !important; }
:host([hidden]) { display: none !important; }
:host([mode="popup"]) { position: fixed !important; inset: auto var(--elbi-right, 20px) var(--elbi-bottom, 20px) auto !important;
  width: auto !important; height: auto !important; max-width: none !important; margin: 0 !important; padding: 0 !important;
  transform: none !important; z-index: var(--elbi-z-index, 2147483000) !important; }
:host([mode="inline"]) { height: 600px; }
:host([mode="inline"]:not([open])) { height: auto !important; }
:host([mode="inline"]) .launcher { display: none; }
.launcher { all: initial; direction: ltr; display: flex; align-items: flex-end; justify-content: flex-end; gap: 10px; font: 600 14px/1.5 ${FONT}; }
:where(.launcher) > button { all: unset; box-sizing: border-box; cursor: pointer; position: relative; background: #fff; color: #1b2140;
  box-shadow: 0 4px 20px #101a4d47; }
.launcher button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px var(--elbi-accent, #3346b0); }
.face { width: 68px; height: 68px; border-radius: 50%; }
.face svg { display: block; }
.bubble { margin-bottom: 12px; padding: 10px 16px; max-width: 220px; border-radius: 18px 18px 4px 18px; word-break: keep-all; }
:host([open]) .bubble::after { content: "  ✕"; white-space: pre; color: #565d7d; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 24px; box-sizing: border-box; padding: 0 6px; border-radius: 12px;
  border: 2px solid #fff; background: #c22026; color: #fff; font: 700 12px/20px sans-serif; text-align: center; }
.badge:empty { display: none; }
@media (max-width: 480px), (max-height: 440px) { :host([open]) .launcher { display: none; } }
`;
const WORDS = {
  ko: ['무엇을 도와드릴까요?', '엘비 채팅 열기', '엘비 채팅 닫기', '새 답변 #건', '불러오지 못했어요. 다시 눌러 주세요.'],
  en: ['How can I help you?', 'Open the Elbi chat', 'Close the Elbi chat', '# new answers', 'Could not be loaded. Please press again.'],
};

/** `on…` are listeners; children are nodes, texts, lists or nothing. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), { 'aria-hidden': 'true', ...attributes }, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value || value === 0) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(9).filter((child) => child || child === 0));
  return element;
}

export function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

export function elbiFace() {
  const shape = (d, fill) => svg('path', { d, fill });
  const line = (d, stroke, width) => svg('path', { d, stroke, 'stroke-width': width, fill: 'none', 'stroke-linecap': 'round' });
  return svg('svg', { viewBox: '0 0 96 96' },
    shape('M0 48a48 48 0 1 1 96 0a48 48 0 1 1-96 0', '#e6ebff'),
    shape('M20 96a28 24 0 0 1 56 0z', '#3346b0'),
    line('M48 24V14', '#3346b0', 4),
    shape('M41 74l7 8 7-8v-6zM20 45q0-22 22-22h12q22 0 22 22v4q0 22-22 22H42q-22 0-22-22', '#fff'),
    shape('M26 47q0-15 15-15h14q15 0 15 15t-15 15H41q-15 0-15-15', '#1d2763'),
    line('M33 47q4-7 8 0M55 47q4-7 8 0M43 54q5 4 10 0', '#7df0d2', 4),
    line('M15 44v10M81 44v10q-2 16-20 16', '#3346b0', 6),
    shape('M43 12a5 5 0 1 1 10 0a5 5 0 1 1-10 0M55 70a4 4 0 1 1 8 0a4 4 0 1 1-8 0', '#17b890'));
}

class ElbiChat extends HTMLElement {
  static observedAttributes = ['mode', 'token', 'open', 'lang', 'share'];
  #panel = null;
  #loading = null;
  #unread = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    this.sheet = sheet(STYLE);
    root.adoptedStyleSheets = [this.sheet];
    const toggle = () => this.toggle();
    this.badge = h('span', { class: 'badge' });
    this.face = h('button', { class: 'face', type: 'button', onclick: toggle }, elbiFace(), this.badge);
    this.bubble = h('button', { class: 'bubble', type: 'button', onclick: toggle });
    root.append(h('div', { class: 'launcher', role: 'region', 'aria-label': '엘비 (LV)' }, this.bubble, this.face));
  }

  get base() {
    return (this.getAttribute('base') || new URL('.', import.meta.url).href).replace(/\/$/, '');
  }

  get language() {
    return this.lang === 'en' ? 'en' : 'ko';
  }

  get inline() {
    return this.getAttribute('mode') === 'inline';
  }

  get shown() {
    return this.hasAttribute('open');
  }

  get unread() {
    return this.#unread;
  }

  set unread(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#label();
    this.emit('unread', { count });
  }

  connectedCallback() {
    if (!this.hasAttribute('mode')) this.setAttribute('mode', 'popup');
    this.#label();
    if (this.inline) this.open();
    if (this.shown || this.#awaited()) this.#load();
    this.#panel?.visit.follow(true);
  }

  disconnectedCallback() {
    this.#panel?.visit.follow(false);
  }

  attributeChangedCallback(name, before, after) {
    if ((before === after && !this.#panel?.visit.expired) || !this.isConnected) return;
    if (name === 'mode' && this.inline) this.open();
    if (name === 'open') {
      if (this.shown) this.#load();
      this.emit(this.shown ? 'open' : 'close');
    }
    this.#label();
    this.#panel?.changed(name);
  }

  open() {
    this.toggleAttribute('open', true);
  }

  close() {
    const inside = this.shadowRoot.activeElement;
    this.toggleAttribute('open', false);
    if (inside && !this.inline) this.face.focus();
  }

  focus() {
    this.#panel?.focus();
  }

  async toggle() {
    if (!this.toggleAttribute('open')) return;
    await this.#load();
    this.focus();
  }

  async ask(text) {
    this.open();
    await this.#load();
    this.#panel?.ask(text);
  }

  async shutdown() {
    const panel = this.#panel ?? (await this.#make());
    await panel.shutdown();
    panel.node.remove();
    this.#panel = this.#loading = null;
    this.unread = 0;
    this.close();
    this.emit('shutdown');
  }

  emit(name, detail) {
    return this.dispatchEvent(new CustomEvent(`elbi-${name}`, { bubbles: true, composed: true, cancelable: true, detail }));
  }

  /** Loads unopened: an answer may wait, or a member have logged out. */
  #awaited() {
    if (this.hasAttribute('token')) return true;
    try {
      const key = `elbi:${this.base}`;
      return sessionStorage.getItem(key) || localStorage.getItem(key)?.includes('"asked":');
    } catch {
      return false;
    }
  }

  async #make() {
    const [{ Panel }, { default: words }] = await Promise.all([import('./static/elbi/panel.js'), import(`./static/elbi/${this.language}.js`)]);
    return new Panel(this, words);
  }

  #load() {
    this.#loading ??= this.#make()
      .then((panel) => {
        this.#panel = panel;
        this.shadowRoot.prepend(panel.node, panel.announcer);
        return panel.start();
      })
      .catch((error) => {
        console.warn('elbi', error);
        this.#loading = null;
        this.close();
        this.bubble.textContent = this.#words[4];
      });
    return this.#loading;
  }

  get #words() {
    return WORDS[this.language];
  }

  #label() {
    const [bubble, open, close, unread] = this.#words;
    const news = this.#unread && unread.replace('#', this.#unread);
    this.bubble.textContent = news || bubble;
    this.badge.textContent = this.#unread || '';
    this.face.setAttribute('aria-label', [this.shown ? close : open, news || []].flat().join(', '));
    for (const button of [this.face, this.bubble]) button.setAttribute('aria-expanded', String(this.shown));
  }
}

if (!customElements.get('elbi-chat')) customElements.define('elbi-chat', ElbiChat);
