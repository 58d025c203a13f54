import { Injectable } from '@nestjs/common';
import { unfitForChat } from '../chat/chat-planner.js';
import { allows } from '../domain/model-list.js';
import { speechFormats } from '../domain/speech.js';
import { responseFormats } from '../domain/transcription.js';
import type { CatalogueDeployment, CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Unfit } from '../routing/job.js';
import { speechRequestLike } from '../speech/candidates/speech-features.js';
import { SpeechPlanner } from '../speech/candidates/speech-planner.js';
import { requestLike } from '../transcriptions/candidates/request-features.js';
import { TranscriptionPlanner } from '../transcriptions/candidates/transcription-planner.js';
import type { ReplacementView, reaches } from './retirement-list.schema.js';
import type { UseRow } from './retirements.repository.js';

type Reach = (typeof reaches)[number];

/** A deployment that may stand in for another, with the model whose settings hold for it. */
interface Other {
  readonly deployment: CatalogueDeployment;
  readonly model: CatalogueModel;
  readonly adapter: ProviderAdapter;
}

/** So many are told of for one use. */
const MAX_REPLACEMENTS = 20;

const order: Readonly<Record<Reach, number>> = { same_model: 0, fallback: 1, other_model: 2 };

/** Finds out which of the other configured deployments could serve what one has served, by asking who plans requests. */
@Injectable()
export class Replacements {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly transcriptions: TranscriptionPlanner,
    private readonly speech: SpeechPlanner,
  ) {}

  /**
   * Those that could, on the day on which it ends; whoever answers by itself is asked first.
   * @param lists the models that the key may use; undefined = all, or nobody knows any more
   */
  of(
    retiring: CatalogueDeployment,
    use: UseRow,
    lists: readonly (readonly string[])[] | undefined,
  ): readonly ReplacementView[] {
    const reach = this.reachOf(use.model ?? retiring.model);
    return this.othersThan(retiring)
      .flatMap((other): ReplacementView[] => {
        const caveats = this.caveatsOf(other, use);
        if (!caveats) return [];
        const { id, model, provider, upstreamModel, retirement } = other.deployment;
        return [
          {
            deployment_id: id,
            model,
            provider,
            upstream_model: upstreamModel,
            retires_on: retirement?.date ?? null,
            reached: reach(other.deployment),
            key_may_use: (lists ?? []).every((list) => allows(list, model)),
            caveats: [...caveats],
          },
        ];
      })
      .toSorted((left, right) => order[left.reached] - order[right.reached])
      .slice(0, MAX_REPLACEMENTS);
  }

  /** All that is enabled and goes on for longer; the sandbox replaces nobody. */
  private othersThan({ id, retirement }: CatalogueDeployment): readonly Other[] {
    return this.catalogue
      .all()
      .filter(({ isAlias }) => !isAlias)
      .flatMap((model) =>
        model.deployments.flatMap((deployment): Other[] => {
          const adapter = this.providers.get(deployment.provider);
          const ends = deployment.retirement?.date;
          const isThere = ends === undefined || (retirement !== undefined && ends > retirement.date);
          return adapter && !adapter.builtIn && deployment.enabled && deployment.id !== id && isThere
            ? [{ deployment, model, adapter }]
            : [];
        }),
      );
  }

  /** How routing comes from a model that was asked for to a deployment. */
  private reachOf(asked: string): (deployment: CatalogueDeployment) => Reach {
    const idsOf = (name: string) => (this.catalogue.find(name)?.deployments ?? []).map(({ id }) => id);
    const { default_fallbacks, max_fallbacks } = this.catalogue.routing;
    const fallbacks = new Set([...(this.catalogue.find(asked)?.routing.fallbacks ?? []), ...default_fallbacks]);
    fallbacks.delete(asked);
    const own = new Set(idsOf(asked));
    const next = new Set([...fallbacks].slice(0, max_fallbacks).flatMap(idsOf));
    return ({ id }) => (own.has(id) ? 'same_model' : next.has(id) ? 'fallback' : 'other_model');
  }

  /** What would be different; undefined = it could not. */
  private caveatsOf(other: Other, use: UseRow): readonly string[] | undefined {
    switch (use.task) {
      case 'transcribe':
      case 'translate':
        return this.caveatsOfTranscription(other, { ...use, task: use.task });
      case 'speak':
        return this.caveatsOfSpeech(other, use);
      case 'chat':
        return unfitForChat(other, { hears: (use.max_audio_bytes ?? 0) > 0 }) ? undefined : [];
    }
  }

  private caveatsOfTranscription(
    other: Other,
    use: UseRow & { readonly task: 'transcribe' | 'translate' },
  ): readonly string[] | undefined {
    const responseFormat = responseFormats.find((format) => format === use.response_format) ?? 'json';
    const { task, stream, features } = use;
    const shape = { task, responseFormat, stream, features: features ?? [] };
    const assess = (sizeBytes?: number, durationSeconds?: number) => {
      const request = requestLike({ ...shape, ...(sizeBytes !== undefined && { sizeBytes }) });
      return this.transcriptions.assess(other, other.model, { request, durationSeconds, wishes: {} });
    };
    const largest = assess(use.max_audio_bytes ?? undefined, use.max_audio_seconds ?? undefined);
    const isTooLarge = 'unfit' in largest && largest.unfit.tooLarge === true;
    const fit = isTooLarge ? assess() : largest;
    if ('unfit' in fit) return undefined;
    return [
      ...(isTooLarge ? [`not the largest: ${explanationOf(largest)}`] : []),
      ...droppedOf(fit.dropped),
      ...(fit.chained ? ['translates in two steps, with the translation model'] : []),
    ];
  }

  private caveatsOfSpeech(other: Other, { response_format, stream, features }: UseRow): readonly string[] | undefined {
    const responseFormat = speechFormats.find((format) => format === response_format) ?? 'mp3';
    const request = speechRequestLike({ responseFormat, stream, features: features ?? [] });
    const fit = this.speech.assess(other, other.model, { request, wishes: {} });
    if ('unfit' in fit) return undefined;
    const isOwnVoice = features === null || features.includes('voice:other');
    return [...droppedOf(fit.dropped), ...(isOwnVoice ? ['the voice is not known, and has to be one of its own'] : [])];
  }
}

function explanationOf({ unfit: { explanation } }: { readonly unfit: Unfit }): string {
  return explanation;
}

function droppedOf(dropped: readonly string[]): readonly string[] {
  return dropped.length === 0 ? [] : [`leaves out: ${dropped.join(', ')}`];
}
