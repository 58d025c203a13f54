import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { jest } from '@jest/globals';
import { ProviderError } from '../domain/errors.js';
import { ResponseBody } from './response-body.js';

const explain = (error: unknown): ProviderError => new ProviderError('unavailable', String(error));

describe('ResponseBody', () => {
  afterEach(() => jest.useRealTimers());

  it('reads chunk by chunk, then the rest', async () => {
    const stream = new PassThrough();
    const body = new ResponseBody(stream, explain);
    stream.write('one');
    expect((await body.next())?.toString()).toBe('one');
    stream.write('two');
    stream.end('three');
    expect((await body.bytes()).toString()).toBe('twothree');
    expect(await body.next()).toBeUndefined();
  });

  it('explains an error that came between two reads', async () => {
    const stream = new PassThrough();
    const body = new ResponseBody(stream, explain);
    stream.destroy(new Error('cut'));
    await new Promise((resolve) => stream.once('close', resolve));
    await expect(body.next()).rejects.toMatchObject({ name: 'ProviderError', reason: 'unavailable' });
  });

  it('reads a released body to its end', async () => {
    const stream = new PassThrough();
    new ResponseBody(stream, explain).release();
    const ended = once(stream, 'end');
    stream.end('data: [DONE]\n\n');
    await expect(ended).resolves.toEqual([]);
  });

  it('gives a released body up that does not end', () => {
    jest.useFakeTimers();
    const stream = new PassThrough();
    new ResponseBody(stream, explain).release();
    jest.advanceTimersByTime(999);
    expect(stream.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(stream.destroyed).toBe(true);
  });
});
