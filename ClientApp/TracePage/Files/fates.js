// What became of messages. That one is lost its sender tells, as soon as it finds out: the link is cut, or nobody answers. Where it does not, a question
// that no answer was sent to for some time counts as lost too. What is lost is drawn with a cross at its end.

import { slotsOf } from './kinds.js';

/** After so long without an answer, in milliseconds; a call between replicas is given up after 2 s. */
export const ANSWERED_WITHIN = 3000;

const QUESTIONS = new Map([
  ['Promise', ['Prepare']],
  ['Accepted', ['Accept']],
  ['Rejected', ['Prepare', 'Accept']],
  ['ProposeReply', ['Propose']],
  ['ReadIndexReply', ['ReadIndex']],
  ['HeartbeatReply', ['Heartbeat']],
  ['CatchUpReply', ['CatchUp']],
  ['ReadSnapshotReply', ['ReadSnapshot']],
  ['RecallReply', ['Recall']],
]);
const ANSWERED = new Set([...QUESTIONS.values()].flat());

// Most messages that are remembered, for their senders to say that they are lost.
const SENT_MAX = 2000;

/** Follows the questions in the order in which they were sent. */
export class Fates {
  #open = [];
  #sent = [];
  #onLost;

  /** @param onLost is told of each question that nobody answered */
  constructor(onLost) {
    this.#onLost = onLost;
  }

  /** The next line. */
  see(item) {
    if (item.type === 'remark' && item.gap) {
      this.#forget(item.from);
    } else if (item.type === 'message' && QUESTIONS.has(item.message)) {
      this.#answer(item);
    } else if (item.type === 'message' && ANSWERED.has(item.message)) {
      this.#open.push(item);
    }
    if (item.type === 'message') {
      this.#sent.push(item);
      if (this.#sent.length > 2 * SENT_MAX) {
        this.#sent = this.#sent.slice(-SENT_MAX);
      }
    }
    if (item.at !== undefined) {
      this.#expire(item.at);
    }
  }

  /** A sender says that a message is lost. Messages may be merged while they wait, and it may be several that were sent. */
  lose(report) {
    const same = item => item.from === report.from && item.to === report.to && item.message === report.message && item.fate !== 'answered';
    const told = this.#sent.findLast(item => same(item) && item.text === report.text);
    const lost = told !== undefined ? [told] : this.#sent.filter(item => same(item) && report.message === 'Accept' && sameBallot(item, report) && overlap(item, report));
    for (const item of lost.filter(item => item.fate !== 'lost')) {
      item.fate = 'lost';
      item.sentence += ` is lost: ${report.lost}`;
      this.#open = this.#open.filter(open => open !== item);
      this.#onLost(item);
    }
  }

  // Questions may be merged while they wait, and one answer then stands for several: where in doubt it is answered.
  #answer(answer) {
    const questions = QUESTIONS.get(answer.message);
    this.#open = this.#open.filter(question => {
      const answered = question.from === answer.to && question.to === answer.from && questions.includes(question.message)
        && (question.message !== 'Accept' || sameBallot(question, answer) && (answer.message === 'Rejected' || overlap(question, answer)));
      if (answered) {
        question.fate = 'answered';
      }
      return !answered;
    });
  }

  #expire(now) {
    while (this.#open.length > 0 && this.#open[0].at < now - ANSWERED_WITHIN) {
      const lost = this.#open.shift();
      lost.fate = 'lost';
      this.#onLost(lost);
    }
  }

  // What is missing may be the answers of that replica; 0: of any.
  #forget(replica) {
    this.#open = this.#open.filter(question => replica !== 0 && question.to !== replica);
  }
}

function sameBallot(one, other) {
  return one.text.split(' ')[1] === other.text.split(' ')[1];
}

function overlap(one, other) {
  const others = slotsOf(other.text);
  return slotsOf(one.text).some(([first, last]) => others.some(([from, through]) => first <= through && from <= last));
}
