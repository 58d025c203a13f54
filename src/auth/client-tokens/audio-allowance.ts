import { Injectable, Logger } from '@nestjs/common';
import type { AudioField } from '../../domain/audio-source.js';
import type { Caller } from '../../domain/caller.js';
import { badRequest, GatewayError } from '../../domain/errors.js';
import { ClientTokensRepository } from './client-tokens.repository.js';

/** A recording, as far as its length is known. */
export interface AllowedAudio {
  /** Measured; absent = unknown. */
  readonly durationSeconds?: number;
  /** Under which it was sent; absent = `file`. */
  readonly field?: AudioField;
}

const NOTHING_TAKEN: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

/** How much audio client tokens with a limit have left. The database counts, so that the limit holds over all gateways. */
@Injectable()
export class AudioAllowance {
  private readonly logger = new Logger(AudioAllowance.name);

  constructor(private readonly tokens: ClientTokensRepository) {}

  /**
   * Takes a recording's length from what the caller's token has left, before any provider is called; others have no limit.
   * @param isSpent asked when the request has ended: whether a provider may bill for it
   * @returns what gives it back when it is disposed, unless it was spent
   * @throws GatewayError 400 when the length is unknown, 429 when it is more than is left, 503 while the database is away
   */
  async take(
    caller: Caller,
    { durationSeconds, field = 'file' }: AllowedAudio,
    isSpent: () => boolean,
  ): Promise<AsyncDisposable> {
    const token = caller.kind === 'virtual_key' ? caller.clientToken : undefined;
    if (!token || token.maxAudioMs === null) return NOTHING_TAKEN;
    if (durationSeconds === undefined) throw unknownLength(field);
    const { id, maxAudioMs } = token;
    // Nothing is free, however short.
    const ms = Math.max(Math.round(1000 * durationSeconds), 1);
    if (!(await this.tokens.takeAudio(id, ms))) throw usedUp(ms, maxAudioMs);
    return {
      [Symbol.asyncDispose]: async () => {
        if (!isSpent()) await this.giveBack(id, ms);
      },
    };
  }

  /**
   * For a chat without a recording: nothing of it is counted in audio, and so it could be had without end.
   * @throws GatewayError 403 for a token with a limit
   */
  refuseLimited(caller: Caller): void {
    const token = caller.kind === 'virtual_key' ? caller.clientToken : undefined;
    if (!token || token.maxAudioMs === null) return;
    throw new GatewayError({
      status: 403,
      message:
        'This client token is limited to some seconds of audio, and a chat in writing alone has none that could be counted: send a recording as input_audio, or ask for a token without max_audio_seconds.',
      param: 'messages',
      code: 'client_token_not_allowed',
    });
  }

  /** What cannot be given back stays counted: a limit may hold too early, and never too late. */
  private async giveBack(id: string, ms: number): Promise<void> {
    try {
      await this.tokens.giveBackAudio(id, ms);
    } catch (error) {
      this.logger.warn({ err: error, client_token_id: id }, 'the audio of a failed request stays counted');
    }
  }
}

function unknownLength(field: AudioField): GatewayError {
  const advice =
    field === 'url' ? 'send the recording itself as `file`' : 'send a recording in a format that tells its length';
  return badRequest(
    `This client token is limited to some seconds of audio, and how much there is in '${field}' is unknown: ${advice}`,
    field,
    'unknown_audio_length',
  );
}

function usedUp(ms: number, maxAudioMs: number): GatewayError {
  return new GatewayError({
    status: 429,
    message:
      `This client token is limited to ${maxAudioMs / 1000} s of audio, of which less is left than the ` +
      `${ms / 1000} s that this request takes. Ask for another token.`,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    headers: { 'x-should-retry': 'false' },
  });
}
