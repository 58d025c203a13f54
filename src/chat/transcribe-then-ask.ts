import { Injectable } from '@nestjs/common';
import type { Caller } from '../domain/caller.js';
import type { ChatAudio, ChatRequest } from '../domain/chat.js';
import { badRequest } from '../domain/errors.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import type { Plan } from '../routing/router.js';
import { SpeechWriter, type SpeechToWrite } from '../serving/speech-writer.js';
import { ChatPlanner } from './chat-planner.js';

/** What stands in the place of a recording in which nobody speaks: many servers refuse an empty text. */
const NOTHING_SAID = '(nothing is said in the recording)';

/**
 * Whom the operator has named needs no leave of the caller's key; nothing that the caller has named is looked up for it.
 */
const OPERATOR: Caller = { kind: 'master_key', name: 'master key' };

/** What goes with a chat while its recordings are written down. */
export type DetourRun = Pick<SpeechToWrite, 'caller' | 'wishes' | 'zeroRetention' | 'deadline' | 'failModel' | 'log'>;

/** What is asked instead. */
export interface Detour {
  readonly request: ChatRequest;
  readonly caller: Caller;
  /** What was planned on the way. */
  readonly plan: Plan;
}

/**
 * Serves chats with a model that only transcribes: its recordings are written down, and then the chat model is asked that the
 * operator has named for it (`routing.chat_model`).
 */
@Injectable()
export class TranscribeThenAsk {
  constructor(
    private readonly planner: ChatPlanner,
    private readonly writer: SpeechWriter,
    private readonly catalogue: Catalogue,
  ) {}

  /** The chat model that is asked in the place of this one; undefined where it is asked itself. */
  chatModelOf(model: CatalogueModel): string | undefined {
    const chatModel = model.routing.chat_model ?? this.catalogue.routing.chat_model;
    return chatModel !== undefined && chatModel !== model.name && !this.planner.chats(model) ? chatModel : undefined;
  }

  /**
   * Writes down every recording of the request.
   * @throws GatewayError what the client is told when that fails
   */
  async write(request: ChatRequest, chatModel: string, run: DetourRun): Promise<Detour> {
    const plans: Plan[] = [];
    const splices = [...request.body.splices];
    for (const { part, source, param } of request.audio) {
      if (!source) throw badRequest(`Invalid '${param}': it must be base64`, param, 'invalid_value');
      const { durationSeconds } = await source.probe();
      const { text, plan } = await this.writer.write({ ...run, model: request.model, audio: source, durationSeconds });
      plans.push(plan);
      const written = JSON.stringify({ type: 'text', text: text.trim() === '' ? NOTHING_SAID : text });
      splices.push({ start: part.start, end: part.end, text: written });
    }
    run.log.warnings.push(warningOf(request.audio, request.model, chatModel));
    return {
      caller: OPERATOR,
      request: { ...request, model: chatModel, audio: [], audioSeconds: undefined, body: { ...request.body, splices } },
      plan: {
        candidates: plans.flatMap(({ candidates }) => candidates),
        leftOut: plans.flatMap(({ leftOut }) => leftOut),
      },
    };
  }
}

function warningOf(audio: readonly ChatAudio[], model: string, chatModel: string): string {
  const first = audio.length === 0 ? '' : `what was said was written down by '${model}', and `;
  return `${first}'${chatModel}' has answered: '${model}' only transcribes`;
}
