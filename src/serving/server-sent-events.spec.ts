import { DONE_EVENT, encodeErrorEvent, encodeEvent } from './server-sent-events.js';

describe('the frames', () => {
  it('have a data line and an empty line', () => {
    expect(encodeEvent('{"type":"x"}')).toBe('data: {"type":"x"}\n\n');
    expect(DONE_EVENT).toBe('data: [DONE]\n\n');
  });

  it('keep data of several lines in one event', () => {
    expect(encodeEvent('{\n"a": 1\r\n}')).toBe('data: {\ndata: "a": 1\ndata: }\n\n');
  });

  it('carry an error as OpenAI does', () => {
    const error = { message: 'It broke.', type: 'server_error', param: null, code: 'timeout' } as const;
    expect(encodeErrorEvent({ error })).toBe(
      'data: {"error":{"message":"It broke.","type":"server_error","param":null,"code":"timeout"}}\n\n',
    );
  });
});
