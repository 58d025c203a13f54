import { planSpeech } from '../../src/domain/speech-plan.js';
import { openAiVoices, type SpeechCapabilities, speechFormats } from '../../src/domain/speech.js';
import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import type { Speaking } from '../../src/providers/speaking.js';
import { allProviders, listPriceOf } from '../support/all-providers.js';
import { describePrice } from './describe-price.js';
import { code, table } from './markdown.js';

/** Voices that a table lists before it counts them. */
const MAX_VOICES = 12;

interface Speaker {
  readonly adapter: ProviderAdapter;
  readonly speech: Speaking;
}

function speakers(): readonly Speaker[] {
  return allProviders.all().flatMap((adapter) => (adapter.speech ? [{ adapter, speech: adapter.speech }] : []));
}

/** `native`, `made` without a program, or `ffmpeg`. */
function formatCells(capabilities: SpeechCapabilities): string[] {
  return speechFormats.map((format) => {
    const conversion = planSpeech(capabilities, format, () => true)?.conversion;
    return conversion === 'none' ? 'native' : conversion === 'transcode' ? 'ffmpeg' : 'made';
  });
}

/** The README's table: what every provider says. Of models that give the same, the first stands for all. */
export function speechTable(): string {
  const rows = speakers().flatMap(({ adapter, speech }) => {
    const named = speech.knownModels.length > 0 ? speech.knownModels : ['*'];
    const cells = new Map<string, string[]>();
    for (const name of named) {
      const own = formatCells(speech.capabilities(name));
      if (!cells.has(own.join())) cells.set(own.join(), [adapter.title, code(`${adapter.provider}/${name}`), ...own]);
    }
    return [...cells.values()];
  });
  return table(['Provider', 'Upstream model', ...speechFormats], rows);
}

/** The section of docs/providers.md on speech. */
export function speechDocument(): string {
  const headings = ['Provider', 'Model', 'Native formats', 'Fields', 'Speed', 'Own fields', 'At most', 'List price'];
  const models = speakers().flatMap(({ adapter, speech }) =>
    [...speech.knownModels, 'any other'].map((name) => {
      const capabilities = speech.capabilities(name);
      const { formats, fields, speed, options, max_characters, retirement } = capabilities;
      return [
        adapter.provider,
        name,
        formats.map(code).join(', '),
        fields.map(code).join(', ') || 'none',
        fields.includes('speed') ? `${speed?.min ?? 0.25} to ${speed?.max ?? 4}` : '',
        options === 'any' ? 'any: passed on as sent' : options.map(code).join(', ') || 'none',
        max_characters === undefined ? '' : `${max_characters.toLocaleString('en-US')} characters`,
        describePrice(listPriceOf(adapter.provider, name)),
        retirement?.date ?? '',
      ];
    }),
  );
  const voices = speakers().flatMap(({ adapter, speech }) =>
    [...new Map(voiceRows(speech)).values()].map((cells) => [adapter.provider, ...cells]),
  );
  return [
    `## Speech\n\nWhat says a text. A format that is not native is made, as the [README's table](../README.md#speech) tells.\n\n`,
    table([...headings, 'Ends'], models),
    "### Voices\n\nWhat OpenAI's names mean elsewhere, unless a deployment's `voices` say otherwise, and the provider's own names.\n\n",
    table(['Provider', 'Model', ...openAiVoices, 'Its own', 'Any other name'], voices),
  ].join('');
}

/** Of models that have the same voices, the first stands for all. */
function voiceRows({ knownModels, capabilities }: Speaking): readonly (readonly [string, string[]])[] {
  const names = [...knownModels, 'any other'];
  const rows = new Map<string, string[]>();
  for (const name of names) {
    const { voices } = capabilities(name);
    const key = JSON.stringify(voices);
    if (rows.has(key)) continue;
    const known = voices.names.slice(0, MAX_VOICES).map(code).join(', ');
    const more = voices.names.length > MAX_VOICES ? ` and ${voices.names.length - MAX_VOICES} more` : '';
    // A model that is a voice by itself has no other.
    const mapped = openAiVoices.map((voice) => {
      const own = voices.mapped[voice] ?? (voices.names.includes(voice) ? voice : '');
      return own === name ? 'itself' : own;
    });
    rows.set(key, [name, ...mapped, known + more || 'not known', voices.others ? 'passed on' : 'refused']);
  }
  return [...rows];
}
