import { speechBodyOf } from './openai-speech-simulator.js';
import { OpenAiBehaviour, SIMULATOR_KEY } from './openai-simulator.js';
import { answer, type ScriptedAnswer } from './simulator-answers.js';
import { openAiProfile } from './simulator-profiles.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** The token of Microsoft Entra ID that the simulated resource takes beside its key. */
export const ENTRA_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhdXJpY2xlIn0.';

/** The deployments of the simulated resource, and OpenAI's name of what is deployed. */
const DEPLOYMENTS: Readonly<Record<string, string>> = {
  'whisper-eu': 'whisper-1',
  'azure-whisper': 'whisper-1',
  'whisper-deployment': 'whisper-1',
  'gpt-4o-transcribe': 'gpt-4o-transcribe',
  'gpt4o-mini-transcribe': 'gpt-4o-mini-transcribe',
  'gpt-4o-transcribe-diarize': 'gpt-4o-transcribe-diarize',
  'gpt-transcribe': 'gpt-transcribe',
  hearing: 'gpt-4o-transcribe',
  'tts-hd': 'tts-1-hd',
  'gpt-4o-mini-tts': 'gpt-4o-mini-tts',
};

const DATED_VERSION = /^20\d\d-\d\d-\d\d(?:-preview)?$/;
const V1_VERSIONS = ['v1', 'preview'];

/** One resource of Azure OpenAI: OpenAI's models behind Azure's doors. */
export class AzureSimulator extends SimulatorServer {
  /** Starts on a free port, or on the one given. */
  static start(port = 0): Promise<AzureSimulator> {
    return new AzureSimulator(new AzureBehaviour()).listen(port);
  }
}

class AzureBehaviour implements SimulatorBehaviour {
  private readonly openAi = new OpenAiBehaviour(openAiProfile);

  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const refusal = refuseCredential(request) ?? refuseDoor(request) ?? this.openAi.refuse(asOpenAi(request));
    return refusal && signed(refusal);
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    return signed(this.openAi.answer(asOpenAi(request)));
  }
}

/** Either credential, but not both and not the one in the other's place. */
function refuseCredential({ headers }: RecordedRequest): ScriptedAnswer | undefined {
  const { 'api-key': key, authorization } = headers;
  const accepted =
    (key === SIMULATOR_KEY && authorization === undefined) ||
    (authorization === `Bearer ${ENTRA_TOKEN}` && key === undefined);
  if (accepted) return undefined;
  const message =
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active ' +
    'subscription and use a correct regional API endpoint for your resource.';
  return answer(401, { error: { code: '401', message } });
}

/** What the address names; Azure answers unknown addresses without saying what is unknown about them. */
function refuseDoor(request: RecordedRequest): ScriptedAnswer | undefined {
  const door = doorOf(request);
  if (!door) return answer(404, { error: { code: '404', message: 'Resource not found' } });
  if (DEPLOYMENTS[door.deployment]) return undefined;
  const message =
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please ' +
    'wait a moment and try again.';
  return answer(404, { error: { code: 'DeploymentNotFound', message } });
}

interface Door {
  readonly task: string;
  readonly deployment: string;
}

function doorOf(request: RecordedRequest): Door | undefined {
  const { method, path } = request;
  const { pathname, searchParams } = new URL(path, 'http://azure.invalid');
  const version = searchParams.get('api-version') ?? '';
  if (method !== 'POST' || searchParams.size !== 1) return undefined;
  const [, deployment, dated] = /^\/openai\/deployments\/([^/]+)\/audio\/(\w+)$/.exec(pathname) ?? [];
  if (deployment && dated && DATED_VERSION.test(version)) return { task: dated, deployment };
  const [, task] = /^\/openai\/v1\/audio\/(\w+)$/.exec(pathname) ?? [];
  const named = task === 'speech' ? String(speechBodyOf(request)?.['model']) : (request.value('model') ?? '');
  return task && V1_VERSIONS.includes(version) ? { task, deployment: named } : undefined;
}

/** The request as OpenAI would have received it. */
function asOpenAi(request: RecordedRequest): RecordedRequest {
  const door = doorOf(request);
  const model = door && DEPLOYMENTS[door.deployment];
  return Object.create(request, {
    path: { value: `/v1/audio/${door?.task}` },
    headers: { value: { ...request.headers, authorization: `Bearer ${SIMULATOR_KEY}` } },
    rawBody: { value: door?.task === 'speech' ? withModel(request, model) : request.rawBody },
    parts: { value: request.parts.map((it) => (it.name === 'model' ? { ...it, value: model } : it)) },
  });
}

function withModel(request: RecordedRequest, model: string | undefined): Buffer {
  return Buffer.from(JSON.stringify({ ...speechBodyOf(request), model }));
}

/** With the identifier that Azure gives to every answer. */
function signed(scripted: ScriptedAnswer): ScriptedAnswer {
  return {
    run: (response, request) => {
      response.setHeader('apim-request-id', 'a1b2c3d4-simulated');
      return scripted.run(response, request);
    },
  };
}
