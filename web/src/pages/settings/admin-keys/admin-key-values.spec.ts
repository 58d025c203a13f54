import type { Schemas } from '../../../api/client';
import { adminKeyChangesOf, adminKeyValues, newAdminKeyOf } from './admin-key-values';

const stored: Schemas['AdminKey'] = {
  object: 'admin_key',
  id: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a',
  name: 'ada',
  preview: 'sk-aur-admin-...x7Qa',
  role: 'team_admin',
  teams: ['newsroom', 'support'],
  expires_at: '2027-01-01T10:00:00.000Z',
  blocked: false,
  created_at: '2026-01-01T00:00:00.000Z',
  last_used_at: null,
};

it('sends nothing of what nobody has touched', () => {
  expect(adminKeyChangesOf(stored, adminKeyValues(stored, 'utc'), 'utc')).toEqual({});
});

it('takes the teams from whoever is no team admin any more', () => {
  const values = adminKeyValues(stored, 'utc');
  expect(adminKeyChangesOf(stored, { ...values, role: 'viewer' }, 'utc')).toEqual({ role: 'viewer', teams: [] });
  expect(adminKeyChangesOf(stored, { ...values, expires_at: '' }, 'utc')).toEqual({ expires_at: null });
});

it('makes a viewer unless something else is said', () => {
  expect(newAdminKeyOf({ ...adminKeyValues(undefined, 'utc'), name: ' eve ' }, 'utc')).toEqual({
    name: 'eve',
    role: 'viewer',
    teams: [],
    expires_at: null,
    blocked: false,
  });
});
