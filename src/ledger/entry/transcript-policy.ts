import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import type { LogEntry } from './log-entry.js';

/** Whether transcripts are stored: everywhere or nowhere, as STORE_TRANSCRIPTS says. Audio never is. */
@Injectable()
export class TranscriptPolicy {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'store_transcripts'>) {}

  get isKept(): boolean {
    return this.settings.store_transcripts;
  }

  /** The log as it may be kept. */
  applyTo(entry: LogEntry): LogEntry {
    return this.isKept ? entry : { ...entry, transcript: null, question: null, segments: null };
  }
}
