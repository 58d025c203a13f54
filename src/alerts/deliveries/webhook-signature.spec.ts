import { generateWebhookSecret, isWebhookSecret, webhookHeaders } from './webhook-signature.js';

// The vector of the reference implementations: https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

it('signs as the reference implementations do', () => {
  expect(webhookHeaders(message, [SECRET])).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': SIGNATURE,
  });
});

it('signs by every secret while one is replaced', () => {
  const other = webhookHeaders(message, [generateWebhookSecret(), SECRET])['webhook-signature'].split(' ');
  expect(other).toEqual([expect.stringMatching(/^v1,[\w+/]{43}=$/), SIGNATURE]);
});

it('makes secrets that nobody guesses', () => {
  const [one, other] = [generateWebhookSecret(), generateWebhookSecret()];
  expect(one).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(one).not.toBe(other);
  expect(isWebhookSecret(one)).toBe(true);
});

const bytes = (count: number) => Buffer.alloc(count, 1).toString('base64');
it.each([
  [SECRET, true],
  [`whsec_${bytes(24)}`, true],
  [`whsec_${bytes(64)}`, true],
  [`whsec_${bytes(23)}`, false],
  [`whsec_${bytes(65)}`, false],
  [bytes(32), false],
  ['whsec_', false],
  [`${SECRET}\n`, false],
  ['whsec_not base64 at all, but long enough', false],
  [`whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`, false],
])('knows whether %j is one', (text, expected) => {
  expect(isWebhookSecret(text)).toBe(expected);
});
