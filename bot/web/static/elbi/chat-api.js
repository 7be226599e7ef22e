/** The network: calls, their session, and its renewal. */

const PATIENCE = 40000; // the server itself waits up to 30 s for a turn

/** A call that was refused, or that never arrived (`status` 0). */
class ApiError extends Error {
  constructor(status, code, message, wait) {
    super(message);
    Object.assign(this, { status, code, wait });
  }
}

export class ChatApi {
  #opening = null;
  #used = null; // the token the session was opened with

  /** `token()`: the page's token now · `fresh()`: another one from the page · `renewed()` is told of a new session */
  constructor(base, memory, { token, fresh, renewed }) {
    Object.assign(this, { root: `${base}/api/v1`, memory, token, fresh, renewed });
  }

  get(path, query) {
    return this.#call('GET', query ? `${path}?${new URLSearchParams(query)}` : path);
  }

  post(path, body) {
    return this.#call('POST', path, body);
  }

  async #call(method, path, body) {
    const session = await this.session();
    try {
      return await this.fetch(method, path, body, session);
    } catch (error) {
      if (error.status !== 401) throw error;
      return this.fetch(method, path, body, await this.#renew(session));
    }
  }

  /** The session, opened where there is none; who calls meanwhile waits for the same one. */
  async session() {
    return this.memory.data.session ?? this.#once(() => this.#open(this.token()));
  }

  /** Another session in the place of one that has ended. */
  #renew(ended) {
    if (this.memory.data.session !== ended) return this.session();
    return this.#once(async () => {
      const session = await this.#open(this.memory.member ? await this.#ask() : null);
      this.renewed();
      return session;
    });
  }

  #once(work) {
    this.#opening ??= work().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #ask() {
    const given = this.token();
    const token = given && given !== this.#used ? given : await this.fresh();
    if (!token) throw new ApiError(401, 'login_again');
    return token;
  }

  async #open(token, again) {
    const { memory } = this;
    const { data } = memory;
    this.#used = token;
    try {
      const { session, mode, name, company, expires_at } = await this.fetch('POST', '/sessions', token ? { token } : {});
      if (data === memory.data) memory.update({ session, mode, name, company, expires_at });
      return session;
    } catch (error) {
      if (error.status !== 401 || !token) throw error;
      if (again) throw new ApiError(401, 'login_again');
      return this.#open(await this.#ask(), true);
    }
  }

  /** One request. Raises ApiError. */
  async fetch(method, path, body, session) {
    const headers = {};
    if (session) headers.Authorization = `Bearer ${session}`;
    if (body) headers['Content-Type'] = 'application/json';
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let response;
    let answer;
    try {
      response = await fetch(this.root + path, { method, headers, body: body && JSON.stringify(body), signal: stop.signal, credentials: 'omit' });
      answer = response.status === 204 ? null : await response.json();
    } catch {
      // an error page of a proxy is no JSON
      if (!response || response.ok) throw new ApiError(0, 'network');
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return answer;
    const { code = 'failed', message } = answer?.error ?? {};
    throw new ApiError(response.status, code, message, Number(response.headers.get('Retry-After')));
  }
}
