import { ProviderError } from '../domain/errors.js';

/** An answer that lacks something. It counts as a failure, but is better than none when nobody gives a better one. */
export class FlawedAnswer extends ProviderError {
  constructor(flaw: string) {
    super('bad_response', flaw, { upstreamStatus: 200 });
    this.name = 'FlawedAnswer';
  }
}
