/** The demo portal's login: remembered in this tab, so that a reload asks for a fresh token, as a portal's server would. */
const KEY = 'elbi-demo-member';

export const loggedIn = () => sessionStorage.getItem(KEY) === 'yes';

export async function token() {
  const response = await fetch('/demo/login', { method: 'POST' });
  if (!response.ok) throw new Error(`demo login: ${response.status}`);
  sessionStorage.setItem(KEY, 'yes');
  return (await response.json()).token;
}

export function forget() {
  sessionStorage.removeItem(KEY);
}
