import type { GatewayError } from '../domain/errors.js';
import type { SpokenSegment } from '../domain/transcription.js';
import type { Usage } from '../domain/usage.js';
import type { LogEntry, RequestStatus } from '../ledger/entry/log-entry.js';

const MAX_MESSAGE = 500;

/** What the ledger needs of an answer. */
export interface Settled {
  /** What was said, of a transcription, was to be said, or answered; kept only where transcripts are. */
  readonly text: string;
  readonly language?: string;
  readonly usage?: Usage;
  /** What was asked in writing, of a chat; kept as the text is. */
  readonly question?: string;
  /** The text by what was said when and by whom, with masks where the log is to have them; absent where nothing tells. */
  readonly spoken?: readonly SpokenSegment[];
}

/** How a request has ended, as far as its log tells. */
export interface RequestEnd extends Pick<
  LogEntry,
  'status' | 'httpStatus' | 'errorCode' | 'errorMessage' | 'usage' | 'transcript' | 'question' | 'segments'
> {
  /** What the provider says that it is, in its own words; absent = nothing. */
  readonly language?: string;
}

const nothing = {
  errorCode: null,
  errorMessage: null,
  usage: null,
  transcript: null,
  question: null,
  segments: null,
} as const;

/** It was answered. */
export function answered({ text, language, usage, question, spoken }: Settled): RequestEnd {
  return {
    ...nothing,
    status: 'success',
    httpStatus: 200,
    usage: usage ?? null,
    language,
    transcript: text,
    question: question ?? null,
    segments: spoken ?? null,
  };
}

/** It got an error. `httpStatus` is what was sent, which differs once a stream has begun. */
export function failedWith(error: GatewayError, httpStatus: number): RequestEnd {
  return {
    ...nothing,
    status: statusOf(error),
    httpStatus,
    errorCode: error.code,
    errorMessage: error.message.slice(0, MAX_MESSAGE),
  };
}

/** Nobody has seen its end. */
export const LOST: RequestEnd = {
  ...nothing,
  status: 'lost',
  httpStatus: 0,
  errorCode: 'gateway_lost',
  errorMessage: 'The gateway was killed before the request had ended; the provider may bill for it.',
};

function statusOf({ status, isRefusal }: GatewayError): RequestStatus {
  if (status === 499) return 'cancelled';
  return isRefusal ? 'refused' : 'failure';
}
