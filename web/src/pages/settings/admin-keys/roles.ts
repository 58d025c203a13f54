import type { Schemas } from '../../../api/client';

/** What holders of admin keys are, and what they may do, from the one who may do everything. */
export const ROLES = {
  owner: { title: 'Owner', may: 'Everything, admin keys included' },
  admin: { title: 'Admin', may: 'Everything but admin keys' },
  viewer: { title: 'Viewer', may: 'Sees everything but admin keys, and changes nothing' },
  team_admin: { title: 'Team admin', may: 'The keys, logs and figures of its teams' },
} as const satisfies Record<Schemas['AdminKey']['role'], { title: string; may: string }>;
