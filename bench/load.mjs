// A closed loop in a process of its own: so many connections, each sends the next request when the answer to the last has come,
// and no sooner than `requestsPerSecond` of all of them allows, where that is told.
// Takes one JSON argument and prints one JSON line.
import { connect } from 'node:net';
import { requestBytes } from './multipart.mjs';
import { ResponseParser } from './response-parser.mjs';

const { port, path, headers, sizeBytes, connections, requestsPerSecond, warmUpMs, measureMs } = JSON.parse(
  process.argv[2],
);
const paceMs = requestsPerSecond === undefined ? 0 : (connections * 1000) / requestsPerSecond;
const request = requestBytes({ host: `127.0.0.1:${port}`, path, headers, sizeBytes });
const latencies = [];
const failures = new Map();
const startedAt = performance.now();
const countFrom = startedAt + warmUpMs;
const countTo = countFrom + measureMs;

await Promise.all(Array.from({ length: connections }, (_, index) => loop((index * paceMs) / connections)));
latencies.sort((one, other) => one - other);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.ceil(latencies.length * share) - 1)] ?? null;
console.log(
  JSON.stringify({
    requests: latencies.length,
    requestsPerSecond: latencies.length / (measureMs / 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures: Object.fromEntries(failures),
  }),
);

function loop(delayMs) {
  return new Promise((resolve) => {
    let sentAt = 0;
    let dueAt = startedAt + delayMs;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, sendWhenDue);
    const parser = new ResponseParser({
      onAnswer: (status) => {
        const now = performance.now();
        if (status !== 200) failures.set(status, (failures.get(status) ?? 0) + 1);
        // What was under way at either end is not counted.
        else if (sentAt >= countFrom && now <= countTo) latencies.push(now - sentAt);
        dueAt = Math.max(dueAt + paceMs, now);
        if (now < countTo) sendWhenDue();
        else socket.end();
      },
    });
    socket.on('data', (bytes) => parser.push(bytes));
    socket.on('error', (error) => failures.set(error.code, (failures.get(error.code) ?? 0) + 1));
    socket.on('close', resolve);
    function sendWhenDue() {
      const leftMs = dueAt - performance.now();
      if (leftMs > 0) setTimeout(send, leftMs);
      else send();
    }
    function send() {
      sentAt = performance.now();
      socket.write(request);
    }
  });
}
