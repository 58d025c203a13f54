import type { Session } from '../../api/session';

/** A section of the page. */
export interface SettingsSection {
  readonly path: '/settings' | '/settings/file' | '/settings/gateway' | '/settings/admin-keys' | '/settings/sessions';
  readonly title: string;
  readonly permission: Session['permissions'][number];
}

/** The sections, in their order. */
export const SECTIONS: readonly SettingsSection[] = [
  { path: '/settings', title: 'Effective settings', permission: 'configuration.read' },
  { path: '/settings/file', title: 'Configuration file', permission: 'configuration.read' },
  { path: '/settings/gateway', title: 'For all requests', permission: 'gateway.read' },
  { path: '/settings/admin-keys', title: 'Admin keys', permission: 'admin_keys.read' },
  { path: '/settings/sessions', title: 'Sessions', permission: 'sessions.read' },
];

/** The sections that somebody may see. */
export function sectionsFor(permissions: Session['permissions']): readonly SettingsSection[] {
  return SECTIONS.filter(({ permission }) => permissions.includes(permission));
}
