// The space-time diagram: a lane for each replica, time runs down, an arrow for each message.

import { BY_ID } from './kinds.js';

/** Most messages that are kept; the oldest go first. */
export const MESSAGES_MAX = 500;

const ROW = 34;
const MARK_ROW = 22;
const GAP_ROW = 20;

// Room for the label of an arrow below a line without one.
const LABEL_ROOM = 7;
const FALL = 19;
const TOP = 8;
const BOTTOM = 44;
const CROSS = 4.5;

// Messages of one sender with one text, sent in one go, leave as a fan.
const FAN_WITHIN = 25;

// That several replicas apply one slot within so long, one after the other, takes one row.
const APPLIED_WITHIN = 50;

// A longer silence than this, in milliseconds, is worth a line.
const GAP_SHOWN = 100;

const AT_BOTTOM = 40;

const SVG = 'http://www.w3.org/2000/svg';

export class Diagram {
  #svg;
  #scroller;
  #newest;
  #rows = [];
  #end = TOP;
  #messages = 0;
  #lanes = new Map();
  #under = element('g');
  #over = element('g');
  #hidden;
  #follows = true;
  #selected = null;
  #onSelect;
  #last = null;

  /** @param hidden ids of the kinds that are not drawn; @param onSelect is told which line is pointed at */
  constructor({ svg, scroller, newest, hidden, onSelect }) {
    this.#svg = svg;
    this.#scroller = scroller;
    this.#newest = newest;
    this.#hidden = hidden;
    this.#onSelect = onSelect;
    svg.append(this.#under, this.#over);
    scroller.addEventListener('scroll', () => this.#scrolled());
    scroller.addEventListener('keydown', event => this.#pressed(event));
    svg.addEventListener('pointerover', event => this.#pointed(event));
    newest.addEventListener('click', () => this.#goDown());
  }

  /** Where the lanes are: from ids of replicas to the middle of each, in pixels. */
  set lanes(lanes) {
    this.#lanes = lanes;
    this.redraw();
  }

  /** Draws lines below all others. */
  add(items) {
    // What would be dropped again at once need not be drawn.
    for (const item of items.slice(-2 * MESSAGES_MAX)) {
      this.#place(item);
    }
    this.#last = items.findLast(item => this.#isShown(item)) ?? this.#last;
    this.#trim();
    this.#resize();
    this.#mark();
    if (this.#follows) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    } else {
      this.#newest.hidden = false;
    }
  }

  /** Draws a line anew of which more is known by now. */
  refresh(item) {
    const row = this.#rows.find(row => row.items.includes(item));
    if (row !== undefined && row.group !== null) {
      this.#draw(row);
      this.#mark();
    }
  }

  /** Draws all anew: other kinds are shown, or the lanes have moved. */
  redraw() {
    const items = this.#rows.flatMap(row => row.items);
    this.#over.replaceChildren();
    this.#rows = [];
    this.#end = TOP;
    this.#messages = 0;
    items.forEach(item => this.#place(item));
    this.#resize();
    this.#mark();
    if (this.#follows) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }
  }

  #isShown(item) { return !this.#hidden.has(item.kind); }

  #place(item) {
    if (!this.#isShown(item)) {
      this.#rows.push({ items: [item], y: this.#end, group: null });
    } else if (this.#joins(item)) {
      const row = this.#lastShown();
      row.items.push(item);
      this.#draw(row);
    } else {
      this.#placeBelow(item);
    }
    this.#messages += item.type === 'message' ? 1 : 0;
  }

  #placeBelow(item) {
    const before = this.#lastShown();
    const silence = before?.at === undefined || item.at === undefined ? 0 : item.at - before.at;
    const row = { items: [item], at: item.at ?? before?.at, silence: silence >= GAP_SHOWN ? silence : 0, group: element('g') };
    this.#end += row.silence > 0 ? GAP_ROW : 0;
    this.#end += item.type === 'message' && before !== undefined && before.items[0].type !== 'message' ? LABEL_ROOM : 0;
    row.y = this.#end;
    this.#end += item.type === 'message' ? ROW : MARK_ROW;
    this.#over.append(row.group);
    this.#rows.push(row);
    this.#draw(row);
  }

  #lastShown() { return this.#rows.findLast(row => row.group !== null); }

  // Hidden ones in between do not break a row.
  #joins(item) {
    const items = this.#lastShown()?.items ?? [];
    const [first] = items;
    return first !== undefined && first.kind === item.kind && first.text === item.text && (item.type === 'message'
      ? first.from === item.from && item.at - first.at < FAN_WITHIN && !items.some(other => other.to === item.to)
      : item.kind === 'applies' && item.at - first.at < APPLIED_WITHIN && !items.some(other => other.from === item.from));
  }

  #trim() {
    const before = this.#rows[0]?.y;
    while (this.#messages > MESSAGES_MAX || this.#rows.length > 4 * MESSAGES_MAX) {
      const row = this.#rows.shift();
      this.#messages -= row.items.filter(item => item.type === 'message').length;
      row.group?.remove();
    }
    const removed = (this.#rows[0]?.y ?? 0) - (before ?? 0);
    if (!this.#follows && removed > 0) {
      this.#scroller.scrollTop -= removed;
    }
  }

  #resize() {
    const top = this.#rows[0]?.y ?? TOP;
    const height = Math.max(this.#end - top + TOP + BOTTOM, this.#scroller.clientHeight);
    this.#svg.setAttribute('height', height);
    this.#over.setAttribute('transform', `translate(0 ${TOP - top})`);
    this.#under.replaceChildren(...[...this.#lanes.values()].map(x => element('line', { class: 'lane', x1: x, x2: x, y1: 0, y2: height })));
  }

  #draw(row) {
    row.group.replaceChildren();
    const [first] = row.items;
    if (row.silence > 0) {
      row.group.append(text(inWords(row.silence), { class: 'silence', x: 6, y: row.y - 5 }));
    }
    if (first.time !== undefined) {
      row.group.append(text(first.time.slice(0, 12), { class: 'time', x: 6, y: row.y + 9 }));
    }
    if (first.type === 'message') {
      const labelled = this.#labelled(row.items);
      row.items.forEach(item => row.group.append(this.#arrow(item, row.y, item === labelled)));
    } else {
      row.items.forEach(item => row.group.append(this.#markOf(item, row.y)));
    }
  }

  // A fan has one label, on the longest of its arrows: that lies above the others.
  #labelled(items) {
    const length = item => Math.abs((this.#lanes.get(item.to) ?? 0) - (this.#lanes.get(item.from) ?? 0));
    return items.reduce((longest, item) => (length(item) > length(longest) ? item : longest));
  }

  #arrow(item, y, isLabelled) {
    const from = this.#lanes.get(item.from);
    const to = this.#lanes.get(item.to);
    const group = this.#groupOf(item, `arrow ${item.isAnswer ? 'answer' : ''} ${item.fate === 'lost' ? 'lost' : ''}`);
    if (from === undefined || to === undefined || from === to) {
      group.append(text(item.label, { x: from ?? 100, y: y + 12 }));
      return group;
    }
    const along = item.fate === 'lost' ? 0.86 : 1;
    const right = to > from;
    const x = from + (to - from) * along - (right ? 1 : -1) * (item.fate === 'lost' ? 0 : 3);
    const end = y + FALL * along;
    const line = { x1: from, y1: y, x2: x, y2: end };
    const angle = Math.atan2(end - y, x - from);
    group.append(
      element('line', { class: 'hit', ...line }),
      element('line', { class: 'shaft', ...line }),
      element('circle', { class: 'tail', cx: from, cy: y, r: 2.5 }),
      item.fate === 'lost' ? cross(x, end) : head(x, end, angle));
    if (isLabelled) {
      const tilt = (right ? angle : angle - Math.PI) * 180 / Math.PI;
      const at = from + (right ? 9 : -9);
      const above = y + FALL * Math.abs((at - from) / (to - from)) - 4;
      group.append(text(item.label, { x: at, y: above, 'text-anchor': right ? 'start' : 'end', transform: `rotate(${tilt} ${at} ${above})` }));
    }
    return group;
  }

  #markOf(item, y) {
    const group = this.#groupOf(item, 'mark');
    const x = this.#lanes.get(item.from);
    if (x === undefined) {
      group.append(text(item.label, { x: 100, y: y + 9 }));
      return group;
    }
    const turned = item.label.length * 6.6 > this.#scroller.clientWidth - x - 20;
    group.append(
      item.kind === 'applies' ? element('circle', { class: 'dot', cx: x, cy: y + 5, r: 4.5 }) : diamond(x, y + 5),
      text(item.label, { x: x + (turned ? -11 : 11), y: y + 9, 'text-anchor': turned ? 'end' : 'start' }));
    return group;
  }

  #groupOf(item, classes) {
    const group = element('g', { class: `${classes} kind-${item.kind}` });
    const title = element('title');
    title.textContent = item.sentence;
    group.append(title);
    group.line = item;
    return group;
  }

  // The last line that came, and the one that is pointed at, stand out.
  #mark() {
    for (const group of this.#over.querySelectorAll('.last, .selected')) {
      group.classList.remove('last', 'selected');
    }
    this.#groupWith(this.#last)?.classList.add('last');
    this.#groupWith(this.#selected)?.classList.add('selected');
  }

  #groupWith(item) {
    const row = item === null ? undefined : this.#rows.find(row => row.items.includes(item));
    return row?.group === undefined || row.group === null ? undefined : [...row.group.children].find(child => child.line === item);
  }

  #select(item) {
    this.#selected = item;
    this.#mark();
    this.#onSelect(item);
  }

  #pointed(event) {
    const group = event.target.closest('.arrow, .mark');
    if (group !== null) {
      this.#select(group.line);
    }
  }

  #pressed(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const shown = this.#rows.filter(row => row.group !== null).flatMap(row => row.items);
    const at = shown.indexOf(this.#selected);
    const next = at < 0 ? shown.at(-1) : shown[Math.min(shown.length - 1, Math.max(0, at + step))];
    if (next !== undefined) {
      this.#select(next);
      this.#groupWith(next)?.scrollIntoView({ block: 'nearest' });
    }
  }

  #scrolled() {
    const left = this.#scroller.scrollHeight - this.#scroller.clientHeight - this.#scroller.scrollTop;
    this.#follows = left < AT_BOTTOM;
    this.#newest.hidden = this.#follows;
  }

