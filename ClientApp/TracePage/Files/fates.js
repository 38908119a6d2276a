// What became of questions: a replica tells what it sends, and nobody tells what is lost. A question that no answer was sent to for
// some time is drawn with a cross at its end.

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

/** Follows the questions in the order in which they were sent. */
export class Fates {
  #open = [];
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
    if (item.at !== undefined) {
      this.#expire(item.at);
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
