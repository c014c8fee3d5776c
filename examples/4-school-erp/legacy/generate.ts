// Which users and which log did the school have before?
import { printRows } from '../../service/print-rows.ts';

/**
 * SQL that makes so many lines of the log, the same ones each time, and a tenth as many users. The password of user 7 is
 * `password-7`. As in real life: lines of nobody and of users who are gone, words that no enum has, in lower case or
 * misspelt, and names in any script.
 */
export const statements = (rows: number): readonly string[] => [
  `INSERT INTO "users" ("id", "email", "password", "name", "createdAt")
SELECT
    'u' || n,
    CASE WHEN n % 13 = 0 THEN 'Teacher.' || n || '@School.EXAMPLE' ELSE 'teacher.' || n || '@school.example' END,
    'sha256$' || n || '$' || encode(sha256(convert_to(n || 'password-' || n, 'UTF8')), 'hex'),
    CASE n % 4 WHEN 0 THEN 'Zoë O''Brien ' || n WHEN 1 THEN '李 ' || n WHEN 2 THEN '' ELSE 'Teacher ' || n END,
    TIMESTAMP '2022-09-01' + n * INTERVAL '1 hour'
FROM generate_series(1, greatest(${rows} / 10, 100)) n`,
  `INSERT INTO "activity_logs" ("userId", "action", "module", "description", "createdAt")
SELECT
    CASE WHEN n % 7 = 0 THEN NULL WHEN n % 31 = 0 THEN 'gone-' || n ELSE 'u' || 1 + n % greatest(${rows} / 10, 100) END,
    (ARRAY['USER_LOGIN', 'FEE_PAYMENT', 'ATTENDANCE_MARK', 'user_login', 'TELEPORT', 'FEE_PAYMNET', 'EXAM_MARK', ''])[1 + n % 8],
    (ARRAY['auth', 'fees', 'attendance', 'Prüfungen'])[1 + n % 4],
    CASE WHEN n % 5 = 0 THEN '' ELSE 'Line ' || n || ' 🦊' END,
    TIMESTAMP '2022-09-01' + n * INTERVAL '5 minutes'
FROM generate_series(1, ${rows}) n`,
];

printRows(import.meta.url, statements);
