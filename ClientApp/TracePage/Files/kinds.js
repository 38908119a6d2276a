// What kinds of lines there are, as the legend shows them, and what of a line is said on its arrow.

/** Kinds of lines, in the order of the legend. An answer is drawn dashed. */
export const KINDS = [
  { id: 'prepare', name: 'Prepare', phase: '1a', messages: ['Prepare'] },
  { id: 'promise', name: 'Promise', phase: '1b', messages: ['Promise'], answer: true },
  { id: 'accept', name: 'Accept', phase: '2a', messages: ['Accept'] },
  { id: 'accepted', name: 'Accepted', phase: '2b', messages: ['Accepted'], answer: true },
  { id: 'learn', name: 'Learn', phase: 'chosen', messages: ['Learn'] },
  { id: 'rejected', name: 'Rejected', messages: ['Rejected'], answer: true },
  { id: 'propose', name: 'Propose', phase: 'clients', messages: ['Propose', 'ProposeReply'] },
  { id: 'reads', name: 'Read index', phase: 'reads', messages: ['ReadIndex', 'ReadIndexReply'] },
  { id: 'election', name: 'Who leads?', phase: 'hand-over', messages: ['TakeOver', 'Recall', 'RecallReply'] },
  { id: 'heartbeat', name: 'Heartbeats', messages: ['Heartbeat', 'HeartbeatReply'], off: true },
  { id: 'catchup', name: 'Catch-up', phase: 'snapshot', messages: ['CatchUp', 'CatchUpReply', 'ReadSnapshot', 'ReadSnapshotReply'] },
  { id: 'applies', name: 'Applied', mark: true },
  { id: 'says', name: 'Decisions', mark: true },
];

const BY_MESSAGE = new Map(KINDS.flatMap(kind => (kind.messages ?? []).map(message => [message, kind.id])));

/** Kinds by their ids. */
export const BY_ID = new Map(KINDS.map(kind => [kind.id, kind]));

/** What a line of `trace --json` becomes here; `at` is in milliseconds, with the fraction that the replicas' clocks have. */
export function itemOf(line) {
  const item = {
    type: line.kind === 'sends' ? 'message' : line.kind === 'remark' ? 'remark' : 'mark',
    kind: line.kind === 'sends' ? kindOf(line) : line.kind,
    from: line.replica,
    to: line.to,
    message: line.message,
    text: line.text,
    gap: line.gap === true,
    lost: line.lost,
    fate: 'open',
  };
  if (line.at) {
    item.at = millisecondsOf(line.at);
    item.time = timeOf(line.at);
  }
  item.isAnswer = item.type === 'message' && (BY_ID.get(item.kind).answer === true || line.message.endsWith('Reply'));
  item.label = labelOf(item);
  item.sentence = sentenceOf(item);
  return item;
}

/** The slots in the first brackets of a message: [41..43 47] is [[41, 43], [47, 47]]. */
export function slotsOf(text) {
  const inside = /\[([\d. ]+)\]/.exec(text);
  return inside === null ? [] : inside[1].trim().split(/\s+/).map(run => {
    const [first, last] = run.split('..').map(Number);
    return [first, last ?? first];
  });
}

/** "slot 41", "slots 41 to 43, and 47". */
export function slotsInWords(text) {
  const runs = slotsOf(text).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  const one = runs.length === 1 && !runs[0].includes(' ');
  return runs.length === 0 ? 'no slot' : `${one ? 'slot' : 'slots'} ${runs.join(', ')}`;
}

// Whoever misses its leader asks around with a heartbeat that leads nobody: that is the beginning of an election.
function kindOf(line) {
  return line.message === 'Heartbeat' && line.text.includes(' asks ') ? 'election' : BY_MESSAGE.get(line.message) ?? 'election';
}

function labelOf(item) {
  switch (item.message ?? item.kind) {
    case 'Accept': return item.text.replace(/ chosen \d+$/, '');
    case 'Learn': return item.text.replace(/ \[.*$/, '');
    case 'Promise': return item.text.replace(/ learned \d+ \[\]/, '');
    case 'Heartbeat': return item.text.replace(/ round .*$/, '');
    case 'HeartbeatReply': return item.text.replace(/^HeartbeatReply round \d+ promised/, 'Reply');
    case 'Propose': return shortened(item.text, 24);
    case 'ProposeReply': return item.text.replace(/ taken Learn \S+( chosen \d+).*$/, '$1');
    case 'ReadIndexReply': return item.text.replace(/ unconfirmed| promised \S+/g, '');
    case 'applies': return shortened(item.text.replace(/ \(.*$/, ' applied').replace(/ Noop$/, ' applied, a Noop'), 40);
    default: return shortened(item.text, item.type === 'message' ? 30 : 90);
  }
}

// As `trace` prints it.
function sentenceOf(item) {
  switch (item.type) {
    case 'message': return `${item.time} R${item.from}→R${item.to} ${item.text}`;
    case 'mark': return `${item.time} R${item.from}${item.kind === 'applies' ? ' applies' : ':'} ${item.text}`;
    default: return item.text;
  }
}

function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function millisecondsOf(at) {
  const fraction = /\.(\d+)Z$/.exec(at)?.[1] ?? '0';
  return Date.parse(at.replace(/\.\d+Z$/, 'Z')) + Number(`0.${fraction}`) * 1000;
}

function timeOf(at) {
  const time = new Date(at);
  const two = number => String(number).padStart(2, '0');
  const micro = (/\.(\d{1,6})/.exec(at)?.[1] ?? '').padEnd(6, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${micro}`;
}
