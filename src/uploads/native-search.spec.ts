import busboy from 'busboy';
import { seededRandom } from '../../test/support/seeded-random.js';
import { searchNatively } from './native-search.js';

const BOUNDARY = 'ab-a--ab';

/** Everything that a parser tells of a body in these pieces. */
async function told(pieces: readonly Buffer[], isNative: boolean): Promise<string[]> {
  const parser = busboy({ headers: { 'content-type': `multipart/form-data; boundary="${BOUNDARY}"` } });
  if (isNative) searchNatively(parser);
  const events: string[] = [];
  parser.on('field', (name, value) => events.push(`field ${name}=${value}`));
  parser.on('file', (name, stream) => {
    let content = '';
    stream.on('data', (piece: Buffer) => (content += piece.toString('latin1')));
    stream
      .on('end', () => events.push(`file ${name}=${content}`))
      .on('error', () => events.push(`cut ${name}=${content}`));
  });
  const closed = new Promise<void>((resolve) => parser.on('close', resolve));
  parser.on('error', (error) => events.push(String(error)));
  for (const piece of pieces) parser.write(piece);
  parser.end();
  await closed;
  return events;
}

/** A form with much in it that begins as its boundary does, sometimes broken. */
function randomBody(random: () => number): Buffer {
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
  const noise = (): string => {
    const bits = [
      '\r',
      '\n',
      '\r\n',
      '--',
      '-',
      'ab',
      'a',
      `\r\n--${BOUNDARY.slice(0, 5)}`,
      '\r\n--a\r\n--',
      'x'.repeat(70),
    ];
    return Array.from({ length: Math.floor(random() * 12) }, () => pick(bits)).join('');
  };
  const part = (): string => {
    const file = random() < 0.5 ? '; filename="f"' : '';
    return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="n"${file}\r\n\r\n${noise()}\r\n`;
  };
  const whole = `${random() < 0.2 ? `${noise()}\r\n` : ''}${Array.from({ length: 4 }, part).join('')}--${BOUNDARY}--\r\n${random() < 0.2 ? noise() : ''}`;
  return Buffer.from(random() < 0.2 ? whole.slice(0, Math.floor(random() * whole.length)) : whole, 'latin1');
}

function cut(body: Buffer, largest: number, random: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const size = 1 + Math.floor(random() * largest);
    pieces.push(body.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

it.each([1, 3, 20, 200, 10_000])(
  'finds what the parser finds by itself, in pieces of up to %d bytes',
  async (largest) => {
    const random = seededRandom(largest);
    for (let run = 0; run < 200; run += 1) {
      const pieces = cut(randomBody(random), largest, random);
      expect(await told(pieces, true)).toEqual(await told(pieces, false));
    }
  },
);

it('takes the place of the search of the parser that is installed', () => {
  const parser = busboy({ headers: { 'content-type': 'multipart/form-data; boundary=B' } });
  const before: unknown = Reflect.get(parser, '_bparser');
  searchNatively(parser);
  expect(Reflect.get(parser, '_bparser')).not.toBe(before);
});

it.each([undefined, null, 'text', {}, { _needle: Buffer.from('B'), _cb: 'none' }])(
  'leaves a parser with %j alone',
  (search) => {
    const parser = busboy({ headers: { 'content-type': 'multipart/form-data; boundary=B' } });
    Reflect.set(parser, '_bparser', search);
    searchNatively(parser);
    expect(Reflect.get(parser, '_bparser')).toBe(search);
  },
);
