/** Elements without markup in strings; 엘비's picture. */

export const FONT =
  'var(--elbi-font, "Pretendard", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "NanumGothic", sans-serif)';

/** `on…` are listeners, true and false switch attributes; children are nodes, texts, lists or nothing. */
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
    shape('M41 74l7 8 7-8v-6H41z', '#fff'),
    line('M48 24V14', '#3346b0', 4),
    shape('M20 45q0-22 22-22h12q22 0 22 22v4q0 22-22 22H42q-22 0-22-22z', '#fff'),
    shape('M26 47q0-15 15-15h14q15 0 15 15t-15 15H41q-15 0-15-15', '#1d2763'),
    line('M33 47q4-7 8 0M55 47q4-7 8 0M43 54q5 4 10 0', '#7df0d2', 4),
    line('M15 44v10M81 44v10q-2 16-20 16', '#3346b0', 6),
    shape('M43 12a5 5 0 1 1 10 0a5 5 0 1 1-10 0M55 70a4 4 0 1 1 8 0a4 4 0 1 1-8 0', '#17b890'));
}
