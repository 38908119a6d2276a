// Puts the parts together: lines come from the server, their fates are found out, they wait in the player, and are drawn and explained.

import { act, listen, watchStatus } from './server.js';
import { Cards } from './cards.js';
import { Diagram, sample } from './diagram.js';
import { Fates } from './fates.js';
import { KINDS, itemOf } from './kinds.js';
import { Narrator } from './narrator.js';
import { Player } from './player.js';

const at = id => document.getElementById(id);

const hidden = new Set(KINDS.filter(kind => kind.off).map(kind => kind.id));
const narrator = new Narrator();
const diagram = new Diagram({
  svg: at('diagram'), scroller: at('scroller'), newest: at('newest'), hidden,
  onSelect: item => { at('inspector').textContent = item.sentence; },
});
const fates = new Fates(item => diagram.refresh(item));
const player = new Player(play, showPlayback);
const cards = new Cards(at('cards'), doOnCard);

listen(onLine, (state, sentence) => {
  at('connection').textContent = sentence;
  at('connection').dataset.state = state;
});
watchStatus(onStatus);
makeLegend();
new ResizeObserver(moveLanes).observe(at('lanes'));

at('put').addEventListener('submit', onPut);
at('pause').addEventListener('click', () => { player.paused = !player.paused; });
at('step').addEventListener('click', step);
document.querySelectorAll('input[name="speed"]').forEach(radio => radio.addEventListener('change', () => { player.speed = radio.value; }));
document.addEventListener('keydown', onKey);

function onLine(line) {
  const item = itemOf(line);
  if (item.lost !== undefined) {
    fates.lose(item);
    return;
  }
  fates.see(item);
  // Heartbeats come all the time: while they are not shown they would push everything else out.
  if (item.kind !== 'heartbeat' || !hidden.has('heartbeat')) {
    player.add(item);
  }
}

function play(items) {
  diagram.add(items);
  let event = null;
  let detail = null;
  for (const item of items) {
    const told = narrator.tell(item);
    event = told?.event ?? event;
    detail = hidden.has(item.kind) ? detail : told?.detail ?? told?.event ?? detail;
  }
  if (event !== null) {
    at('event').textContent = event;
  }
  // At full speed nobody could read it.
  at('detail').textContent = player.speed === 'live' && !player.paused ? '' : detail ?? at('detail').textContent;
}

function step() {
  player.step(item => !hidden.has(item.kind));
}

function showPlayback() {
  at('pause').textContent = player.paused ? 'Go on' : 'Pause';
  at('pause').setAttribute('aria-pressed', String(player.paused));
  at('step').disabled = !player.steps || player.waiting === 0;
  const waits = player.steps || player.waiting > 0;
  at('waiting').textContent = waits ? `${player.waiting} ${player.waiting === 1 ? 'line waits' : 'lines wait'}; cards are live` : '';
}

function onStatus(replicas) {
  if (replicas === null) {
    at('cards').classList.add('stale');
    return;
  }
  at('cards').classList.remove('stale');
  narrator.voters = Math.max(1, replicas.filter(replica => !replica.up || replica.standing === null || replica.standing !== 'Learner').length);
  if (cards.show(replicas)) {
    const chosen = at('put').elements.replica.value;
    const any = new Option('any', '');
    at('put').elements.replica.replaceChildren(any, ...cards.ids.map(id => new Option(`R${id}`, id)));
    at('put').elements.replica.value = cards.ids.includes(Number(chosen)) ? chosen : '';
    moveLanes();
  }
}

function moveLanes() {
  at('diagram').setAttribute('width', at('scroller').clientWidth);
  diagram.lanes = cards.middles(at('diagram'));
}

function makeLegend() {
  for (const kind of KINDS) {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = !hidden.has(kind.id);
    box.dataset.kind = kind.id;
    box.addEventListener('change', () => {
      hidden[box.checked ? 'delete' : 'add'](kind.id);
      diagram.redraw();
    });
    const name = document.createElement('span');
    name.textContent = kind.name;
    const phase = document.createElement('small');
    phase.textContent = kind.phase ?? '';
    const label = document.createElement('label');
    label.append(box, sample(kind), name, phase);
    at('legend').append(label);
  }
}

async function onPut(event) {
  event.preventDefault();
  const { key, value, replica } = event.target.elements;
  const { ok, sentence } = await act('put', [key.value, value.value], replica.value === '' ? null : Number(replica.value));
  answer(ok, ok ? `${key.value} = ${value.value}: ${sentence}` : sentence);
}

async function doOnCard({ verb, words, others }) {
  const all = others === undefined ? [words] : others.map(other => [...words, `${other}`]);
  const answers = await Promise.all(all.map(each => act(verb, each)));
  const failed = answers.find(each => !each.ok);
  const together = others === undefined ? answers[0].sentence : `replica ${words[0]} and the others do not hear each other, until it is healed`;
  answer(failed === undefined, failed?.sentence ?? together);
}

function answer(ok, sentence) {
  at('answer').textContent = sentence;
  at('answer').classList.toggle('wrong', !ok);
}

function onKey(event) {
  if (event.target.matches('input:not([type="checkbox"], [type="radio"]), select, textarea') || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === 'n' && !at('step').disabled) {
    step();
  } else if (event.key === 'p') {
    player.paused = !player.paused;
  }
}
