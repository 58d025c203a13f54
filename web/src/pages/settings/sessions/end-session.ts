import { api, ApiError } from '../../../api/client';

/** Ends a session. One that has ended meanwhile is as good. */
export async function endSession(id: string): Promise<void> {
  try {
    await api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id } } });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** More rounds than any gateway has hundreds of sessions. */
const MAX_ROUNDS = 100;

/** Ends all sessions that may be seen but the one that asks, as they are now and not as they were when a page has listed them. */
export async function endOtherSessions(): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { data } = await api.GET('/admin/v1/sessions', { params: { query: { limit: 100 } } });
    const others = data?.data.filter(({ current }) => !current) ?? [];
    for (const { id } of others) await endSession(id);
    if (!data?.has_more) return;
  }
}
