import { api, ApiError } from '../../../api/client';

/** Ends a session. One that has ended meanwhile is as good. */
export async function endSession(id: string): Promise<void> {
  try {
    await api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id } } });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
