/**
 * How the model that translates transcripts, as the second step of a translation, is called in attempts and cost steps; it is
 * no deployment.
 */
export const TRANSLATION_PROVIDER = 'chat-translation';
