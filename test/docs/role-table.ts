import { adminRoles, isOfOwn, permissions, rolesWith, type Permission } from '../../src/domain/administrator.js';
import { code, table } from './markdown.js';

/** The table of docs/governance.md: what each role may do. */
export function roleTable(): string {
  const names = Object.keys(permissions) as Permission[];
  const rows = names.map((name) => {
    const roles = rolesWith(name);
    return [
      permissions[name].what,
      code(name),
      ...adminRoles.map((role) => markOf(role, roles.includes(role), isOfOwn(name))),
    ];
  });
  return table(['What', 'Permission', ...adminRoles.map(code)], rows);
}

function markOf(role: string, may: boolean, ofOwn: boolean): string {
  if (!may) return '';
  if (ofOwn && role !== 'owner') return 'its own';
  return role === 'team_admin' ? 'of its teams' : 'yes';
}