  #goDown() {
    this.#follows = true;
    this.#newest.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#scroller.focus();
  }
}

/** A small picture of a kind, for the legend. */
export function sample(kind) {
  const svg = element('svg', { class: `sample kind-${kind.id}`, viewBox: '0 0 30 12', width: 30, height: 12, 'aria-hidden': 'true' });
  if (kind.mark) {
    svg.append(kind.id === 'applies' ? element('circle', { class: 'dot', cx: 15, cy: 6, r: 4.5 }) : diamond(15, 6));
  } else {
    const group = element('g', { class: `arrow ${BY_ID.get(kind.id).answer ? 'answer' : ''}` });
    group.append(element('line', { class: 'shaft', x1: 1, y1: 6, x2: 26, y2: 6 }), head(28, 6, 0));
    svg.append(group);
  }
  return svg;
}

function inWords(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms later` : `${(milliseconds / 1000).toFixed(1)} s later`;
}

function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function text(content, attributes) {
  const made = element('text', attributes);
  made.textContent = content;
  return made;
}

function head(x, y, angle) {
  const point = (length, turn) => `${x - length * Math.cos(angle + turn)} ${y - length * Math.sin(angle + turn)}`;
  return element('path', { class: 'head', d: `M${x} ${y}L${point(9, 0.42)}L${point(9, -0.42)}Z` });
}

function cross(x, y) {
  return element('path', { class: 'cross', d: `M${x - CROSS} ${y - CROSS}l${2 * CROSS} ${2 * CROSS}m0 ${-2 * CROSS}l${-2 * CROSS} ${2 * CROSS}` });
}

function diamond(x, y) {
  return element('path', { class: 'diamond', d: `M${x} ${y - 5}l5 5l-5 5l-5 -5Z` });
}
