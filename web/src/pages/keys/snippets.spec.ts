import { snippets } from './snippets';

it('has the address, the key and a model in every language', () => {
  const all = snippets('https://stt.example', 'sk-aur-1', 'whisper');
  expect(all.map(({ name }) => name)).toEqual(['curl', 'Python', 'Node', '.env']);
  for (const { name, text } of all) {
    expect(text).toContain('https://stt.example/v1');
    expect(text).toContain('sk-aur-1');
    if (name !== '.env') expect(text).toContain('whisper');
  }
});
