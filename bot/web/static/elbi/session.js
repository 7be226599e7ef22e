/** Who is chatting: their session, and what of it stays in this browser (README: What is kept). */

const PATIENCE = 40000; // the server itself waits up to 30 s for a turn
const empty = () => ({ outbox: [], notes: [], sent: [] });

class ApiError extends Error {
  constructor(status, code, message, wait) {
    super(message);
    Object.assign(this, { status, code, wait });
  }
}

export class Session {
  who = {};
  tab = empty();
  #closed = false; // what was under way at the logout opens and keeps nothing any more
  #opening = null;
  #used = null;

  constructor(base, page) {
    Object.assign(this, { root: `${base}/api/v1`, page, key: `elbi:${base}`, tabKey: `elbi:${base}:tab` });
  }

  get member() {
    return this.who.mode === 'member';
  }

  /** Takes up what is kept for the visitor the page names; returns sessions that should end. */
  take() {
    this.#closed = false;
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
    // another tab's guest may be somebody else
    const mine = guest?.session === tab.of;
    this.tab = mine ? { ...empty(), ...tab } : empty();
    if (token) {
      this.who = { mode: 'member', sub };
      this.tab = { ...empty(), outbox: this.tab.outbox, guest: mine ? guest?.session : undefined };
      if (mine) write('localStorage', this.key);
    } else this.who = guest ?? { mode: 'guest' };
    return [member?.session, tab.guest].filter(Boolean);
  }

  /** False where they have logged out on another page since. */
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

  /** Forgets everything; returns the sessions that should end. */
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

  /** The session, opened once for all who call meanwhile. */
  async open() {
    if (this.#closed) throw new ApiError(0, 'closed');
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
    if (!token) throw new ApiError(401, 'login_again');
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
      if (again) throw new ApiError(401, 'login_again');
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
      // an error page of a proxy is no JSON
      if (!response || response.ok) throw new ApiError(0, 'network');
    }
    if (response.ok) return answer;
    const { code = 'failed', message } = answer?.error ?? {};
    throw new ApiError(response.status, code, message, Number(response.headers.get('Retry-After')));
  }
}

// by name: a browser that forbids storage throws where one is mentioned
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
    // the chat goes on, and forgets at reload
  }
}

/** Whom a token names; who it is, the server decides. */
function subject(token) {
  try {
    const { iss, sub } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return `${iss}:${sub}`;
  } catch {
    return null;
  }
}

/** Without crypto.randomUUID, which pages without https do not have. */
export function uuid() {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-a$4-');
}
