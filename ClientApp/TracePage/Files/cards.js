// A card for each replica: how it is, and what may be done to it.

/** Keeps the cards as the status tells. */
export class Cards {
  #place;
  #cards = new Map();
  #act;

  /** @param place holds the cards; @param act does what a button of a card says */
  constructor(place, act) {
    this.#place = place;
    this.#act = act;
  }

  /** Ids of the replicas, from left to right. */
  get ids() { return [...this.#cards.keys()]; }

  /** The middle of each card, in pixels from the left of an element. */
  middles(of) {
    const left = of.getBoundingClientRect().left;
    return new Map([...this.#cards].map(([id, card]) => {
      const box = card.root.getBoundingClientRect();
      return [id, Math.round(box.left + box.width / 2 - left)];
    }));
  }

  /** Shows the replicas. Returns whether there are others than before. */
  show(replicas) {
    const changed = replicas.map(replica => replica.replica).join() !== this.ids.join();
    if (changed) {
      this.#cards = new Map(replicas.map(replica => [replica.replica, this.#make(replica.replica)]));
      this.#place.replaceChildren(...[...this.#cards.values()].map(card => card.root));
      this.#place.parentElement.style.setProperty('--replicas', replicas.length);
    }
    const leader = replicas.find(replica => replica.proposer === 'Leading')?.replica;
    replicas.forEach(replica => fill(this.#cards.get(replica.replica), replica, leader, replicas.length - 1));
    return changed;
  }

  #make(id) {
    const root = made('article', 'card');
    root.dataset.replica = id;
    const name = made('h3', 'name', `R${id}`);
    const role = made('span', 'role');
    const heading = made('div', 'heading');
    heading.append(name, role);
    const facts = made('dl', 'facts');
    const why = made('p', 'why');
    const buttons = made('div', 'faults');
    const card = { id, root, role, facts, why, buttons, values: new Map() };
    for (const [key, title] of [['promised', 'promised'], ['applied', 'applied'], ['revision', 'revision'], ['acceptor', 'acceptor'], ['links', 'links']]) {
      const value = made('dd');
      card.values.set(key, value);
      const pair = made('div', key);
      pair.append(made('dt', '', title), value);
      facts.append(pair);
    }
    card.acceptor = this.#button(card, () => (card.up ? { verb: 'fail', words: [`${id}`] } : { verb: 'revive', words: [`${id}`] }));
    card.link = this.#button(card, () => (card.cut ? { verb: 'heal', words: [`${id}`] } : { verb: 'cut', words: [`${id}`], others: this.ids.filter(other => other !== id) }));
    card.lead = this.#button(card, () => ({ verb: 'leader', words: ['transfer', `${id}`] }));
    root.append(heading, facts, why, buttons);
    return card;
  }

  #button(card, asked) {
    const button = made('button');
    button.type = 'button';
    button.addEventListener('click', () => this.#act(asked()));
    card.buttons.append(button);
    return button;
  }
}

function fill(card, replica, leader, others) {
  const leads = replica.up && replica.proposer === 'Leading';
  card.root.classList.toggle('leads', leads);
  card.root.classList.toggle('silent', !replica.up);
  card.root.classList.toggle('failed', replica.up && !replica.acceptorUp);
  card.role.textContent = roleOf(replica);
  card.facts.hidden = !replica.up;
  card.buttons.hidden = !replica.up;
  card.why.textContent = replica.up ? standingOf(replica) : replica.message ?? 'gives no answer';
  card.why.title = card.why.textContent;
  if (!replica.up) {
    return;
  }
  card.up = replica.acceptorUp;
  card.cut = replica.faultyLinks.length > 0;
  card.values.get('promised').textContent = replica.acceptorUp ? replica.promised : '–';
  card.values.get('acceptor').textContent = replica.divergedFrom !== null ? 'fenced' : replica.acceptorUp ? 'up' : 'down';
  card.values.get('applied').textContent = replica.appliedThrough;
  card.values.get('revision').textContent = replica.revision;
  card.values.get('links').textContent = linksOf(replica.faultyLinks, others);
  label(card.acceptor, card.up ? 'Fail' : 'Revive', `${card.up ? 'Fail' : 'Restart'} the acceptor of R${card.id}`);
  label(card.link, card.cut ? 'Heal' : 'Cut off', card.cut ? `Make the links of R${card.id} whole again` : `Cut all links of R${card.id}`);
  label(card.lead, 'Lead', `Have the leader hand over to R${card.id}`);
  card.acceptor.hidden = card.link.hidden = !replica.faultLabOn;
  card.lead.disabled = leads || leader === undefined;
}

function roleOf(replica) {
  if (!replica.up) {
    return 'silent';
  }
  switch (replica.proposer) {
    case 'Leading': return 'leads';
    case 'Preparing': return 'campaigns';
    default: return replica.leader === null ? 'hears no leader' : `follows R${replica.leader}`;
  }
}

function standingOf(replica) {
  const standing = replica.standing === 'Voter' || replica.standing === null ? '' : replica.standing;
  return [standing, replica.complaint ?? ''].filter(text => text.length > 0).join(': ');
}

function linksOf(links, others) {
  if (links.length === others && others > 1 && links.every(link => link.cutTo && link.cutFrom)) {
    return 'all cut';
  }
  const parts = links.flatMap(link => [
    ...(link.cutTo || link.cutFrom ? [`${link.cutTo && link.cutFrom ? '✕' : link.cutTo ? '→✕' : '←✕'}R${link.peer}`] : []),
    ...(link.delayMs > 0 ? [`R${link.peer} +${link.delayMs} ms`] : []),
  ]);
  return parts.length === 0 ? 'whole' : parts.join(' ');
}

function label(button, text, title) {
  if (button.textContent !== text) {
    button.textContent = text;
    button.setAttribute('aria-label', title);
    button.title = title;
  }
}

function made(name, className = '', text = '') {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}
