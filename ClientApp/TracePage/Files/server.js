// What the page asks of the console that serves it.

const TOKEN = document.querySelector('meta[name="page-token"]').content;

/** Status of all replicas every so often, in milliseconds. */
export const STATUS_EVERY = 1000;

/** Does what a reader asked for. Returns whether it went well, and a sentence. */
export async function act(verb, words, replica = null) {
  try {
    const response = await fetch('/do', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Page-Token': TOKEN },
      body: JSON.stringify({ verb, words, replica }),
    });
    const answer = await response.text();
    const isJson = response.headers.get('Content-Type')?.startsWith('application/json') === true;
    return { ok: response.ok, sentence: (isJson ? JSON.parse(answer).message : answer).trim() };
  } catch {
    return { ok: false, sentence: 'The console that served this page does not answer any more.' };
  }
}

/** Asks again and again how the replicas are, one question at a time. */
export async function watchStatus(show) {
  for (;;) {
    try {
      const response = await fetch('/status');
      if (response.ok) {
        show((await response.json()).replicas);
      }
    } catch {
      show(null);
    }
    await new Promise(resolve => setTimeout(resolve, STATUS_EVERY));
  }
}

/** Listens to what the replicas do. */
export function listen(onLine, onState) {
  const events = new EventSource('/events');
  let opened = false;
  events.addEventListener('open', () => {
    if (opened) {
      onLine({ kind: 'remark', replica: 0, gap: true, text: 'The page had lost the console; what happened meanwhile is missing here.' });
    }
    opened = true;
    onState('live', 'live');
  });
  events.addEventListener('message', event => onLine(JSON.parse(event.data)));
  events.addEventListener('error', () => onState('broken', events.readyState === EventSource.CLOSED
    ? 'refused: too many pages are open, or the console is another one; load this page again'
    : 'the console that served this page does not answer; it is tried again'));
}
