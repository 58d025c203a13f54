// Streams in a process of its own: so many connections, each asks for the next stream when the last has ended. Of every event it
// notes how long after its sending it came. Takes one JSON argument and prints one JSON line.
import { connect } from 'node:net';
import { requestBytes } from './multipart.mjs';
import { ResponseParser } from './response-parser.mjs';

const { port, path, headers, sizeBytes, connections, events, gapMs, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const fields = { model: 'gpt-4o-transcribe', stream: 'true' };
const request = requestBytes({ host: `127.0.0.1:${port}`, path, headers, sizeBytes, fields });
const DELTA = /"delta":"([\d.]+) "/g;
const LAST = 'data: [DONE]';

const firsts = [];
const delays = [];
const jitters = [];
const failures = new Map();
let streams = 0;
const startedAt = performance.now();
const countFrom = startedAt + warmUpMs;
const countTo = countFrom + measureMs;

// They begin one after the other, within the length of one stream, so that some begin at any time.
await Promise.all(Array.from({ length: connections }, (_, index) => loop((index * events * gapMs) / connections)));
console.log(
  JSON.stringify({
    streams,
    ...percentiles('first', firsts),
    ...percentiles('delay', delays),
    ...percentiles('jitter', jitters),
    failures: Object.fromEntries(failures),
  }),
);

async function loop(delayMs) {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await new Promise((resolve) => {
    let sentAt = 0;
    let seen = 0;
    let rest = '';
    let lastDelayMs;
    let isDone = false;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, ask);
    const parser = new ResponseParser({
      onChunk: (bytes) => read(bytes.toString('latin1')),
      onAnswer: (status) => {
        if (status !== 200) fail(status);
        else if (seen !== events || !rest.includes(LAST)) fail(`${seen} of ${events} events`);
        else if (performance.now() >= countFrom) streams += 1;
        if (performance.now() < countTo) ask();
        else {
          isDone = true;
          socket.end();
        }
      },
    });
    socket.on('data', (bytes) => parser.push(bytes));
    socket.on('error', (error) => fail(error.code));
    socket.on('close', () => {
      if (!isDone) fail('closed in a stream');
      resolve();
    });

    function ask() {
      [seen, rest, lastDelayMs] = [0, '', undefined];
      sentAt = performance.now();
      socket.write(request);
    }

    function read(text) {
      const now = performance.now();
      const nowOfAll = performance.timeOrigin + now;
      rest += text;
      const isCounted = now >= countFrom && now <= countTo;
      let end = 0;
      for (const found of rest.matchAll(DELTA)) {
        end = found.index + found[0].length;
        seen += 1;
        if (seen === 1 && isCounted) firsts.push(now - sentAt);
        const eventDelayMs = nowOfAll - Number(found[1]);
        if (isCounted) {
          delays.push(eventDelayMs);
          if (lastDelayMs !== undefined) jitters.push(Math.abs(eventDelayMs - lastDelayMs));
        }
        lastDelayMs = eventDelayMs;
      }
      rest = rest.slice(end);
    }
  });
}

function fail(what) {
  failures.set(what, (failures.get(what) ?? 0) + 1);
}

function percentiles(name, values) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { [`${name}P50Ms`]: at(0.5), [`${name}P99Ms`]: at(0.99), [`${name}MaxMs`]: sorted.at(-1) ?? null };
}
