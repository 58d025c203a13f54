import { once } from 'node:events';
import { createServer, get } from 'node:http';
import express, { type Response } from 'express';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { until } from '../../../test/support/upload-server.js';
import { clientGone } from '../deadline.js';
import { writeExport, type ExportPart } from './export.js';

const FIRST: ExportPart = { text: 'a row\n', rows: 100, lastId: '1' };

/** Has a client leave an export while its second part is read, which then fails. @returns what is told in the process log */
async function leftExport(failure: Error): Promise<unknown[]> {
  const told: unknown[] = [];
  const logger = { error: (line: unknown) => void told.push(line), warn: (line: unknown) => void told.push(line) };
  let ended = false;
  const answer = async (response: Response): Promise<void> => {
    const facts = {
      format: 'csv',
      name: 'rows',
      head: '',
      cursor: undefined,
      clock: new ManualClock(),
      logger,
    } as const;
    const parts = [FIRST];
    await writeExport(response, { ...facts, isStillAdmitted: () => Promise.resolve(true) }, async () => {
      const part = parts.shift();
      if (part) return part;
      await once(response, 'close');
      throw failure;
    });
    ended = true;
  };
  const server = createServer(express().use((_, response) => void answer(response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const request = get({ port: typeof address === 'object' ? address?.port : undefined, host: '127.0.0.1' });
  request.on('error', () => undefined);
  request.once('response', (response) => {
    response.on('error', () => undefined);
    response.once('data', () => request.destroy());
  });
  await until(() => ended);
  server.close();
  return told;
}

it('that its client has left has not broken off', async () => {
  expect(await leftExport(clientGone())).toEqual([]);
});

it('tells whatever else breaks it off, with the row after which it can go on', async () => {
  const failure = new Error('the database is away');
  expect(await leftExport(failure)).toEqual([{ err: failure, last_id: '1' }]);
});
