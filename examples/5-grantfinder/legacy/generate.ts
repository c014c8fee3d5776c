// Which grants, searches and applications were there before?
import { printRows } from '../../service/print-rows.ts';

/**
 * SQL that makes so many grants, the same ones each time, half as many applications and a fifth as many searches.
 * As in real life: old user ids are e-mail addresses in any case and with blanks, numbers of a system before that, or
 * missing; amounts and deadlines are missing; settings belong to ids that nobody knows.
 */
export const statements = (rows: number): readonly string[] => [
  `INSERT INTO grants (title, description, amount, deadline)
SELECT
    CASE n % 4 WHEN 0 THEN 'Förderung für Übermorgen ' || n WHEN 1 THEN '補助金 ' || n ELSE 'Grant ' || n END,
    CASE WHEN n % 3 = 0 THEN NULL ELSE repeat('For those who do good. ', 1 + n % 5) END,
    CASE WHEN n % 10 = 0 THEN NULL ELSE n * 100.5 END,
    CASE WHEN n % 6 = 0 THEN NULL ELSE TIMESTAMP '2024-01-01' + n * INTERVAL '1 hour' END
FROM generate_series(1, ${rows}) n`,
  `INSERT INTO application_history (grant_id, user_id, status, submitted_at)
SELECT
    n,
    CASE WHEN n % 10 = 0 THEN NULL WHEN n % 10 = 1 THEN 'user-' || n WHEN n % 10 = 2 THEN ' Founder.' || n % 50 || '@Example.ORG '
        ELSE 'founder.' || n % 50 || '@example.org' END,
    (ARRAY['draft', 'submitted', 'Won'])[1 + n % 3],
    CASE WHEN n % 3 = 0 THEN NULL ELSE TIMESTAMP '2024-01-01' + n * INTERVAL '2 hours' END
FROM generate_series(1, ${rows} / 2) n`,
  `INSERT INTO search_runs (started_at, grants_found) SELECT TIMESTAMP '2024-01-01' + n * INTERVAL '3 hours', n % 40 FROM generate_series(1, ${rows} / 5) n`,
  `INSERT INTO user_settings (user_id, settings) SELECT n, json_build_object('n', n) FROM generate_series(1, 20) n`,
];

printRows(import.meta.url, statements);
