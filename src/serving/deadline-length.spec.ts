import { gatewayRoutingSchema } from '../domain/routing-settings.js';
import { requestTimeoutMs, type TimeoutFacts } from './deadline-length.js';

const ofGateway = gatewayRoutingSchema.parse({
  request_timeout_seconds: 600,
  stream_request_timeout_seconds: 900,
  max_request_timeout_seconds: 3600,
});

describe('the deadline of a request', () => {
  it.each<[string, Partial<TimeoutFacts>, number]>([
    ["is the client's", { wishedMs: 1500, ofModel: { timeout_seconds: 60 } }, 1500],
    ["is the client's within the gateway's maximum", { wishedMs: 9_000_000 }, 3_600_000],
    ["else the model's, also of a stream", { ofModel: { timeout_seconds: 0.5 }, stream: true }, 500],
    ["else the gateway's for streams", { stream: true }, 900_000],
    ["else the gateway's", {}, 600_000],
    [
      "else the gateway's, where it has none for streams",
      { stream: true, ofGateway: { ...ofGateway, stream_request_timeout_seconds: undefined } },
      600_000,
    ],
  ])('%s', (_what, facts, expectedMs) => {
    expect(requestTimeoutMs({ wishedMs: undefined, stream: false, ofModel: {}, ofGateway, ...facts })).toBe(expectedMs);
  });
});
