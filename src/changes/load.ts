// What does LOAD do?
import { type Change, defineChange } from './define.ts';

export interface Load extends Change {
  readonly kind: 'load';
  readonly library: string;
}

export default defineChange<Load>({
  kind: 'load',
  explain: {
    title: 'A library is loaded into the server’s process',
    why: 'It is loaded into the session of the migration only, and stays there until the session ends. It takes a superuser unless the file lies in `$libdir/plugins`.',
    instead: 'Name the library in session_preload_libraries if every session is to have it.',
    links: ['https://www.postgresql.org/docs/current/sql-load.html'],
  },
  on: ['LoadStmt'],
  recognise: ({ node }) => {
    if (!('LoadStmt' in node)) return null;
    const library = node.LoadStmt.filename ?? '';
    return { object: `library ${library}`, library };
  },
  effects: () => [],
  locks: () => [],
  // Its functions are those of the session.
  plan: 'setting',
  data: null,
  hazards: ({ object }) => [
    {
      code: 'load-holds-for-session',
      family: 'design',
      severity: 'note',
      message: `${object} is loaded for the session of the migration only`,
      why: 'The application’s sessions do not have it, and behind a pooler the session is somebody else’s next.',
      instead: 'Name it in session_preload_libraries, or leave it out.',
    },
  ],
});
