import { isFirstMinute, modelsToTry, nextStep } from './steps';

const row = (id: string, key_id: string | null = null) => ({ id, key_id });

it('the first minute ends with the first call of an application, or with many of others', () => {
  expect(isFirstMinute([])).toBe(true);
  expect(isFirstMinute([row('1'), row('2')])).toBe(true);
  expect(isFirstMinute([row('1'), row('2', 'key')])).toBe(false);
  expect(isFirstMinute(Array.from({ length: 20 }, (_, index) => row(`${index}`)))).toBe(false);
});

it('a real model is tried before the sandbox, and one that only speaks never', () => {
  const model = (name: string, managed_by: 'api' | 'sandbox', mode: 'audio_transcription' | 'audio_speech') => ({
    name,
    managed_by,
    deployments: [{ mode, enabled: true, upstream_model: name }],
  });
  const models = [
    model('sandbox', 'sandbox', 'audio_transcription'),
    model('sandbox-error', 'sandbox', 'audio_transcription'),
    model('tts', 'api', 'audio_speech'),
    model('whisper', 'api', 'audio_transcription'),
  ];
  expect(modelsToTry(models).map(({ name }) => name)).toEqual(['whisper', 'sandbox']);
});

it('one step is next', () => {
  const none = { model: false, tried: false, key: false, arrived: false };
  expect(nextStep(none)).toBe('model');
  expect(nextStep({ ...none, model: true, key: true })).toBe('tried');
  expect(nextStep({ model: true, tried: true, key: true, arrived: true })).toBeUndefined();
});
