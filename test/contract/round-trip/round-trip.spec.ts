import { builtInProviders } from '../../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../../src/providers/provider-http.js';
import { outcomeOf, type Question, questionsOf } from '../../docs/format-matrix.js';
import { recording, RECORDING_SECONDS, script, scriptText, scriptWords } from '../../fixtures/two-speakers/script.js';
import { AssemblyAiSimulator } from '../../support/assemblyai-simulator.js';
import { type Subject, subjectsOf } from '../matrix/subjects.js';
import { type Answer, ProviderBench } from '../provider-bench.js';
import { type ReadCue, readSubtitles } from './subtitles.js';
import { assemblyAiWire } from './wires/assemblyai.wire.js';
import { wires } from './wires/wires.js';

const adapters = builtInProviders(new ProviderHttp());
const subjects = subjectsOf(adapters);

/** Answers that do not say the language: it is the one that the client names, if the model takes one. */
const SILENT_ABOUT_LANGUAGE = /diarize|gemini|@cf\/openai\/whisper$/;

/** How far from its first word a cue may begin, where the provider times words and where it times sentences only. */
const CUE_TOLERANCE_SECONDS = { word: 0.02, segment: 0.5 };

let bench: ProviderBench;
let assemblyAi: AssemblyAiSimulator;

beforeAll(async () => {
  bench = await ProviderBench.start();
  assemblyAi = await AssemblyAiSimulator.start(assemblyAiWire);
  for (const { provider } of adapters) {
    const wire = wires[provider];
    if (wire) bench.serverOf(provider)?.hear(wire);
  }
  for (const subject of subjects) {
    await bench.add(subject.provider === 'assemblyai' ? { ...subject, server: assemblyAi } : subject);
  }
});
afterAll(async () => {
  await bench.close();
  await assemblyAi.close();
});

it('is heard by every provider', () => {
  expect([...Object.keys(wires), 'assemblyai'].toSorted()).toEqual(adapters.map(({ provider }) => provider).toSorted());
});

describe('the same recording through every provider', () => {
  it.each(subjects.map((subject) => [subject.name, subject] as const))('%s', async (_name, subject) => {
    const possible = questionsOf('transcribe').filter(
      (question) => outcomeOf(subject.offer.capabilities, question).mode !== 'refused',
    );
    const answers = await Promise.all(
      possible.map(async (question) => ({ question, answer: await ask(subject, question) })),
    );
    expect(answers.length).toBeGreaterThanOrEqual(2);
    for (const { question, answer } of answers) {
      expect({ question: question.heading, status: answer.status }).toEqual({
        question: question.heading,
        status: 200,
      });
      await checks[question.format](answer, subject, question);
    }
  });
});

/** Names the language where nobody else does. */
function ask({ name, upstreamModel, offer }: Subject, { task, fields }: Question): Promise<Answer> {
  const takesLanguage = offer.capabilities.fields.includes('language');
  const named = SILENT_ABOUT_LANGUAGE.test(upstreamModel) && takesLanguage ? { ...fields, language: 'en' } : fields;
  return bench.ask(task, name, named, { bytes: recording, filename: 'two-speakers.ogg' });
}

type Check = (answer: Answer, subject: Subject, question: Question) => void | Promise<void>;

const checks: Readonly<Record<Question['format'], Check>> = {
  json: ({ body }) => expect(JSON.parse(body.toString()).text).toBe(scriptText),
  text: ({ body }) => expect(body.toString()).toBe(`${scriptText}\n`),
  srt: (answer, subject, question) => checkSubtitles(answer, subject, question, 'srt'),
  vtt: (answer, subject, question) => checkSubtitles(answer, subject, question, 'vtt'),
  verbose_json: checkVerbose,
  diarized_json: checkDiarized,
};

