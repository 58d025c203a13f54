import { isPassingFailure, wordsOf } from './connection-failure.js';

const failure = (message: string, code?: string) => Object.assign(new Error(message), code !== undefined && { code });

it.each([
  ['connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
  ['getaddrinfo ENOTFOUND db', 'ENOTFOUND'],
  ['getaddrinfo EAI_AGAIN db', 'EAI_AGAIN'],
  ['connect ENOENT /run/.s.PGSQL.5432', 'ENOENT'],
  ['read ECONNRESET', 'ECONNRESET'],
  ['connect EHOSTUNREACH 10.0.0.1:5432', 'EHOSTUNREACH'],
  ['the database system is starting up', '57P03'],
  ['sorry, too many clients already', '53300'],
  ['pgbouncer cannot connect to server', '08P01'],
  ['Connection terminated unexpectedly', undefined],
  ['Connection terminated due to connection timeout', undefined],
  ['timeout expired', undefined],
  ['timeout exceeded when trying to connect', undefined],
  ['Client has encountered a connection error and is not queryable', undefined],
  ['Client was closed and is not queryable', undefined],
])('%s passes', (message, code) => {
  expect(isPassingFailure(failure(message, code))).toBe(true);
});

it.each([
  ['password authentication failed', '28P01'],
  ['no pg_hba.conf entry', '28000'],
  ['database "x" does not exist', '3D000'],
  ['permission denied for database', '42501'],
  ['canceling statement due to statement timeout', '57014'],
  ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['The server does not support SSL connections', undefined],
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', undefined],
])('%s does not pass', (message, code) => {
  expect(isPassingFailure(failure(message, code))).toBe(false);
});

it('has words for every address of a name', () => {
  const both = new AggregateError([failure('connect ECONNREFUSED ::1:1'), failure('connect ECONNREFUSED 127.0.0.1:1')]);
  expect(wordsOf(both)).toBe('connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1');
  expect(isPassingFailure(Object.assign(both, { code: 'ECONNREFUSED' }))).toBe(true);
  expect(wordsOf('odd')).toBe('odd');
});
