/** What is wrong, and where. */
export interface SecretFault {
  readonly path: string;
  readonly message: string;
}

/** Names under which providers take their secrets, with any separators. */
const SECRET_NAME =
  /(api|access|secret|private)[-_]?key|authorization|password|passwd|credentials?$|(^|[-_])(secret|token|bearer)$/i;
/** What providers' and our own secrets look like; names of credentials do not have a prefix of theirs, and digits. */
const SECRET_VALUE = /^Bearer\s|^(sk-|sk_|gsk_|hf_|xai-|AIza|ct-aur-)(?=[\w-]*\d)[\w-]{20,}$/;
/** A URL that has a user and a password in front of its host. */
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i;

/** A first secret in JSON that is about to be kept where everybody who administers may read it. */
export function secretFault(value: unknown, path: readonly string[]): SecretFault | undefined {
  if (typeof value === 'string') {
    const isSecret = SECRET_VALUE.test(value) || URL_WITH_PASSWORD.test(value);
    return isSecret ? { path: path.join('.'), message: ADVICE } : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    // Conditions compare what requests say, and have names of their own.
    if (key === 'conditions') continue;
    const at = [...path, key];
    const fault = SECRET_NAME.test(key) ? { path: at.join('.'), message: ADVICE } : secretFault(inner, at);
    if (fault) return fault;
  }
  return undefined;
}

const ADVICE = 'a secret is not kept in a config: store it as a credential, and name that in virtual_key';
