/** The demo portal: a popup before login, the panel in the page after it. */
import { forget, loggedIn, token } from './login.js';

const elbi = document.createElement('elbi-chat');
elbi.setAttribute('login', '');

const at = (id) => document.getElementById(id);

async function asMember() {
  let given;
  try {
    given = await token();
  } catch (error) {
    console.warn(error);
    return;
  }
  document.body.className = 'member';
  elbi.setAttribute('token', given);
  elbi.setAttribute('mode', 'inline');
  at('place').append(elbi);
}

async function asGuest() {
  forget();
  await elbi.shutdown();
  elbi.removeAttribute('token');
  elbi.setAttribute('mode', 'popup');
  document.body.className = 'guest';
  document.body.append(elbi);
}

at('login').addEventListener('click', () => asMember().then(() => at('logout').focus()));
at('logout').addEventListener('click', () => asGuest().then(() => at('login').focus()));
at('picture').addEventListener('click', () => elbi.toggle());
at('ask-signup').addEventListener('click', () => elbi.ask('회원가입 방법'));
for (const button of document.querySelectorAll('[data-ask]')) button.addEventListener('click', () => elbi.ask(button.dataset.ask));
elbi.addEventListener('elbi-login', () => asMember().then(() => elbi.focus()));
elbi.addEventListener('elbi-token-needed', ({ detail }) => loggedIn() && detail.respond(token()));

const today = new Intl.DateTimeFormat('ko-KR', { dateStyle: 'full', timeZone: 'Asia/Seoul' }).format(new Date());
at('today').textContent = `${today}, 오늘 하루도 기분 좋은 하루가 되길 바랍니다!`;

if (loggedIn()) await asMember();
if (!elbi.isConnected) document.body.append(elbi);
