import { REPLY } from '../../support/audio-chat-simulator.js';
import { answer, errorAnswer } from '../../support/simulator-answers.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { asked, ChatBench, eventsOf, heard, RECORDING } from './chat-bench.js';

let bench: ChatBench;
beforeAll(async () => {
  bench = await ChatBench.start();
  const transcribes = [
    { provider: 'openai', upstream_model: 'whisper-1', api_base: bench.whisper.url, api_key: SIMULATOR_KEY },
  ];
  await bench.model('whisper-chat', transcribes, { chat_model: 'gpt-4o-mini' });
  await bench.model('whisper-nowhere', transcribes, { chat_model: 'none' });
});
afterAll(() => bench.close());

const row = (response: Response) => bench.gateway.row(response);

describe('a model that only transcribes, with a chat model', () => {
  it('has the recording written down, and the chat model asked', async () => {
    const response = await bench.post({ model: 'whisper-chat', messages: [asked, heard()], temperature: 0 });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: REPLY } }] });
    expect(bench.openai.lastBody).toEqual({
      model: 'gpt-4o-mini',
      messages: [
        asked,
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is in this recording?' },
            { type: 'text', text: SPOKEN },
          ],
        },
      ],
      temperature: 0,
    });
    const warning = "what was said was written down by 'whisper-chat', and 'gpt-4o-mini' has answered";
    expect(response.headers.get('x-auricle-warning')).toContain(warning);
    expect(await row(response)).toMatchObject({
      task: 'chat',
      model: 'whisper-chat',
      status: 'success',
      upstream_model: 'gpt-4o-mini',
      audio_seconds: 2,
      audio_bytes: RECORDING.length,
      attempts: [
        { upstream_model: 'whisper-1', outcome: 'success' },
        { upstream_model: 'gpt-4o-mini', outcome: 'success' },
      ],
      cost_steps: [
        { step: 'transcribe', upstream_model: 'whisper-1' },
        { step: 'chat', upstream_model: 'gpt-4o-mini' },
      ],
      plan: { candidates: [{ model: 'whisper-chat' }, { model: 'gpt-4o-mini' }] },
      warnings: [expect.stringContaining(warning)],
      transcript: REPLY,
      segments_missing: 'no_times',
    });
  });

  it('writes down every recording, and streams', async () => {
    const before = bench.whisper.requests.length;
    const response = await bench.post({ model: 'whisper-chat', messages: [heard(), heard()], stream: true });
    expect((await eventsOf(response)).at(-1)).toBe('[DONE]');
    expect(bench.whisper.requests).toHaveLength(before + 2);
    expect(JSON.stringify(bench.openai.lastBody)).not.toContain('input_audio');
  });

  it('needs no leave for the chat model, and gives none for others', async () => {
    const { key } = await bench.gateway.createKey({ models: ['whisper-chat'] });
    const headers = { authorization: `Bearer ${key}` };
    expect((await bench.post({ model: 'whisper-chat', messages: [heard()] }, { headers })).status).toBe(200);
    bench.openai.respondWith(errorAnswer(500, { message: 'no' }));
    const failed = await bench.post({ model: 'whisper-chat', messages: [heard()], fallbacks: ['own'] }, { headers });
    expect(failed.status).toBe(502);
    expect(bench.plain.requests).toHaveLength(0);
  });

  it('says so where nothing is said', async () => {
    bench.whisper.respondWith(answer(200, { text: '' }));
    await bench.post({ model: 'whisper-chat', messages: [heard()] });
    expect(JSON.stringify(bench.openai.lastBody)).toContain('(nothing is said in the recording)');
  });

  it('asks it alone in writing', async () => {
    const response = await bench.post({ model: 'whisper-chat', messages: [asked] });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning')).toBe(
      "'gpt-4o-mini' has answered: 'whisper-chat' only transcribes",
    );
  });

  it('fails where the transcription fails, and is paid for where only the chat does', async () => {
    bench.whisper.respondWith(errorAnswer(400, { message: 'could not be decoded', param: 'file' }));
    const undecodable = await bench.post({ model: 'whisper-chat', messages: [heard()] });
    expect(await undecodable.json()).toMatchObject({ error: { param: 'messages[0].content[1].input_audio.data' } });
    bench.openai.respondWith(errorAnswer(500, { message: 'no' }));
    const unanswered = await bench.post({ model: 'whisper-chat', messages: [heard()] });
    expect(unanswered.status).toBe(502);
    expect(await row(unanswered)).toMatchObject({
      status: 'failure',
      attempts: [{ outcome: 'success' }, { outcome: 'unavailable' }],
    });
  });

  it('is refused without one, and where that is none', async () => {
    expect((await bench.post({ model: 'whisper', messages: [heard()] })).status).toBe(400);
    expect((await bench.post({ model: 'whisper-nowhere', messages: [heard()] })).status).toBe(404);
  });
});

describe('a check of a chat deployment', () => {
  it('asks it something', async () => {
    const { body } = await bench.gateway.admin('GET', 'models/gpt-4o-mini');
    const [{ id }] = body.deployments;
    const checked = await bench.gateway.admin('POST', `deployments/${id}/test`, {});
    expect([checked.status, checked.body]).toMatchObject([200, { text: REPLY }]);
  });
});
