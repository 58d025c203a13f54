import { isDeepStrictEqual } from 'node:util';
import type { OidcIssuer } from '../config/oidc-issuers.schema.js';
import { originOf, readSettings, type FileOrigins, type Variables } from '../config/settings.js';
import { isSecretSetting, meaningOf, settingSections, variableOf, type Settings } from '../config/settings.schema.js';
import { gatewayRoutingSchema } from '../domain/routing-settings.js';
import type { EffectiveSetting, EffectiveSettings, ShownIssuer } from './effective-settings.schema.js';

type Value = EffectiveSetting['value'];

/** Settings as they were read at one moment. */
export interface ReadSettings {
  readonly settings: Settings;
  /** Of the configuration file; undefined where there is none. */
  readonly origins: FileOrigins | undefined;
}

/** What a gateway goes by. */
export interface SettingsInForce {
  readonly variables: Variables;
  readonly atStart: ReadSettings;
  /** When the configuration file was read last. */
  readonly now: ReadSettings;
}

/** Every setting by its section, with what is in force and who says it. Of secrets only whether they are set. */
export function effectiveSettings(inForce: SettingsInForce): EffectiveSettings {
  const defaults = valuesOf(readSettings({}));
  const pending = new Set(pendingSettings(inForce));
  const shown = (name: string): EffectiveSetting => {
    const needsRestart = takesRestart(name);
    const { settings, origins } = needsRestart ? inForce.atStart : inForce.now;
    const value = valuesOf(settings).get(name);
    const is_secret = isSecretSetting(name);
    return {
      name,
      variable: variableOf(name),
      description: meaningOf(name),
      origin: originOf(name, inForce.variables, origins),
      is_secret,
      is_set: value !== undefined && !(is_secret && isDeepStrictEqual(value, defaults.get(name))),
      value: is_secret ? null : shownValue(value),
      default: is_secret ? null : shownValue(defaults.get(name)),
      needs_restart: needsRestart,
      restart_pending: pending.has(name),
    };
  };
  return {
    object: 'settings',
    sections: Object.entries(settingSections).map(([name, { shape }]) => ({
      name,
      settings: Object.keys(shape).map(shown),
    })),
    oidc_issuers: (inForce.atStart.settings.oidc_issuers ?? []).map(shownIssuer),
  };
}

/** What is no secret of an issuer, field by field: one that is added is not shown before somebody has thought of it. */
function shownIssuer({
  id,
  name,
  issuer,
  client_id,
  client_secret,
  scopes,
  groups_claim,
  roles,
}: OidcIssuer): ShownIssuer {
  return {
    id,
    name,
    issuer,
    client_id,
    has_client_secret: client_secret !== undefined,
    scopes: [...scopes],
    groups_claim: groups_claim ?? null,
    roles: roles.map(({ group, email, email_domain, everybody, role, teams }) => ({
      ...(group !== undefined && { group }),
      ...(email !== undefined && { email }),
      ...(email_domain !== undefined && { email_domain }),
      ...(everybody !== undefined && { everybody }),
      role,
      teams: [...teams],
    })),
  };
}

/** The settings for which the file, as it was read last, would have to be read at a start. */
export function pendingSettings({ atStart, now }: Pick<SettingsInForce, 'atStart' | 'now'>): readonly string[] {
  const before = valuesOf(atStart.settings);
  return [...valuesOf(now.settings)]
    .filter(([name, value]) => takesRestart(name) && !isDeepStrictEqual(value, before.get(name)))
    .map(([name]) => name);
}

/** The settings that would be another at once, when the file says what leads to `after`. */
export function changedAtOnce(before: Settings, after: Settings): readonly string[] {
  const was = valuesOf(before);
  return [...valuesOf(after)]
    .filter(([name, value]) => !takesRestart(name) && !isDeepStrictEqual(value, was.get(name)))
    .map(([name]) => name);
}

/** What is no default of routing is read by the process once, when it starts. */
function takesRestart(setting: string): boolean {
  return !Object.hasOwn(gatewayRoutingSchema.shape, setting);
}

type SettingValue = Settings[keyof Settings];

function valuesOf(settings: Settings): ReadonlyMap<string, SettingValue> {
  return new Map<string, SettingValue>(Object.entries(settings));
}

function shownValue(value: SettingValue): Value {
  if (value === undefined) return null;
  if (typeof value === 'string') return withoutCredentials(value);
  // Lists of anything but texts, and addresses of Redis, are secret and never come here.
  if (!Array.isArray(value)) return typeof value === 'object' && 'nodes' in value ? null : value;
  return value.flatMap((one) => (typeof one === 'string' ? [withoutCredentials(one)] : []));
}

/** An address, without what may be a secret in it: who asks there, what is asked, and what in its path is no plain word. Anything else as it is. */
export function withoutCredentials(text: string): string {
  const scheme = text.indexOf('://');
  const start = scheme === -1 ? 0 : scheme + '://'.length;
  const rest = text.slice(start).search(/[/?#]/);
  const end = rest === -1 ? text.length : start + rest;
  const at = text.lastIndexOf('@', end);
  // Without a scheme, only what has a password is an address with credentials.
  const hasUser = at >= start && (scheme !== -1 || text.slice(start, at).includes(':'));
  const shown = hasUser ? `${text.slice(0, start)}***@${text.slice(at + 1)}` : text;
  if (scheme === -1) return shown;
  const query = shown.search(/[?#]/);
  const address = query === -1 ? shown : shown.slice(0, query);
  const path = address.indexOf('/', start);
  const whole = path === -1 ? address : address.slice(0, path) + address.slice(path).split('/').map(plain).join('/');
  return query === -1 ? whole : `${whole}?***`;
}

/** As long may a part of a path be that has digits in it, such as a version, and a word without. */
const LONGEST_PLAIN = { withDigits: 8, word: 20 };

/** A part of a path, unless it may be a secret, as that of a webhook is. */
function plain(part: string): string {
  if (part.includes('@') && part.includes(':')) return '***';
  const isWord = /^[A-Za-z]?[a-z._-]*$/.test(part);
  return part.length <= (isWord ? LONGEST_PLAIN.word : LONGEST_PLAIN.withDigits) ? part : '***';
}
