// Says in plain words what happens, in the terms of the field.

import { slotsInWords } from './kinds.js';

/** Tells two things of what it sees: the last important event, and what the last message means. */
export class Narrator {
  /** How many replicas vote. */
  voters = 5;
  #chosen = 0;
  #promises = new Map();
  #acceptances = new Map();

  /** What a line means. `event`: an important one; `detail`: any other. Null: nothing to say of it. */
  tell(item) {
    switch (item.type) {
      case 'message': return this.#message(item);
      case 'mark': return item.kind === 'applies' ? this.#applies(item) : decision(item);
      default: return { event: item.text };
    }
  }

  get #majority() { return Math.floor(this.voters / 2) + 1; }

  #message(item) {
    const { from, to, text } = item;
    const ballot = text.split(' ')[1];
    switch (item.message) {
      case 'Prepare': return this.#prepare(from, to, ballot, text);
      case 'Promise': return this.#promise(from, to, ballot, text);
      case 'Accept': return this.#learned(text, { detail: `Phase 2a: R${from} asks R${to} to accept the value of ${slotsInWords(text)} under ballot ${ballot}.` });
      case 'Accepted': return this.#accepted(from, to, ballot, text);
      case 'Rejected': return { event: `R${from} refuses ballot ${ballot} of R${to}: ${refusal(text)}` };
      case 'Learn': return this.#learned(text, { detail: `R${from} tells R${to} which slots are chosen.` });
      case 'Propose': return { detail: `R${from} hands a command of its clients to the leader, R${to}.` };
      case 'ProposeReply': return this.#learned(text, { detail: `R${from} answers R${to}, which had handed commands over.` });
      case 'ReadIndex': return { detail: `R${from} asks R${to} how far a read must look, and what it has promised: a majority has to confirm who leads.` };
      case 'ReadIndexReply': return { detail: `R${from} confirms for a read at R${to}.` };
      case 'Heartbeat': return { detail: text.includes(' asks ') ? `R${from} misses its leader, and asks R${to} whether it hears one.` : `R${from} says that it still leads.` };
      case 'HeartbeatReply': return { detail: `R${from} answers R${to}'s heartbeat.` };
      case 'TakeOver': return { event: `R${from} hands its leadership over: R${to} has learned everything, and shall campaign at once.` };
      case 'CatchUp': return { detail: `R${from} lacks slots, and asks R${to} for them.` };
      case 'CatchUpReply': return { detail: `R${from} gives R${to} the chosen values that it lacks.` };
      case 'ReadSnapshot': return { detail: `R${from} is too far behind for the log, and fetches the state of R${to}.` };
      case 'Recall': return { event: `R${from} starts: before it votes it asks what the others remember of it.` };
      default: return null;
    }
  }

  #prepare(from, to, ballot, text) {
    const detail = `Phase 1a: R${from} asks R${to} to promise ballot ${ballot}, for all slots ${/from \d+/.exec(text)?.[0] ?? ''} on.`;
    if (this.#promises.has(ballot)) {
      return { detail };
    }
    this.#promises = new Map([[ballot, new Set([from])]]);
    return { event: `An election: R${from} campaigns with ballot ${ballot}, and asks all acceptors for a promise (phase 1a).`, detail };
  }

  #promise(from, to, ballot, text) {
    const promised = this.#promises.get(ballot);
    promised?.add(from);
    const count = promised === undefined ? '' : `, ${promised.size} of the ${this.#majority} that it needs, its own counted`;
    const reports = / \[\S/.test(text) && !text.includes('[]') ? ' It reports values that it accepted before.' : '';
    return { detail: `Phase 1b: R${from} promises R${to} ballot ${ballot}${count}.${reports}` };
  }

  // The leader's own acceptance does not travel: it is counted as the one that is missing.
  #accepted(from, to, ballot, text) {
    const key = `${ballot} ${slotsInWords(text)}`;
    const acceptors = this.#acceptances.get(key) ?? new Set([to]);
    acceptors.add(from);
    this.#acceptances = new Map([...this.#acceptances].slice(-50)).set(key, acceptors);
    return { detail: `Phase 2b: R${from} has ${slotsInWords(text)} on its disk under ballot ${ballot}; with the leader's own that makes ${acceptors.size} of the ${this.#majority} needed.` };
  }

  #applies(item) {
    const slot = Number(/^slot (\d+)/.exec(item.text)?.[1] ?? 0);
    const detail = `R${item.from} applies slot ${slot} to its state.`;
    return slot > this.#chosen ? { event: this.#isChosen(slot, `; R${item.from} applies it`), detail } : { detail };
  }

  #learned(text, said) {
    const through = Number(/ chosen (\d+)/.exec(text)?.[1] ?? 0);
    return through > this.#chosen ? { ...said, event: this.#isChosen(through, '') } : said;
  }

  #isChosen(slot, then) {
    this.#chosen = slot;
    return `Slot ${slot} is chosen: a majority of acceptors has its value, and nothing can change it any more${then}.`;
  }
}

function refusal(text) {
  const promised = / promised (\S+)/.exec(text)?.[1];
  return promised === undefined || promised === '0.0' ? 'its acceptor gives no word now.' : `it has promised ${promised}.`;
}

function decision({ from, text }) {
  const ballot = /ballot (\S+?)[.:,;]?(\s|$)/.exec(text)?.[1];
  if (text.startsWith('Campaigns ')) {
    return { event: `An election begins: R${from} hears no leader, or shall take over, and campaigns with ballot ${ballot}.` };
  }
  if (text.startsWith('Leads ')) {
    const slot = /from slot (\d+)/.exec(text)?.[1];
    const again = Number(/proposed (\d+) slots again/.exec(text)?.[1] ?? 0);
    return {
      event: `R${from} is elected: a majority promised ballot ${ballot}. It leads from slot ${slot} on`
        + (again > 0 ? `, and proposes ${again} ${again === 1 ? 'slot' : 'slots'} again, so that nothing chosen is lost.` : '.'),
    };
  }
  if (text.startsWith('Yields ')) {
    return { event: `R${from} gives ballot ${ballot} up, and leads or campaigns no more: ${/: (.+)$/.exec(text)?.[1] ?? 'it met a higher one'}.` };
  }
  if (text.startsWith('Follows ')) {
    return { detail: `R${from} now follows ${/Follows (R\d+)/.exec(text)?.[1]}.` };
  }
  return { event: `R${from}: ${text.replace(/^\[(FAULT|RECOVERED)\] /, '')}.`.replace(/\.\.$/, '.') };
}
