import type { Schemas } from '../../../api/client';

type Asked = Pick<
  Schemas['Log'],
  'task' | 'model' | 'response_format' | 'stream' | 'language' | 'plan' | 'transcript' | 'question'
>;

/** What a request can be copied as. */
export const LANGUAGES = { curl: 'curl', python: 'Python', node: 'Node' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'YOUR_KEY';
const FILE = 'audio.mp3';
const SPOKEN = 'The text to say';

/** A request like this one, with a placeholder for the key and the file. */
export function copyAs(language: Language, log: Asked, origin: string): string {
  const call = callOf(log);
  const code = { curl, python, node }[language](call, origin);
  const notes = notesOf(log);
  const sign = language === 'node' ? '//' : '#';
  return [...notes.map((note) => `${sign} ${note}`), code].join('\n');
}

/** The call, whatever it is written in. Fields are of a form where there is a file, else of JSON. */
interface Call {
  readonly path: string;
  readonly hasFile: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where the answer is no text. */
  readonly output?: string;
}

function callOf({ task, model, response_format, stream, language, plan, transcript, question }: Asked): Call {
  const name = model ?? 'MODEL';
  const streamed = stream ? { stream: true } : {};
  const format = response_format ? { response_format } : {};
  if (task === 'speak') {
    const fields = { model: name, voice: 'alloy', input: transcript ?? SPOKEN, ...format };
    return { path: '/v1/audio/speech', hasFile: false, fields, output: `speech.${response_format ?? 'mp3'}` };
  }
  if (task === 'chat') {
    const content = [
      { type: 'text', text: question ?? 'YOUR_QUESTION' },
      { type: 'input_audio', input_audio: { data: 'BASE64_OF_THE_FILE', format: 'mp3' } },
    ];
    return {
      path: '/v1/chat/completions',
      hasFile: false,
      fields: { model: name, messages: [{ role: 'user', content }], ...streamed },
    };
  }
  const features = plan?.features ?? [];
  const granularities = ['word', 'segment'].filter((it) => features.includes(`${it}_timestamps`));
  return {
    path: task === 'translate' ? '/v1/audio/translations' : '/v1/audio/transcriptions',
    hasFile: true,
    fields: {
      model: name,
      ...format,
      ...(language && features.includes('language') && { language }),
      ...(granularities.length > 0 && { 'timestamp_granularities[]': granularities }),
      ...streamed,
    },
  };
}

/** What the log does not keep of the request, so that nobody takes the copy for the whole of it. */
function notesOf({ plan, task }: Asked): string[] {
  const known = new Set(['language', 'word_timestamps', 'segment_timestamps']);
  const other = (plan?.features ?? []).filter((feature) => !known.has(feature)).map((it) => it.replace(/^option:/, ''));
  return [
    ...(other.length > 0 ? [`The request also had ${other.join(', ')}; the log does not keep the values.`] : []),
    ...(task === 'speak' ? ['The voice is not kept in the log.'] : []),
  ];
}

/** Within single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function curl({ path, hasFile, fields, output }: Call, origin: string): string {
  const form = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((item) => `-F ${quoted(`${name}=${String(item)}`)}`),
  );
  const body = hasFile
    ? [`-F file=@${FILE}`, ...form]
    : [`-H 'content-type: application/json'`, `-d ${quoted(JSON.stringify(fields))}`];
  return [
    `curl ${quoted(origin + path)}`,
    `-H 'authorization: Bearer ${KEY}'`,
    ...body,
    ...(output ? [`-o ${output}`] : []),
  ].join(' \\\n  ');
}

function python({ path, hasFile, fields, output }: Call, origin: string): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((item) => [name, String(item)]));
  const body = hasFile
    ? [
        `    data=[${pairs.map(([name, value]) => `(${pythonText(name)}, ${pythonText(value)})`).join(', ')}],`,
        `    files={"file": open("${FILE}", "rb")},`,
      ]
    : [`    json=json.loads(${pythonText(JSON.stringify(fields))}),`];
  return [
    ...(hasFile ? [] : ['import json']),
    'import httpx',
    '',
    'answer = httpx.post(',
    `    ${pythonText(origin + path)},`,
    `    headers={"authorization": "Bearer ${KEY}"},`,
    ...body,
    '    timeout=600,',
    ')',
    output ? `open("${output}", "wb").write(answer.content)` : 'print(answer.text)',
  ].join('\n');
}

/** A string of JSON is one of Python's. */
function pythonText(value: string | undefined): string {
  return JSON.stringify(value ?? '');
}

function node({ path, hasFile, fields, output }: Call, origin: string): string {
  const appended = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((item) => `body.append(${JSON.stringify(name)}, ${JSON.stringify(String(item))});`),
  );
  const made = hasFile
    ? ['const body = new FormData();', `body.append('file', await openAsBlob('${FILE}'), '${FILE}');`, ...appended]
    : [`const body = JSON.stringify(${JSON.stringify(fields, null, 2)});`];
  const headers = hasFile
    ? `{ authorization: 'Bearer ${KEY}' }`
    : `{ authorization: 'Bearer ${KEY}', 'content-type': 'application/json' }`;
  return [
    ...(hasFile ? [`import { openAsBlob } from 'node:fs';`] : []),
    ...(output ? [`import { writeFile } from 'node:fs/promises';`] : []),
    ...(hasFile || output ? [''] : []),
    ...made,
    `const answer = await fetch(${JSON.stringify(origin + path)}, {`,
    `  method: 'POST',`,
    `  headers: ${headers},`,
    `  body,`,
    `});`,
    output
      ? `await writeFile('${output}', Buffer.from(await answer.arrayBuffer()));`
      : 'console.log(await answer.text());',
  ].join('\n');
}
