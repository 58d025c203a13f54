/** One of several sentences, as people write errors: patterns in any case, written out, so that each can be tested. */
export function says(...sentences: readonly string[]): RegExp {
  return new RegExp(sentences.join('|'), 'i');
}
