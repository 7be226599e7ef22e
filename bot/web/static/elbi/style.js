/** Colours stand twice, for light and dark. */
import { FONT } from '../../elbi.js';

const DARK = `--accent: var(--elbi-accent, #4c5fd4); --head: var(--elbi-accent, #2a315c); --ink: #eceefa; --soft: #b4b9d4; --line: #353b5c;
  --card: #21253a; --back: #161927; --link: #a9b6ff; --tint: #2c3253; --good: #5fdcb4; --bad: #ffb08a; --edge: #7c84ad; color-scheme: dark;`;

export const STYLE = `
.panel { all: initial; direction: ltr; display: flex; flex-direction: column; position: relative; overflow: hidden; width: 100%; height: 100%;
  container-type: inline-size; overflow-wrap: anywhere; word-break: keep-all; font: var(--elbi-font-size, 15px)/1.6 ${FONT};
  border: 1px solid var(--line); border-radius: var(--elbi-radius, 16px); background: var(--back); color: var(--ink);
  --accent: var(--elbi-accent, #3346b0); --head: var(--accent); --on: var(--elbi-on-accent, #fff); --ink: #1b2140; --soft: #565d7d; --line: #dfe3f1;
  --card: #fff; --back: #f4f6fc; --link: #2c3f9f; --tint: #e9edff; --good: #0a6b51; --bad: #a03a00; --edge: #7b83a6; color-scheme: light; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) .panel { ${DARK} } }
:host([theme="dark"]) .panel { ${DARK} }
:host([mode="popup"]) .panel { position: absolute; right: 0; bottom: 84px; box-shadow: 0 16px 56px #0b123859;
  width: min(var(--elbi-width, 400px), 100vw - 40px); height: min(var(--elbi-height, 660px), 100vh - 124px); }
.panel.folded { height: auto; }
.panel[hidden], .panel [hidden], .folded > :not(.head) { display: none !important; }
.panel, .panel *, .panel ::before { box-sizing: border-box; }
:where(.panel) :is(p, ul, ol, h2, h3, blockquote, fieldset) { margin: 0; padding: 0; border: 0; list-style: none; }
:where(.panel) :is(button, input, textarea) { font: inherit; color: inherit; border: 0; background: none; border-radius: 12px; }
:where(.panel) button { cursor: pointer; padding: 4px 8px; text-align: start; }
:where(.panel) button:disabled { opacity: .5; cursor: default; }
:where(.panel) :focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
.sr { position: absolute; margin: -1px; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; width: 20px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; vertical-align: -5px; }
:is(.chip, .primary:not(.send), .link) .icon { margin-right: 6px; }
.grow { flex: 1; min-width: 0; }
.row, .chips, .pager { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }

.head { display: flex; align-items: center; gap: 10px; padding: 12px; background: var(--head); color: var(--on); }
.head > svg { flex: none; width: 40px; }
.head :focus-visible { outline-color: var(--on); }
h2 { flex: 1; font-size: 1.07em; line-height: 1.3; }
.who { display: block; font-size: .8em; font-weight: 400; }
.plain { min-width: 36px; min-height: 36px; }
.head .mine-all { font-size: .87em; background: #ffffff29; padding: 4px 12px; }
.folded .fold .icon, .newest .icon, .item > .icon { transform: rotate(180deg); }
.fold:not([data-news=""])::before { content: attr(data-news); margin-right: 6px; padding: 0 7px; border-radius: 10px; background: #c22026; color: #fff; font-size: .8em; font-weight: 700; }
.banner { background: #fff2c9; color: #513c00; font-size: .9em; text-align: center; }
.banner:not(:empty) { padding: 4px 12px; }
.stage, .main { flex: 1; min-height: 0; display: flex; flex-direction: column; position: relative; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px; }
:is(.day, .mark) { text-align: center; color: var(--soft); font-size: .83em; margin-bottom: 16px; }
.mark { background: var(--tint); color: var(--ink); border-radius: 12px; padding: 8px 12px; }
:is(.turn, .welcome, .log > .chips) { margin-bottom: 20px; }
.mine { margin: 0 0 10px 12%; text-align: end; }
.said { display: inline-block; padding: 9px 15px; border-radius: 18px 18px 4px 18px; background: var(--accent); color: var(--on); text-align: start; white-space: pre-wrap; }
.pending .said { opacity: .8; }
.failed .said { background: none; color: var(--ink); box-shadow: inset 0 0 0 2px var(--bad); }
.meta, .small { display: block; font-size: .83em; color: var(--soft); }
.failed .meta, .error { color: var(--bad); font-weight: 600; }
:is(.theirs, .reply, .entry, .welcome, .field, .page-body, .notice .grow, footer) { display: grid; gap: 12px; justify-items: start; grid-template-columns: minmax(0, 1fr); align-content: start; }
:is(.reply, .welcome, .theirs > .dots) { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 4px 18px 18px; padding: 14px 16px; }
.welcome > svg { width: 60px; position: absolute; right: 16px; top: 14px; }
.hello, .hello + p { padding-right: 68px; }
.hello, h3 { font-weight: 700; font-size: 1.13em; line-height: 1.4; }
.label { font-weight: 700; font-size: .93em; }
.chip { border: 1px solid var(--edge); background: var(--card); border-radius: 18px; padding: 4px 14px; min-height: 36px; color: var(--link); font-weight: 600; font-size: .93em; }
@media (hover: hover) { :is(.chip, .item, .wide, .bar button):hover { background: var(--tint); } }
.primary, .current .tag, .current::before, .panel .chip[aria-pressed="true"], .suggestions :is(li:hover, [aria-selected="true"]) { background: var(--accent); color: var(--on); }
.primary { flex: none; font-weight: 700; min-height: 40px; padding: 6px 18px; }
.wide { width: 100%; min-height: 42px; border: 1px solid var(--edge); color: var(--link); font-weight: 600; text-align: center; }
.link { color: var(--link); text-decoration: underline; text-underline-offset: 3px; min-height: 28px; padding: 2px 6px; font-weight: 600; }
.link .icon { width: 16px; }
:is(.reply, .welcome, .entries, .more, .entry, .field, .feedback, footer, blockquote, .notice, .steps, .page-body > :is(div, form)) { width: 100%; }
:is(.entries li, .more .item) + * { border-top: 1px solid var(--line); }
.item { display: flex; gap: 10px; width: 100%; min-height: 44px; padding: 8px 4px; align-items: center; border-radius: 0; }
.number { flex: none; min-width: 24px; padding: 0 5px; border-radius: 12px; background: var(--tint); color: var(--link); font: 700 .83em/24px sans-serif; text-align: center; }
.system { color: var(--link); font-weight: 600; font-size: .93em; }
.PartnerCampus, .done { color: var(--good); }
.tag { font-size: .8em; font-weight: 600; background: var(--tint); color: var(--link); border-radius: 8px; padding: 1px 8px; white-space: nowrap; }
.notice { display: flex; gap: 10px; border-radius: 12px; background: var(--tint); padding: 12px; }
.panel blockquote { border-left: 4px solid var(--edge); padding: 4px 12px; background: var(--back); }
.done { font-weight: 600; }
.dots { display: flex; gap: 6px; }
.dots i { width: 8px; height: 8px; border-radius: 50%; background: var(--edge); }
.steps { display: grid; gap: 14px; counter-reset: step; }
.step { position: relative; padding-left: 38px; counter-increment: step; }
.step::before { content: counter(step); position: absolute; left: 0; width: 26px; border-radius: 50%; border: 2px solid var(--edge); text-align: center; font: 700 13px/22px sans-serif; }
.step.done { color: inherit; font-weight: 400; }
.step.done::before { content: "✓"; color: var(--good); border-color: var(--good); }
.step.current::before { border-color: var(--accent); }
.step.waiting::before { border-style: dashed; }
.turn:has(~ [data-id]) .form :is(.row, .chips) { display: none; }

.answer > * { margin: 0 0 10px; }
.answer :is(ol, ul) { padding-left: 1.5em; list-style: revert; }
.answer :is(h1, h2, h3, h4, h5, h6) { font-size: 1em; }
.answer li + li { margin-top: 4px; }
.answer a { color: var(--link); }
.answer a::after { content: " ↗"; }
.scroller { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; font-size: .95em; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: 6px 8px; text-align: start; }
th { background: var(--tint); }
footer { border-top: 1px solid var(--line); padding-top: 10px; font-size: .93em; }
.foot { width: 100%; }
.foot .small { margin-right: auto; }

.composer { position: relative; padding: 10px 12px; background: var(--card); border-top: 1px solid var(--line); }
:is(.composer, .field) .row { flex-wrap: nowrap; align-items: flex-end; width: 100%; }
.field .row { align-items: stretch; }
:is(.composer .row, .field :is(textarea, input:not([type]))) { width: 100%; border: 1px solid var(--edge); border-radius: 22px; background: var(--back); }
.field :is(textarea, input:not([type])) { border-radius: 12px; padding: 9px 12px; resize: none; }
.composer .row:focus-within { outline: 2px solid var(--link); outline-offset: -1px; }
.composer textarea { flex: 1; height: 42px; padding: 9px 0 9px 16px; line-height: 1.45; resize: none; outline: 0; }
::placeholder { color: var(--soft); opacity: 1; }
.send { width: 34px; min-height: 34px; margin: 4px; padding: 0; border-radius: 50%; text-align: center; }
.count { display: block; text-align: end; font-size: .83em; }
.suggestions, .newest { position: absolute; inset: auto 12px 100%; background: var(--card); border: 1px solid var(--edge); border-radius: 14px; box-shadow: 0 -6px 24px #0b123833; }
.suggestions { max-height: 46vh; overflow-y: auto; z-index: 1; }
.suggestions li { padding: 9px 16px; cursor: pointer; }
.newest { left: auto; margin-bottom: 10px; color: var(--link); }
.bar { display: flex; flex-wrap: wrap; background: var(--card); padding: 0 6px 6px; }
.bar button { flex: 1 0 auto; min-width: 44px; display: grid; justify-items: center; padding: 4px 0; font-size: .77em; line-height: 1.4; min-height: 44px; white-space: nowrap; color: var(--soft); font-weight: 600; }
.bar :focus-visible { outline-offset: -3px; }
.panel:not(.is-member) .bar :is(.edit, .restore) { display: none; }

.page { position: absolute; inset: 0; display: flex; flex-direction: column; background: var(--card); z-index: 2; }
.page-head { display: flex; align-items: center; gap: 6px; padding: 12px 8px; border-bottom: 1px solid var(--line); }
.page-body { flex: 1; overflow-y: auto; padding: 16px; }
.field label { font-weight: 600; }
.field .radio { display: inline-flex; gap: 6px; align-items: center; min-height: 32px; margin-right: 18px; font-weight: 400; }
[type="radio"] { width: 20px; height: 20px; accent-color: var(--accent); }
.pager { flex-wrap: nowrap; white-space: nowrap; }
.asked { padding: 12px 0; }

@container (max-width: 380px) { .is-member .bar button { flex-basis: 24%; } }
@media (pointer: coarse) { .panel :is(button, .radio, .suggestions li) { min-width: 44px; min-height: 44px; } .send { margin: 0; } }
@media (max-width: 480px), (max-height: 440px) {
  :host([mode="popup"]) .panel { position: fixed; inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; }
}
@media (max-height: 440px) {
  .head { padding: 2px 8px; } .head > svg, .bar .icon { display: none; } .who { display: inline; margin-left: 8px; }
  .composer { padding: 4px 8px; } .bar { flex-wrap: nowrap; overflow-x: auto; padding: 0; }
  .bar button { min-height: 30px; flex: 1 0 auto; padding: 3px 8px; }
}
@media (prefers-reduced-motion: no-preference) {
  :host([mode="popup"]) .panel, .turn, .page { animation: rise .2s ease-out; }
  .dots i { animation: dot .6s infinite alternate; }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
  @keyframes dot { to { opacity: .2; } }
}
@media (forced-colors: active) { .said, .primary { border: 1px solid !important; } [aria-selected="true"] { outline: 3px solid; } }
`;
