import type { Door } from '../../http/door.js';
import { openAiPath } from '../openai-path.js';

/** Groq's API, whose clients append `/openai/v1` to their base URL and expect its id in the answer. */
export const groqDoor: Door = {
  name: 'groq',

  enter({ path }) {
    const served = openAiPath(path, '/openai');
    return served === undefined ? undefined : { path: served };
  },

  body: (answer, { requestId }) => ({ ...answer, x_groq: { id: `req_${requestId.replaceAll('-', '')}` } }),
};
