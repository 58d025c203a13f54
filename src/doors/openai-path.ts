/** The routes that every door leads to, with and without `/v1`. */
const SERVED = /^(?:\/v1)?(\/audio\/(?:transcriptions|translations|speech)|\/chat\/completions|\/models(?:\/.*)?)\/?$/i;

/**
 * The gateway's own path for one that another API has in front of OpenAI's.
 * @param prefix what stands before `/v1/...` there
 * @returns undefined when it leads elsewhere
 */
export function openAiPath(path: string, prefix: string): string | undefined {
  if (!path.toLowerCase().startsWith(`${prefix}/`)) return undefined;
  const served = SERVED.exec(path.slice(prefix.length))?.[1];
  return served === undefined ? undefined : `/v1${served}`;
}
