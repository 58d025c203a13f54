// The provider: takes any upload whole and answers at once; with a stream of events where it is asked for one and --events says
// how many.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { events: { type: 'string' }, 'gap-ms': { type: 'string', default: '20' } } });
const text = 'The beach was a popular spot on a hot summer day.';
const answer = JSON.stringify({ text });

const STREAM_FIELD = 'name="stream"';

const server = createServer((request, response) => {
  let asksForStream = false;
  let tail = Buffer.alloc(0);
  if (values.events === undefined) request.resume();
  else {
    request.on('data', (chunk) => {
      asksForStream ||= Buffer.concat([tail, chunk]).includes(STREAM_FIELD);
      tail = chunk.subarray(-STREAM_FIELD.length);
    });
  }
  request.on('end', () => {
    if (!asksForStream) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
      response.end(answer);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = Number(values.events);
    const sendOne = () => {
      left -= 1;
      // Each says when it was sent, on a clock that all processes of the machine share.
      const delta = `${(performance.timeOrigin + performance.now()).toFixed(3)} `;
      response.write(
        `event: transcript.text.delta\ndata: ${JSON.stringify({ type: 'transcript.text.delta', delta })}\n\n`,
      );
      if (left > 0) return;
      clearInterval(timer);
      response.write(
        `event: transcript.text.done\ndata: ${JSON.stringify({ type: 'transcript.text.done', text })}\n\n`,
      );
      response.end('data: [DONE]\n\n');
    };
    const timer = setInterval(sendOne, Number(values['gap-ms']));
    sendOne();
    response.on('close', () => clearInterval(timer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
