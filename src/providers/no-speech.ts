import type { ErrorBody } from './error-body.js';
import { says } from './says.js';

const CODES = /^no_(?:speech|voice|spoken_audio)(?:_(?:detected|found|recognized))?$/i;

/**
 * In sentences of several providers and servers, AssemblyAI's and WhisperX' among them: what is not heard is speech, and not a
 * speech model, or the permission for speech to text.
 */
const SENTENCES = says(
  '\\bno (?:[a-z]{1,20} )?\\b(?:speech|voices?|spoken (?:audio|words?|content|language))\\b(?![- ](?:models?|engines?|to\\b|recognition\\b))(?: activity)?(?: segments?)?(?: (?:was|were|is|has been|could be|can be))? (?:detected|found|heard|present|recogni[sz]ed|in)\\b',
  '\\b(?:contains?|has|have|with) no (?:[a-z]{1,20} )?\\b(?:speech|voices?|spoken (?:audio|words?|content|language))\\b(?![- ](?:models?|engines?|to\\b|recognition\\b))',
  "\\b(?:not|n't|unable to|failed to) (?:appear to )?(?:contain|detect|find|hear|recogni[sz]e) (?:any )?(?:[a-z]{1,20} )?\\b(?:speech|voices?|spoken (?:audio|words?|content|language))\\b(?![- ](?:models?|engines?|to\\b|recognition\\b))",
);

/** Whether an error says that nobody speaks in the recording, which is an answer and not a failure. */
export function saysNoSpeech({ code = '', type = '', message = '' }: ErrorBody): boolean {
  return CODES.test(code) || CODES.test(type) || SENTENCES.test(message);
}
