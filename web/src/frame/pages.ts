import {
  AudioLines,
  Bell,
  Boxes,
  ChartLine,
  Cloud,
  FilePen,
  Gauge,
  Hourglass,
  KeyRound,
  type LucideIcon,
  Rows3,
  Settings,
  Users,
} from 'lucide-react';
import type { Session } from '../api/session';

/** A page in the menu. */
export interface MenuPage {
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** What somebody must be allowed to do, for the page to be of use; undefined = to be signed in. */
  readonly permission?: Session['permissions'][number];
}

/** The menu, by groups, as the folders in `pages/` are named. */
export const MENU: readonly { readonly group?: string; readonly pages: readonly MenuPage[] }[] = [
  {
    pages: [
      { path: '/', title: 'Overview', icon: Gauge },
      { path: '/logs', title: 'Logs', icon: Rows3, permission: 'logs.read' },
      { path: '/analytics', title: 'Analytics', icon: ChartLine, permission: 'analytics.read' },
      { path: '/playground', title: 'Playground', icon: AudioLines },
    ],
  },
  {
    group: 'access',
    pages: [
      { path: '/keys', title: 'Keys', icon: KeyRound, permission: 'keys.read' },
      { path: '/teams', title: 'Teams', icon: Users, permission: 'teams.read' },
    ],
  },
  {
    group: 'serving',
    pages: [
      { path: '/models', title: 'Models', icon: Boxes, permission: 'models.read' },
      { path: '/providers', title: 'Providers', icon: Cloud, permission: 'providers.read' },
    ],
  },
  {
    group: 'operating',
    pages: [
      { path: '/alerts', title: 'Alerts', icon: Bell, permission: 'alerts.read' },
      { path: '/retirements', title: 'Retirements', icon: Hourglass, permission: 'retirements.read' },
      { path: '/audit', title: 'Audit', icon: FilePen, permission: 'audit.read' },
      { path: '/settings', title: 'Settings', icon: Settings, permission: 'sessions.read' },
    ],
  },
];

/** Every page of the menu. */
export const MENU_PAGES: readonly MenuPage[] = MENU.flatMap(({ pages }) => pages);