function checkVerbose({ body }: Answer, { upstreamModel, offer }: Subject, { fields }: Question): void {
  const { text, language, duration, segments, words } = JSON.parse(body.toString());
  const isUnknown = SILENT_ABOUT_LANGUAGE.test(upstreamModel) && !offer.capabilities.fields.includes('language');
  expect(plain(text)).toBe(scriptText);
  expect(language.toLowerCase()).toBe(isUnknown ? 'unknown' : 'english');
  expect(duration).toBeCloseTo(RECORDING_SECONDS, 1);
  if (!('timestamp_granularities[]' in fields)) {
    expectInOrder(segments);
    expect(joined(segments)).toBe(scriptText);
    return;
  }
  expectInOrder(words);
  expect(words.map(({ word }: { word: string }) => bare(word))).toEqual(scriptWords.map(({ text }) => bare(text)));
  for (const [index, { start, end }] of words.entries()) {
    expect(start).toBeCloseTo(scriptWords[index]?.startSeconds ?? -1, 2);
    expect(end).toBeCloseTo(scriptWords[index]?.endSeconds ?? -1, 2);
  }
}

/** Who speaks when is the same, whatever the speakers are called. */
function checkDiarized({ body }: Answer): void {
  const { text, duration, segments } = JSON.parse(body.toString());
  expect(plain(text.replaceAll(/^[A-Z]: /gm, ''))).toBe(scriptText);
  expect(duration).toBeCloseTo(RECORDING_SECONDS, 1);
  expectInOrder(segments);
  expect(joined(segments)).toBe(scriptText);
  expect(turnsOf(segments)).toEqual(turnsOf(script));
}

async function checkSubtitles(
  answer: Answer,
  { offer }: Subject,
  question: Question,
  type: 'srt' | 'vtt',
): Promise<void> {
  const cues = await readSubtitles(answer.body.toString(), type);
  expect(plain(cues.map(({ text }) => text).join(' '))).toBe(scriptText);
  expectInOrder(cues.map(({ startSeconds, endSeconds }) => ({ start: startSeconds, end: endSeconds })));
  const overlaps = cues.filter((cue, index) => cue.startSeconds < (cues[index - 1]?.endSeconds ?? 0));
  expect(overlaps).toEqual([]);
  const isNative = outcomeOf(offer.capabilities, question).mode === 'native';
  const hasWords = !isNative && offer.capabilities.granularities.includes('word');
  expectOnTime(cues, CUE_TOLERANCE_SECONDS[hasWords ? 'word' : 'segment']);
  if (cues.some(({ speaker }) => speaker !== undefined)) expect(turnsOf(cues)).toEqual(turnsOf(script));
  // The provider's own are the provider's matter.
  if (isNative) return;
  for (const { lines, startSeconds, endSeconds } of cues) {
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(42);
    expect(endSeconds - startSeconds).toBeLessThanOrEqual(7.001);
  }
}

/** Every cue begins with a whole word of the script, and when that word is said. */
function expectOnTime(cues: readonly ReadCue[], toleranceSeconds: number): void {
  let index = 0;
  for (const { text, startSeconds } of cues) {
    const first = scriptWords[index];
    expect(text.split(' ')[0]).toBe(first?.text);
    expect(Math.abs(startSeconds - (first?.startSeconds ?? -1))).toBeLessThanOrEqual(toleranceSeconds);
    index += text.split(' ').length;
  }
}

/** Times from 0 to the end of the recording that never go back. */
function expectInOrder(timed: readonly { readonly start: number; readonly end: number }[]): void {
  expect(timed.length).toBeGreaterThan(0);
  let latest = 0;
  for (const { start, end } of timed) {
    expect(start).toBeGreaterThanOrEqual(latest);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(RECORDING_SECONDS);
    latest = start;
  }
}

/** What was said before the other one spoke, with the speakers numbered as they appear. */
function turnsOf(spoken: readonly { readonly speaker?: string; readonly text: string }[]): string[] {
  const speakers = [...new Set(spoken.map(({ speaker }) => speaker))];
  const turns: { speaker: number; text: string }[] = [];
  for (const { speaker, text } of spoken) {
    const last = turns.at(-1);
    if (last?.speaker === speakers.indexOf(speaker)) last.text = `${last.text} ${text.trim()}`;
    else turns.push({ speaker: speakers.indexOf(speaker), text: text.trim() });
  }
  return turns.map(({ speaker, text }) => `${speaker}: ${text}`);
}

function joined(segments: readonly { readonly text: string }[]): string {
  return plain(segments.map(({ text }) => text).join(' '));
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[^\w']/g, '');
}
