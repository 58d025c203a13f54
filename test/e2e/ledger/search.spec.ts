import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { newRequestId } from '../../../src/http/request-id.js';
import { v7 } from 'uuid';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { AdminClient } from '../admin/admin-client.js';

const DAY_MS = 86_400_000;

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  const said = (name: string, language: string | null, transcript: string, id = newRequestId()) =>
    encodeLog(logEntry({ id, userAgent: name, language, transcript, tags: name === 'beach' ? ['summer'] : [] }));
  await gateway.app
    .get(LedgerRepository)
    .append([
      said('long ago', 'en', 'People were swimming in spring.', v7({ msecs: Date.now() - 31 * DAY_MS })),
      said('beach', 'en', 'The beach was a popular spot on a hot summer day. People were swimming.'),
      said('alps', 'de', 'Die Häuser in den Alpen stehen leer, die Leute schwimmen.'),
      said('unknown', null, 'swimming summer'),
      said('chinese', 'zh', '今天天气很好，我们去游泳吧。'),
      said('japanese', 'ja', '東京タワーは高いです。'),
      said('thai', 'th', 'วันนี้อากาศดีมาก'),
      said('korean', 'ko', '오늘 날씨가 좋습니다'),
      encodeLog(
        logEntry({ userAgent: 'chat', language: 'en', transcript: 'Blue.', question: 'Which colours has the sky?' }),
      ),
    ]);
});
afterAll(() => gateway.close());

async function found(query: string): Promise<string[]> {
  const { status, body } = await admin.get(`logs?fields=user_agent&${query}`);
  expect({ query, status }).toEqual({ query, status: 200 });
  return body.data.map((log: { user_agent: string }) => log.user_agent).toReversed();
}

it.each<[string, string[]]>([
  ['swim', ['beach']],
  ['swimming', ['beach', 'unknown']],
  ['"hot summer"', ['beach']],
  ['"summer hot"', []],
  ['beach OR alpen', ['beach', 'alps']],
  ['summer -beach', ['unknown']],
  ['haus', ['alps']],
  ['colour', ['chat']],
  ['天气', ['chinese']],
  ['气天', []],
  ['天气 -游泳', []],
  ['東京', ['japanese']],
  ['タワー', ['japanese']],
  ['อากาศ', ['thai']],
  ['날씨', ['korean']],
  ['nobody', []],
])('%s', async (search, expected) => {
  expect(await found(`search=${encodeURIComponent(search)}`)).toEqual(expected);
});

it('goes with other filters', async () => {
  expect(await found('search=swimming&language=en')).toEqual(['beach']);
  expect(await found('search=swimming&tag=summer')).toEqual(['beach']);
  expect(await found('search=swimming&tag=winter')).toEqual([]);
});

it('goes back 30 days unless it is told when to begin, and says so', async () => {
  expect(await found('search=spring')).toEqual([]);
  const from = new Date(Date.now() - 40 * DAY_MS).toISOString();
  expect(await found(`search=spring&from=${from}`)).toEqual(['long ago']);
  const { body } = await admin.get('logs?search=spring');
  const searchedDays = (Date.now() - Date.parse(body.searched_from)) / DAY_MS;
  expect(Math.round(searchedDays)).toBe(30);
  expect((await admin.get(`logs?search=spring&from=${from}`)).body.searched_from).toBeNull();
});

it('is walked in pages', async () => {
  const walked = await admin.walk('logs?fields=user_agent&search=swimming', 1);
  expect(walked.map((log) => log['user_agent'])).toEqual(['unknown', 'beach']);
});

it('shows the beginning of what was said, without all of it', async () => {
  const entry = logEntry({ language: 'en', transcript: `${'a '.repeat(300)}hippopotamus` });
  await gateway.app.get(LedgerRepository).append([encodeLog(entry)]);
  const { body } = await admin.get('logs?fields=said&search=hippopotamus');
  expect(body.data).toEqual([{ object: 'log', id: entry.id, said: 'a '.repeat(100) }]);
  expect((await admin.get(`logs/${entry.id}`)).body).toMatchObject({ said: 'a '.repeat(100) });
});
