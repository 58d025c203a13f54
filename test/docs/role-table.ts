import {
  adminRoles,
  isOfOwn,
  permissions,
  permissionsOfHolder,
  rolesWith,
  type Permission,
} from '../../src/domain/administrator.js';
import { code, table } from './markdown.js';

/** The table of docs/governance.md: what each role may do, and who is signed in with a virtual key. */
export function roleTable(): string {
  const names = Object.keys(permissions) as Permission[];
  const rows = names.map((name) => {
    const roles = rolesWith(name);
    return [
      permissions[name].what,
      code(name),
      ...adminRoles.map((role) => markOf(role, roles.includes(role), isOfOwn(name))),
      holderMark(name),
    ];
  });
  return table(['What', 'Permission', ...adminRoles.map(code), 'virtual key'], rows);
}

/** What whoever is signed in with a virtual key may do. */
function holderMark(permission: Permission): string {
  if (permissionsOfHolder(false).includes(permission)) return 'its own';
  return permissionsOfHolder(true).includes(permission) ? 'its own, if its team allows it' : '';
}

function markOf(role: string, may: boolean, ofOwn: boolean): string {
  if (!may) return '';
  if (ofOwn && role !== 'owner') return 'its own';
  return role === 'team_admin' ? 'of its teams' : 'yes';
}
