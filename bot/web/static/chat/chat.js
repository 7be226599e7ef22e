/** The full-page chat, and the page a shared link opens. */
const { demo, share } = document.body.dataset;
const elbi = document.createElement('elbi-chat');
elbi.setAttribute('mode', 'inline');
if (share) elbi.setAttribute('share', share);
if (demo !== undefined) {
  const { loggedIn, token } = await import('../demo/login.js');
  elbi.setAttribute('login', '');
  elbi.addEventListener('elbi-token-needed', ({ detail }) => loggedIn() && detail.respond(token()));
  elbi.addEventListener('elbi-login', async () => elbi.setAttribute('token', await token()));
  if (loggedIn()) await token().then((given) => elbi.setAttribute('token', given), () => {});
}
document.getElementById('place').append(elbi);
