import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AudioChatSimulator, openAiChat, plainChat, REPLY } from '../../support/audio-chat-simulator.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { asked, heard } from './chat-bench.js';

let upstream: AudioChatSimulator;
let plain: AudioChatSimulator;
let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  [upstream, plain] = await Promise.all([AudioChatSimulator.start(openAiChat), AudioChatSimulator.start(plainChat)]);
  folder = await mkdtemp(join(tmpdir(), 'auricle-chat-file-'));
  const file = join(folder, 'config.yaml');
  // As LiteLLM's page on audio models has it, and beside it what people have.
  await writeFile(
    file,
    `model_list:
  - model_name: gpt-4o-audio-preview # OpenAI gpt-4o-audio-preview
    litellm_params:
      model: openai/gpt-4o-audio-preview
      api_key: os.environ/OPENAI_API_KEY
      api_base: ${upstream.origin}/v1
  - model_name: llama
    litellm_params: { model: hosted_vllm/any-model, api_base: ${plain.origin}/v1, api_key: ${SIMULATOR_KEY}, rpm: 60 }
    model_info: { mode: chat, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 }
  - model_name: deepseek
    litellm_params: { model: deepseek/any-model, api_key: os.environ/DEEPSEEK_API_KEY, api_base: os.environ/DEEPSEEK_API_BASE }
  - model_name: claude
    litellm_params: { model: anthropic/claude-opus-4-1, api_key: os.environ/NOT_SET }
`,
  );
  const deepseek = { DEEPSEEK_API_KEY: SIMULATOR_KEY, DEEPSEEK_API_BASE: `${plain.origin}/v1` };
  gateway = await startTestGateway({ CONFIG_FILE: file, OPENAI_API_KEY: SIMULATOR_KEY, ...deepseek });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([upstream.close(), plain.close(), rm(folder, { recursive: true })]);
});

const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };

async function ask(body: object): Promise<Response> {
  return await fetch(`${gateway.url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the chat models of a LiteLLM file', () => {
  it('are served where their provider speaks the protocol, at the prices of the file', async () => {
    const spoken = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } };
    const audio = await ask({ model: 'gpt-4o-audio-preview', messages: [heard()], ...spoken });
    expect(Object(await audio.json()).choices[0].message.audio.transcript).toBe(REPLY);
    const written = await ask({ model: 'llama', messages: [asked] });
    expect(await gateway.row(written)).toMatchObject({
      status: 'success',
      cost_usd: 0.00004,
      provider: 'openai-compatible',
    });
    const service = await ask({ model: 'deepseek', messages: [asked] });
    expect(await gateway.row(service)).toMatchObject({ status: 'success', upstream_model: 'any-model' });
    expect((await ask({ model: 'claude', messages: [asked] })).status).toBe(404);
  });

  it('are listed, with their mode', async () => {
    const models = Object(await (await fetch(`${gateway.url}/v1/models`, { headers })).json());
    expect(models.data.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['gpt-4o-audio-preview', 'llama']),
    );
    const info = Object(await (await fetch(`${gateway.url}/v1/model/info`, { headers })).json());
    const modes = info.data.map((it: { model_name: string; model_info: { mode: string } }) => [
      it.model_name,
      it.model_info.mode,
    ]);
    expect(modes).toEqual(
      expect.arrayContaining([
        ['gpt-4o-audio-preview', 'chat'],
        ['llama', 'chat'],
        ['sandbox', 'audio_transcription'],
      ]),
    );
  });
});
