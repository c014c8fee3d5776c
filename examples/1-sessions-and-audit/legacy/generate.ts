// Which users did the application have before?
import { printRows } from '../../service/print-rows.ts';

/**
 * SQL that makes so many users, the same ones each time. The password of user 7 is `password-7`.
 * As in real life: ids from an older system, addresses in mixed case, names that are missing, long or in any script,
 * and some that came before the epoch or will come.
 */
export const statements = (rows: number): readonly string[] => [
  `INSERT INTO users (id, email, full_name, password_hash, created_at)
SELECT
    CASE WHEN n % 11 = 0 THEN 'old-' || n ELSE md5('user ' || n)::uuid::text END,
    CASE
        WHEN n % 13 = 0 THEN 'User.' || n || '@Example.ORG'
        WHEN n % 26 = 1 AND n > 1 THEN 'user.' || n - 1 || '@example.org'
        WHEN n % 101 = 0 THEN 'büro+' || n || '@bücher.example'
        ELSE 'user.' || n || '@example.org'
    END,
    CASE n % 9
        WHEN 0 THEN NULL
        WHEN 1 THEN ''
        WHEN 2 THEN '  Zoë   O''Brien ' || n
        WHEN 3 THEN '李小龙 ' || n
        WHEN 4 THEN 'Ægir 🦊 "Fox" ' || n
        WHEN 5 THEN repeat('Long ', 60) || n
        ELSE 'User ' || n
    END,
    'sha256$' || n || '$' || encode(sha256(convert_to(n || 'password-' || n, 'UTF8')), 'hex'),
    CASE WHEN n % 997 = 0 THEN TIMESTAMP '1969-07-20 20:17:40' WHEN n % 1009 = 0 THEN TIMESTAMP '2099-01-01'
        ELSE TIMESTAMP '2019-01-01' + n * INTERVAL '7 minutes' END
FROM generate_series(1, ${rows}) n`,
];

printRows(import.meta.url, statements);
