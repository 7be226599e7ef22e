/**
 * What stays in this browser: a guest's in localStorage, so that it outlives the tab while an answer is awaited;
 * a member's in sessionStorage, so that closing the tab leaves nothing.
 *
 * outbox: questions not acknowledged · notes: entries opened · asks: texts sent to staff · asked: answers are awaited
 * seen: states of my questions · since: turns up to it are of earlier visits · guest: the session before the login
 */
const empty = (mode) => ({ mode, session: null, outbox: [], notes: [], asks: [], seen: {} });

export class Memory {
  data = empty();

  constructor(base) {
    this.key = `elbi:${base}`;
    this.here = `${this.key}:guest`; // the guest of this tab
  }

  get member() {
    return this.data.mode === 'member';
  }

  /** Takes up what is kept for the visitor of `token` (none: a guest); returns sessions that should end. */
  take(token) {
    const member = read('sessionStorage', this.key);
    const guest = read('localStorage', this.key);
    const sub = token && subject(token);
    if (sub && member?.session && member.sub === sub) {
      this.data = member;
      return [];
    }
    write('sessionStorage', this.key);
    if (token) {
      // what a guest asked in this tab goes on; another tab's guest may be somebody else
      const carried = guest?.session && guest.session === read('sessionStorage', this.here);
      this.data = { ...empty('member'), sub, guest: carried ? guest.session : undefined };
      if (carried) write('localStorage', this.key);
    } else this.data = guest?.expires_at > Date.now() / 1000 ? guest : empty('guest');
    return sessions(member);
  }

  update(values) {
    const { data } = this;
    Object.assign(data, values);
    for (const name of ['notes', 'asks']) data[name] = data[name].slice(-30);
    write(this.member ? 'sessionStorage' : 'localStorage', this.key, data);
    if (!this.member) write('sessionStorage', this.here, data.session);
  }

  /** Forgets everything; returns the sessions that should end. */
  clear() {
    const kept = [this.data, read('sessionStorage', this.key), read('localStorage', this.key)];
    for (const key of [this.key, this.here]) for (const store of ['localStorage', 'sessionStorage']) write(store, key);
    this.data = empty();
    return [...new Set(kept.flatMap(sessions))];
  }
}

const sessions = (kept) => [kept?.session, kept?.guest].filter(Boolean);

// stores by name: a browser that forbids storage throws where one is mentioned
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
    // full or forbidden: the chat goes on, and forgets at reload
  }
}

/** Whom a token names, to see whether it is still the same member; who it is, the server decides. */
function subject(token) {
  try {
    const { iss, sub } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return `${iss}:${sub}`;
  } catch {
    return null;
  }
}
