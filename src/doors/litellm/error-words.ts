import { GatewayError } from '../../domain/errors.js';

/**
 * Waits for a service of ours, whose errors name its own fields, and says them in LiteLLM's words.
 * @param words LiteLLM's name by ours; what begins with a name of ours begins with LiteLLM's then
 * @throws what the work throws
 */
export async function inWordsOf<Result>(
  words: Readonly<Record<string, string>>,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof GatewayError ? translated(error, words) : error;
  }
}

function translated(error: GatewayError, words: Readonly<Record<string, string>>): GatewayError {
  const { param, message, status, type, code, headers } = error;
  const [ours, theirs] = Object.entries(words).find(([name]) => param === name || param?.startsWith(`${name}.`)) ?? [];
  if (param === null || ours === undefined || theirs === undefined) return error;
  const renamed = theirs + param.slice(ours.length);
  return new GatewayError({
    status,
    type,
    code,
    headers: { ...headers },
    param: renamed,
    message: message.replaceAll(`'${param}'`, `'${renamed}'`),
    cause: error,
  });
}
